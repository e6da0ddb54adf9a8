import type { Bench } from './fault.ts'

const TICK_MS = 100

/** After a gap (a blocked loop, a suspend) no more than this is made up for: a leak is no explosion. */
const LONGEST_GAP_MS = 1_000

/** Does something `perSecond` times a second on average, ten times a second several at once, until the fault is over. */
export async function atRate(
  perSecond: number,
  { clock, signal }: Pick<Bench, 'clock' | 'signal'>,
  step: (due: number) => void | Promise<void>,
): Promise<void> {
  let owed = 0
  for (let last = clock.now(); ; ) {
    await clock.sleep(TICK_MS, signal)
    if (signal.aborted) return
    const now = clock.now()
    owed += (perSecond * Math.min(now - last, LONGEST_GAP_MS)) / 1000
    last = now
    const due = Math.floor(owed)
    owed -= due
    if (due > 0) await step(due)
  }
}
