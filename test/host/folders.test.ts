import { describe, expect, test } from 'vitest'
import type { FolderSize } from '../../src/host/folder-size.ts'
import { Folders } from '../../src/host/folders.ts'
import { FakeClock } from '../fake-clock.ts'

const SIGNAL = new AbortController().signal

describe('folders that take long to count', () => {
  test('are told as they were the last time, while a count is under way', async () => {
    const { clock, folders, counted } = counting({ '/big': 20_000 })
    const round = async () => {
      const looking = folders.look(['/big'], SIGNAL)
      await clock.advance(1_000)
      return (await looking)[0]
    }
    expect(await round()).toEqual({
      subject: '/big',
      because: 'its size is still being counted: no answer for 1 s',
    })
    await clock.advance(29_000)
    expect(await round()).toMatchObject({ path: '/big', bytes: 1, ageMs: 11_000 })
    expect(counted).toEqual(['/big', '/big'])
  })

  test('are forgotten after five minutes without a count', async () => {
    const slow = { '/big': 0 }
    const { clock, folders } = counting(slow)
    const first = folders.look(['/big'], SIGNAL)
    await clock.advance(1)
    expect(await first).toMatchObject([{ bytes: 1, ageMs: 0 }])
    slow['/big'] = 1e9
    for (const [wait, seen] of [
      [60_000, { bytes: 1 }],
      [250_000, { subject: '/big', because: expect.stringContaining('its size is still being counted') }],
    ] as const) {
      await clock.advance(wait)
      const looking = folders.look(['/big'], SIGNAL)
      await clock.advance(1_000)
      expect(await looking).toMatchObject([seen])
    }
  })

  test('take turns, so that a large one does not keep the others from being counted', async () => {
    const { clock, folders, counted } = counting({ '/big': 2_000, '/small': 0 })
    for (let round = 0; round < 3; round++) {
      const looking = folders.look(['/big', '/small'], SIGNAL)
      await clock.advance(1_000)
      await looking
      await clock.advance(4_000)
    }
    expect(counted.slice(0, 3)).toEqual(['/big', '/small', '/big'])
  })

  test('stop being counted when the check is closed', async () => {
    const clock = new FakeClock()
    let signal: AbortSignal | undefined
    const folders = new Folders(clock, (_, given) => {
      signal = given
      return new Promise<FolderSize>(() => {})
    })
    const looking = folders.look(['/big'], SIGNAL)
    await clock.advance(1_000)
    await looking
    expect(signal?.aborted).toBe(false)
    folders.close()
    expect(signal?.aborted).toBe(true)
  })

  test('one that cannot be counted says why', async () => {
    const folders = new Folders(new FakeClock(), () => Promise.reject(new Error("EACCES: '/secret'")))
    expect(await folders.look(['/secret'], SIGNAL)).toEqual([{ subject: '/secret', because: "EACCES: '/secret'" }])
  })
})

/** Folders that take so many milliseconds to count. */
function counting(slow: Readonly<Record<string, number>>) {
  const clock = new FakeClock()
  const counted: string[] = []
  const folders = new Folders(clock, async (path, signal) => {
    counted.push(path)
    await clock.sleep(slow[path] ?? 0, signal)
    return { bytes: 1, entries: 1, device: 1 }
  })
  return { clock, folders, counted }
}
