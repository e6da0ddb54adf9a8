import { humanDuration } from '../kubelet/human-duration.ts'
import type { PodEvent } from '../kubelet/notice.ts'

/** Columns are three spaces apart; the first has room for `0s (x12 over 10m)`, so that lines that come one by one still stand in line. */
const WIDTHS = { seen: 17, type: 7, reason: 17 } as const

/**
 * One line of `kubectl events`, for events as they come: the same words of the same reason are one event, seen again.
 * Its first column is then `0s (x3 over 20s)`, which is how kubectl writes it.
 */
export class EventTable {
  readonly #object: string
  readonly #seen = new Map<string, { count: number; readonly firstAt: number }>()

  constructor(pod: string) {
    this.#object = `pod/${pod}`
  }

  get header(): string {
    return columns('LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE', this.#object.length)
  }

  line(event: PodEvent, now: number): string {
    const key = `${event.container} ${event.reason} ${event.message}`
    const seen = this.#seen.get(key) ?? { count: 0, firstAt: event.at }
    seen.count += 1
    this.#seen.set(key, seen)
    const age = humanDuration(now - event.at)
    const again = seen.count > 1 ? ` (x${seen.count} over ${humanDuration(now - seen.firstAt)})` : ''
    const message = event.message.trimEnd().replaceAll('\n', ' ')
    return columns(`${age}${again}`, event.type, event.reason, this.#object, message, this.#object.length)
  }
}

function columns(seen: string, type: string, reason: string, object: string, message: string, width: number): string {
  const first = seen.padEnd(WIDTHS.seen)
  return [first, type.padEnd(WIDTHS.type), reason.padEnd(WIDTHS.reason), object.padEnd(width), message].join('   ')
}
