// Loaded before a server (`node --import`): what goes wrong in it when its parent says so, and what its parent asks it.
import { GCProfiler } from 'node:v8'

const LEAK_EVERY_MS = 100
const LEAKED_A_MS = 10
const STALL_MS = 10_000

let hanging = false
const kept = []

const faults = {
  // It waits in place of computing: what a stall does to the probes is to be seen, not what it does to its neighbours.
  stall() {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STALL_MS)
  },
  leak() {
    const begun = performance.now()
    // By the clock: a process that collects garbage most of the time leaks no slower.
    setInterval(() => {
      const due = (performance.now() - begun) * LEAKED_A_MS
      while (kept.length < due) kept.push({ nth: kept.length, text: `kept ${kept.length}` })
    }, LEAK_EVERY_MS)
  },
  hang() {
    hanging = true
  },
  // The disk is filled from outside.
  disk() {},
}

/** What a server's own check asks: a dependency that is there, and from some moment on never answers. */
globalThis.dependency = () => (hanging ? new Promise(() => {}) : Promise.resolve(true))

const profiler = new GCProfiler()
let usedAtStart = 0

/** Bytes allocated on the heap: what each collection found more than the one before it had left. */
function allocated() {
  const { statistics } = profiler.stop()
  let [sum, used] = [0, usedAtStart]
  for (const { beforeGC, afterGC } of statistics) {
    sum += beforeGC.heapStatistics.usedHeapSize - used
    used = afterGC.heapStatistics.usedHeapSize
  }
  return sum + process.memoryUsage().heapUsed - used
}

const questions = {
  count() {
    usedAtStart = process.memoryUsage().heapUsed
    profiler.start()
    return 0
  },
  allocated,
}

process.on('message', (said) => {
  if (said in questions) process.send(questions[said]())
  else setImmediate(faults[said])
})
process.channel?.unref()
// A server does not outlive the benchmark that started it, however that ends.
process.on('disconnect', () => process.exit())
