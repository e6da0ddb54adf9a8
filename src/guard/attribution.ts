import { inPercent, inWords } from '../core/wording.ts'
import type { ThreadReading } from '../host/thread.ts'

/** A look at the silent thread. */
export interface ThreadSample {
  /** Monotonic milliseconds. */
  readonly at: number
  readonly reading: ThreadReading
}

/**
 * What a silent thread is doing.
 * `executing`: its own code runs (a loop, a regular expression, a garbage collection).
 * `blocked`: it waits in a system call. `starved`: it wants to run and is not let.
 * `frozen`: somebody has stopped it. `unknown`: the kernel does not tell.
 */
export type Cause = 'executing' | 'blocked' | 'starved' | 'frozen' | 'unknown'

export interface Attribution {
  readonly cause: Cause
  /** The same as the second half of a sentence: `blocked in a call: wait4 (…)`. */
  readonly words: string
}

/** From this share of a processor on it executes, whatever it waits for in between. */
const EXECUTING_SHARE = 0.5
/** Below this share, one that wants to run is starved. */
const STARVED_SHARE = 0.2

/** What the calls that JavaScript can hang in are made by, as far as they tell. */
const MADE_BY: Readonly<Record<string, string>> = {
  futex: 'a lock, or Atomics.wait',
  epoll_wait: 'called by JavaScript: it waits for a child process, as execSync, spawnSync and execFileSync do',
  epoll_pwait: 'called by JavaScript: it waits for a child process, as execSync, spawnSync and execFileSync do',
  wait4: 'it waits for a child process',
  waitid: 'it waits for a child process',
}

/** Judges by the looks since the thread fell silent, oldest first. The same looks give the same answer. */
export function attribute(samples: readonly ThreadSample[]): Attribution {
  const [first, last] = [samples[0], samples.at(-1)]
  if (!first || !last)
    return { cause: 'unknown', words: 'what it does cannot be told here, for the kernel does not say' }
  if (isFrozen(last.reading)) return { cause: 'frozen', words: frozenWords(last.reading) }
  const elapsedMs = last.at - first.at
  const share = elapsedMs > 0 ? (last.reading.ranMs - first.reading.ranMs) / elapsedMs : Number.NaN
  const waiting = samples.map(({ reading }) => reading).filter(isWaiting)
  if (waiting.length * 2 > samples.length && !(share >= EXECUTING_SHARE)) {
    return { cause: 'blocked', words: `blocked in a call: ${callOf(waiting)}` }
  }
  if (share < STARVED_SHARE) {
    const words = `starved of CPU: it ran for ${inPercent(share)} of the last ${inWords(elapsedMs)} and wants to run`
    return { cause: 'starved', words }
  }
  return { cause: 'executing', words: 'executing' }
}

function isWaiting({ state }: ThreadReading): boolean {
  return state === 'S' || state === 'D'
}

function isFrozen({ state, waitsIn = '' }: ThreadReading): boolean {
  return state === 'T' || state === 't' || /freezer|refrigerator/.test(waitsIn)
}

function frozenWords({ state }: ThreadReading): string {
  if (state === 't') return 'frozen: a debugger of the system holds it'
  return state === 'T' ? 'frozen: a signal has stopped it' : 'frozen: its cgroup is frozen'
}

/** The call that it was seen in most often; the one seen last where two were seen as often. */
function callOf(readings: readonly ThreadReading[]): string {
  const counts = new Map<string, number>()
  for (const { call, waitsIn } of readings) {
    const name = call ?? waitsIn
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const [most] = [...counts].reverse().sort(([, a], [, b]) => b - a)
  if (!most) return 'the kernel does not say which'
  const [name] = most
  const by = MADE_BY[name]
  return by === undefined ? name : `${name} (${by})`
}
