import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Blocks, type DiskSources, MACHINE, readDisk } from '../../src/host/disk.ts'

const BLOCK = 4_096
/** 1000 blocks of which 300 are used, and 100 of the free ones are root's. */
const BLOCKS: Blocks = { bsize: BLOCK, blocks: 1_000, bfree: 700, bavail: 600, files: 500, ffree: 400 }

const asked = (sources: Partial<DiskSources>): DiskSources => ({
  device: async () => 1,
  blocks: async () => BLOCKS,
  space: async () => ({ size: 1_000 * BLOCK, free: 600 * BLOCK }),
  isReadOnly: async () => false,
  ...sources,
})

describe('a look at a file system', () => {
  test('size and available are from df, reserved blocks and inodes from statfs; what is reserved is not used', async () => {
    expect(await readDisk('/', asked({}))).toEqual({
      sizeBytes: 1_000 * BLOCK,
      availableBytes: 600 * BLOCK,
      usedBytes: 300 * BLOCK,
      inodes: 500,
      freeInodes: 400,
      by: 'df',
    })
  })

  test.each([
    ['df cannot be started', () => Promise.reject(Object.assign(new Error('spawn EMFILE'), { code: 'EMFILE' }))],
    ['df prints something else', async () => ({ size: Number.NaN, free: Number.NaN })],
    ['a device name with blanks shifts the columns of df', async () => ({ size: 2_048, free: 400_000 })],
  ])('where %s statfs says it, and the reading says so', async (_, space) => {
    const reading = await readDisk('/', asked({ space }))
    expect(reading).toMatchObject({ usedBytes: 300 * BLOCK, availableBytes: 600 * BLOCK, by: 'statfs' })
  })

  test('where the counts are in another unit than the block size, used is right all the same', async () => {
    const blocks = async () => ({ ...BLOCKS, bsize: 1024 * 1024 })
    expect(await readDisk('/', asked({ blocks }))).toMatchObject({ usedBytes: 300 * BLOCK })
  })

  test('df is asked once for a file system: later looks count in the unit that it gave away', async () => {
    let [spawned, free] = [0, 600]
    const space = async () => ({ size: 1_000 * BLOCK, free: 600 * BLOCK * ++spawned })
    const blocks = async () => ({ ...BLOCKS, bsize: 1024 * 1024, bfree: free + 100, bavail: free })
    const learned = {}
    await readDisk('/', asked({ space, blocks }), learned)
    free = 200
    expect(await readDisk('/', asked({ space, blocks }), learned)).toMatchObject({
      sizeBytes: 1_000 * BLOCK,
      availableBytes: 200 * BLOCK,
      usedBytes: 700 * BLOCK,
      by: 'df',
    })
    expect(spawned).toBe(1)
  })

  test.each([
    ['another block size', { ...BLOCKS, bsize: 8_192 }],
    ['a size that is no multiple of its blocks', { ...BLOCKS, blocks: 700 }],
  ])('with %s, df is asked again', async (_, second) => {
    let [spawned, now] = [0, second]
    const space = async () => ({ size: 1_000 * BLOCK, free: 600 * ++spawned })
    const learned = {}
    await readDisk('/', asked({ space, blocks: async () => now }), learned)
    now = BLOCKS
    await readDisk('/', asked({ space, blocks: async () => now }), learned)
    expect(spawned).toBe(2)
  })

  test.each([
    ['ENOENT', 1],
    ['EMFILE', 2],
  ])('a df that cannot be started for %s is tried %i times in two looks', async (code, times) => {
    let spawned = 0
    const space = () => {
      spawned++
      return Promise.reject(Object.assign(new Error(`spawn df ${code}`), { code, syscall: 'spawn df' }))
    }
    const learned = {}
    for (let look = 0; look < 2; look++) {
      expect(await readDisk('/', asked({ space }), learned)).toMatchObject({ sizeBytes: 1_000 * BLOCK, by: 'statfs' })
    }
    expect(spawned).toBe(times)
  })

  test('df is not asked where statfs has not answered', async () => {
    let spawned = 0
    const space = async () => ({ size: ++spawned, free: 0 })
    const blocks = () => Promise.reject(new Error('EIO'))
    await expect(readDisk('/', asked({ blocks, space }))).rejects.toThrow('EIO')
    expect(spawned).toBe(0)
  })

  test('a file system without blocks has nothing to judge', async () => {
    const blocks = async () => ({ ...BLOCKS, blocks: 0, bfree: 0, bavail: 0 })
    await expect(readDisk('/proc', asked({ blocks }))).rejects.toThrow('its file system has no size')
  })

  test('used and available are never negative and never more than the size', () => {
    const counts = fc.tuple(
      fc.integer({ min: 1, max: 2 ** 32 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    )
    return fc.assert(
      fc.asyncProperty(counts, async ([blocks, free, available]) => {
        const bfree = Math.floor(blocks * free)
        const found = { ...BLOCKS, blocks, bfree, bavail: Math.floor(bfree * available) }
        const space = async () => ({ size: blocks * BLOCK, free: found.bavail * BLOCK })
        const { sizeBytes, usedBytes, availableBytes } = await readDisk(
          '/',
          asked({ blocks: async () => found, space }),
        )
        expect(usedBytes).toBeGreaterThanOrEqual(0)
        expect(usedBytes + availableBytes).toBeLessThanOrEqual(sizeBytes + 1)
        expect(usedBytes).toBeCloseTo((blocks - bfree) * BLOCK, -4)
      }),
    )
  })

  test('the machine itself answers', async () => {
    const reading = await readDisk(process.cwd(), MACHINE)
    expect(reading.sizeBytes).toBeGreaterThan(reading.availableBytes)
    expect(['df', 'statfs']).toContain(reading.by)
    expect(await MACHINE.device(process.cwd())).toBeGreaterThan(0)
    await expect(MACHINE.device('/no/such/path')).rejects.toThrow('ENOENT')
  })
})
