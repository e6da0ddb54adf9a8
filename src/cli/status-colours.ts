import type { Status } from '../core/status.ts'
import type { Colour } from '../rehearse/view/paint.ts'

/** A status' colour, the same wherever one is shown; its word always stands beside it. */
export const STATUS_COLOURS: Readonly<Record<Status, Colour>> = {
  pass: 'green',
  warn: 'yellow',
  unknown: 'magenta',
  fail: 'red',
}
