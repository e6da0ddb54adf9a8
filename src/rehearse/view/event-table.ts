import { humanDuration } from '../kubelet/human-duration.ts'
import type { PodEvent } from '../kubelet/notice.ts'
import { broken } from './broken.ts'

/** Columns are three spaces apart; the first has room for `0s (x12 over 10m)`, so that lines that come one by one still stand in line. */
const WIDTHS = { seen: 17, type: 7, reason: 17 } as const

/** Below so many columns there is no room for a message beside the others. */
const NARROW = 60

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

  /** @param width of the terminal; below {@link NARROW} the message stands below the rest, and the pod is left out */
  header(width = Number.POSITIVE_INFINITY): string {
    return this.#columns(['LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE'], width)
  }

  line(event: PodEvent, now: number, width = Number.POSITIVE_INFINITY): string {
    const key = `${event.container} ${event.reason} ${event.message}`
    const seen = this.#seen.get(key) ?? { count: 0, firstAt: event.at }
    seen.count += 1
    this.#seen.set(key, seen)
    const age = humanDuration(now - event.at)
    const again = seen.count > 1 ? ` (x${seen.count} over ${humanDuration(now - seen.firstAt)})` : ''
    const message = event.message.trimEnd().replaceAll('\n', ' ')
    return this.#columns([`${age}${again}`, event.type, event.reason, this.#object, message], width)
  }

  #columns([seen, type, reason, object, message]: readonly [string, string, string, string, string], width: number) {
    if (width < NARROW) {
      return `${broken(`${seen}   ${type}   ${reason}`, width, 4)}\n${broken(`    ${message}`, width, 4)}`
    }
    const first = [seen.padEnd(WIDTHS.seen), type.padEnd(WIDTHS.type), reason.padEnd(WIDTHS.reason)]
    return [...first, object.padEnd(this.#object.length), message].join('   ')
  }
}
