import { defineFault } from './fault.ts'
import { flag, whole } from './fields.ts'

/** Does not stop when told to, or takes its time: what a grace period and SIGKILL are for. */
export const stopFault = defineFault({
  name: 'stop',
  about: 'ignores SIGTERM, or stops late',
  fields: () => ({ ignore: flag(false), delayMs: whole({ min: 0, max: 600_000, fallback: 0 }) }),
  begin: ({ ignore, delayMs }) => ({ stopping: { ignored: ignore, delayMs } }),
})
