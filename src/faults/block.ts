import { execFileSync } from 'node:child_process'
import type { Clock } from '../core/clock.ts'
import { type Bench, defineFault, FIRST_ANSWER_MS } from './fault.ts'
import { choice, optionally, whole } from './fields.ts'

const LONGEST_MS = 3_600_000

type Way = (ms: number, clock: Clock) => void

/** In JavaScript, in a regular expression, and in two calls in which no JavaScript runs. */
const WAYS: Readonly<Record<'loop' | 'regex' | 'wait' | 'exec', Way>> = {
  loop: spinInLoop,
  regex: backtrackInRegex,
  wait: waitForNobody,
  exec: waitForCommand,
}

/**
 * Keeps the event loop from turning. Without `ms` that lasts until its time to live is over, which is for ever to any probe; nobody can
 * clear it meanwhile, as nobody is heard, so that every way of blocking knows when to end.
 */
export const blockFault = defineFault({
  name: 'block',
  about: 'blocks the event loop: once, again and again, or until its time is over',
  fields: () => ({
    ms: optionally(whole({ min: 1, max: LONGEST_MS })),
    everyMs: optionally(whole({ min: 1, max: LONGEST_MS })),
    how: choice(Object.keys(WAYS) as (keyof typeof WAYS)[], 'loop'),
  }),
  mistakeIn({ ms, everyMs }) {
    const endless = ms === undefined && everyMs !== undefined
    return endless ? 'ms: expected how long each block takes, as everyMs is given; got nothing' : undefined
  },
  begin({ ms, everyMs, how }, bench) {
    const told = { blocks: 0 }
    return {
      work: blockAgain(ms, everyMs, WAYS[how], bench, told),
      progress: () => ({ finished_blocks: told.blocks }),
    }
  },
})

async function blockAgain(
  ms: number | undefined,
  everyMs: number | undefined,
  way: Way,
  { clock, signal, until }: Bench,
  told: { blocks: number },
): Promise<void> {
  await clock.sleep(FIRST_ANSWER_MS, signal)
  while (!signal.aborted) {
    const begun = clock.now()
    way(Math.max(0, Math.min(ms ?? LONGEST_MS, until - begun)), clock)
    told.blocks += 1
    if (everyMs === undefined) return
    // Even where blocks are longer than the time between them, the loop turns once in between.
    await clock.sleep(Math.max(1, begun + everyMs - clock.now()), signal)
  }
}

function spinInLoop(ms: number, clock: Clock): void {
  const end = clock.now() + ms
  while (clock.now() < end);
}

/** Every way to share the letters out between two repetitions is tried: twice as many with each letter. */
function backtrackInRegex(ms: number, clock: Clock): void {
  const end = clock.now() + ms
  while (clock.now() < end) /^(a+)+$/.test(`${'a'.repeat(20)}!`)
}

function waitForNobody(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

function waitForCommand(ms: number): void {
  execFileSync('sleep', [`${ms / 1000}`], { stdio: 'ignore' })
}
