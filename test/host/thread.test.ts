import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterAll, describe, expect, test } from 'vitest'
import { createThreadStopwatch, parseThread, watchThread } from '../../src/host/thread.ts'

const STAT = '13934 (node) S 13933 13933 9402 0 -1 4194304 2559 0 0 0 9 1 0 0 20 0 12 0 522118 1599123456 13557'
const seen = {
  stat: STAT,
  schedstat: '105480575 22676559 40\n',
  syscall: '-1 0x7ffd0334e700 0x7f32b2c9ef16\n',
  wchan: 'futex_do_wait',
}

describe('a thread as the kernel has it', () => {
  test('in a call: state, times, and the function of the kernel', () => {
    const reading = { state: 'S', ranMs: 105.480575, queuedMs: 22.676559, waitsIn: 'futex_do_wait' }
    expect(parseThread(seen)).toEqual(reading)
  })

  test.each([
    ['running\n', undefined],
    ['', undefined],
    ['-1 0x7ffd 0x7f32\n', undefined],
    ['4095 0x1 0x2\n', 'system call 4095'],
  ])('the call is read from %j', (syscall, call) => {
    expect(parseThread({ ...seen, syscall })?.call).toBe(call)
  })

  test('the name of a thread may hold what separates the fields', () => {
    expect(parseThread({ ...seen, stat: STAT.replace('(node)', '(a) R (b) ') })?.state).toBe('S')
  })

  test('where a container hides the rest, clock ticks tell how long it ran', () => {
    expect(parseThread({ stat: STAT, schedstat: '', syscall: '', wchan: '0' })).toEqual({ state: 'S', ranMs: 100 })
  })

  test('of a kernel that does not count, no wait for a processor is told', () => {
    expect(parseThread({ ...seen, schedstat: '0 0 0\n' })).toEqual({ state: 'S', ranMs: 100, waitsIn: 'futex_do_wait' })
  })

  test('without /proc there is nothing to see, and nothing is thrown', () => {
    const watch = watchThread(process.pid, '/nonexistent')
    expect(watch.look()).toBeUndefined()
    watch.close()
  })

  test('this very thread runs while it looks at itself', () => {
    const watch = watchThread(process.pid)
    const before = watch.look()
    const until = performance.now() + 60
    while (performance.now() < until);
    const after = watch.look()
    watch.close()
    expect(Number(after?.ranMs)).toBeGreaterThan(Number(before?.ranMs))
  })

  test('a thread that waits is seen in its call from another', async () => {
    const lock = new Int32Array(new SharedArrayBuffer(4))
    const code = `
      const { parentPort, workerData } = require('node:worker_threads')
      parentPort.postMessage(require('node:fs').readlinkSync('/proc/thread-self'))
      Atomics.wait(workerData, 0, 0)`
    const worker = new Worker(code, { eval: true, workerData: lock })
    const id = await new Promise<number>((resolve) => {
      worker.once('message', (link: string) => resolve(Number(link.split('/').at(-1))))
    })
    const watch = watchThread(id)
    let looks = 0
    while (watch.look()?.state !== 'S' && looks++ < 500) await new Promise((resolve) => setTimeout(resolve, 10))
    const waiting = watch.look()
    watch.close()
    Atomics.store(lock, 0, 1)
    Atomics.notify(lock, 0)
    await worker.terminate()
    expect(waiting).toMatchObject({ state: 'S', call: 'futex' })
  })
})

describe('for how long a thread runs, and waits for a processor', () => {
  const root = mkdtempSync(join(tmpdir(), 'failweb-stopwatch-'))
  const file = join(root, 'proc/thread-self/schedstat')
  afterAll(() => rmSync(root, { recursive: true }))

  test('is what the kernel has added up since the beginning, and together no more than the time that is asked about', () => {
    mkdirSync(join(root, 'proc/thread-self'), { recursive: true })
    writeFileSync(file, '105000000 22500000 40\n')
    const stopwatch = createThreadStopwatch(root)
    const timesOf = stopwatch.begin()
    expect(timesOf(500)).toEqual({ ranMs: 0, queuedMs: 0 })
    writeFileSync(file, '225000000 322500000 41\n')
    expect(timesOf(500)).toEqual({ ranMs: 120, queuedMs: 300 })
    expect(timesOf(350)).toEqual({ ranMs: 50, queuedMs: 300 })
    expect(timesOf(200)).toEqual({ ranMs: 0, queuedMs: 200 })
    stopwatch.close()
    expect(stopwatch.begin()(500)).toBeUndefined()
  })

  test.each(['', 'no numbers\n', '12\n', '0 0 0\n'])('is not known of %j', (text) => {
    writeFileSync(file, text)
    const stopwatch = createThreadStopwatch(root)
    expect(stopwatch.begin()(500)).toBeUndefined()
    stopwatch.close()
  })

  test('is not known without /proc, and nothing is thrown', () => {
    const stopwatch = createThreadStopwatch('/nonexistent')
    expect(stopwatch.begin()(500)).toBeUndefined()
    stopwatch.close()
  })
})
