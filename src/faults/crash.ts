import { type Bench, defineFault, FIRST_ANSWER_MS } from './fault.ts'
import { whole } from './fields.ts'

const afterMs = whole({ min: 0, max: 3_600_000, fallback: FIRST_ANSWER_MS })

/** Ends the process, unless somebody listens. */
export const rejectionFault = defineFault({
  name: 'rejection',
  about: 'rejects a promise that nobody listens to',
  fields: () => ({ afterMs }),
  begin: ({ afterMs }, bench) => ({ work: later(afterMs, bench, rejectUnheard) }),
})

export const uncaughtFault = defineFault({
  name: 'uncaught',
  about: 'throws an error that nobody catches',
  fields: () => ({ afterMs }),
  begin: ({ afterMs }, bench) => ({ work: later(afterMs, bench, throwUncaught) }),
})

/** As a library does that knows better: nothing is drained, nothing is said. */
export const exitFault = defineFault({
  name: 'exit',
  about: 'ends the process at once, with an exit code',
  fields: () => ({ afterMs, code: whole({ min: 0, max: 255, fallback: 1 }) }),
  begin: ({ afterMs, code }, bench) => ({ work: later(afterMs, bench, () => process.exit(code)) }),
})

async function later(ms: number, { clock, signal }: Bench, crash: () => void): Promise<void> {
  await clock.sleep(ms, signal)
  if (!signal.aborted) crash()
}

function rejectUnheard(): void {
  Promise.reject(new Error('rejected on purpose by the fault rejection'))
}

/** Outside of every promise: there it would be a rejection. */
function throwUncaught(): void {
  setImmediate(() => {
    throw new Error('thrown on purpose by the fault uncaught')
  })
}
