import type { Clock } from '../core/clock.ts'
import { type Bench, defineFault } from './fault.ts'
import { number, whole } from './fields.ts'

/** Keeps the main thread busy in slices, between which the loop turns: busy, and not stuck. */
export const cpuBurnFault = defineFault({
  name: 'cpu-burn',
  about: 'burns a share of one core, in slices between which the event loop turns',
  fields: () => ({
    share: number({ min: 0.01, max: 1, fallback: 0.5 }),
    sliceMs: whole({ min: 10, max: 1_000, fallback: 100 }),
  }),
  begin: ({ share, sliceMs }, bench) => ({ work: burn(share, sliceMs, bench) }),
})

async function burn(share: number, sliceMs: number, { clock, signal }: Bench): Promise<void> {
  await clock.sleep(0, signal)
  while (!signal.aborted) {
    calculate(share * sliceMs, clock)
    await clock.sleep((1 - share) * sliceMs, signal)
  }
}

function calculate(ms: number, clock: Clock): void {
  for (const end = clock.now() + ms; clock.now() < end; ) Math.sqrt(clock.now())
}
