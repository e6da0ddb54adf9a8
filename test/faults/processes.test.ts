import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { Life, Seen } from './children/process.ts'

const CHILD = fileURLToPath(new URL('children/process.ts', import.meta.url))

interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly seen: Seen | undefined
  readonly err: string
}

/** Lives a life in a process of its own, under a shell's limits where some are given. */
function live(life: Partial<Life> & { fault: string }, { limits = ':', flags = [] as readonly string[] } = {}) {
  const told: Life = { settings: {}, ttlSeconds: 30, watchMs: 500, ...life }
  const words = [process.execPath, ...flags, '--import', 'tsx', CHILD, JSON.stringify(told)]
  const child = spawn('sh', ['-c', `${limits}; exec "$0" "$@"`, ...words])
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  return new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      resolve({ code, signal, err, seen: out === '' ? undefined : JSON.parse(out) })
    })
  })
}

describe('an event loop that does not turn', () => {
  test.each<[string, boolean]>([
    ['loop', true],
    ['regex', true],
    ['wait', false],
    ['exec', false],
  ])('%s: it stands still for as long as was asked; burning a core: %s', async (how, burns) => {
    const { seen } = await live({ fault: 'block', settings: { ms: 700, how }, watchMs: 900 })
    expect(Math.max(...(seen?.stallsMs ?? []))).toBeGreaterThanOrEqual(690)
    expect(seen?.progress).toEqual({ finished_blocks: 1 })
    if (burns) expect(seen?.busyShare).toBeGreaterThan(0.5)
    else expect(seen?.busyShare).toBeLessThan(0.5)
  })

  test('again and again, with turns in between', async () => {
    const { seen } = await live({ fault: 'block', settings: { ms: 100, everyMs: 250 }, watchMs: 1_200 })
    expect(seen?.stallsMs.filter((ms) => ms >= 95).length).toBeGreaterThanOrEqual(3)
  })

  test('without an end of its own it ends with its time', async () => {
    const { seen } = await live({ fault: 'block', settings: { how: 'wait' }, ttlSeconds: 1, watchMs: 1_200 })
    expect(Math.max(...(seen?.stallsMs ?? []))).toBeGreaterThanOrEqual(880)
    expect(seen?.ended).toBe('expired')
  })
})

describe('a core', () => {
  test('is burnt in its share, while the loop turns', async () => {
    const { seen } = await live({ fault: 'cpu-burn', settings: { share: 0.9, sliceMs: 40 }, watchMs: 1_000 })
    expect(seen?.busyShare).toBeGreaterThan(0.6)
  })

  test('is left alone when the time is over', async () => {
    const { seen } = await live({ fault: 'cpu-burn', settings: { share: 1 }, ttlSeconds: 1, watchMs: 3_000 })
    expect(seen?.busyShare).toBeLessThan(0.8)
    expect(seen?.ended).toBe('expired')
  })
})

describe('a process that ends', () => {
  test.each([
    [{ fault: 'uncaught' }, 1, 'Error: thrown on purpose by the fault uncaught'],
    [{ fault: 'rejection' }, 1, 'Error: rejected on purpose by the fault rejection'],
    [{ fault: 'exit', settings: { code: 42 } }, 42, ''],
    [{ fault: 'exit', settings: { code: 0 } }, 0, ''],
  ])('%j: with code %d', async (life, code, message) => {
    const ended = await live(life)
    expect([ended.code, ended.signal, ended.seen]).toEqual([code, null, undefined])
    expect(ended.err).toContain(message)
  })

  test('but not once the time of the fault is over', async () => {
    const lives = ['uncaught', 'rejection', 'exit'].map((fault) =>
      live({ fault, settings: { afterMs: 1_100 }, ttlSeconds: 1, watchMs: 1_300 }),
    )
    for (const ended of await Promise.all(lives)) expect([ended.code, ended.seen?.ended]).toEqual([0, 'expired'])
  })

  test('heap-leak: V8 aborts it in a small heap', async () => {
    const settings = { bytesPerSecond: '64MiB' }
    const ended = await live({ fault: 'heap-leak', settings, watchMs: 20_000 }, { flags: ['--max-old-space-size=48'] })
    expect(ended.signal).toBe('SIGABRT')
    expect(ended.err).toContain('JavaScript heap out of memory')
  })
})

describe('descriptors', () => {
  test('are leaked until some are left, which still serve', async () => {
    const settings = { perSecond: 2_000, leaveFree: 12 }
    const { seen } = await live({ fault: 'descriptor-leak', settings, watchMs: 600 }, { limits: 'ulimit -n 128' })
    expect(seen?.progress?.['opened_descriptors']).toBeGreaterThan(40)
    expect(seen?.progress?.['opened_descriptors']).toBeLessThan(117)
    expect(seen?.opens).toBe(true)
  })

  test('are closed again when the time is over', async () => {
    const settings = { perSecond: 100 }
    const { seen, code } = await live({ fault: 'descriptor-leak', settings, ttlSeconds: 1, watchMs: 1_200 })
    expect([code, seen?.ended, seen?.opens]).toEqual([0, 'expired', true])
  })
})
