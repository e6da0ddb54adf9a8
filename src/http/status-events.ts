import type { Writable } from 'node:stream'
import type { Context } from 'koa'
import { remarkText } from '../core/remark.ts'
import { changesBetween, type Fragments, fragmentsOf } from '../page/fragments.ts'
import { writeProblem } from './problems.ts'
import { begin, dismiss, STREAM_HEADERS, spread } from './status-readers.ts'
import { type Audience, viewOf } from './status-view.ts'
import type { Surface } from './surface.ts'

/** Readers of live news that the whole service has at once. The next gets 503. */
export const MOST_READERS = 500
const NEWS_MS = 1_000
const PING_MS = 5_000
const RETRY_SECONDS = 30

/** The stream of `/status/events`: one rendering for all who see the same, at most once a second, and none where nobody reads. */
export interface StatusEvents {
  /** Answers with the stream. It ends with the reader, or when the service drains. */
  join(ctx: Context, audience: Audience): void
  readonly readers: number
}

const streams = new WeakMap<Surface, StatusEvents>()

/** One stream for a service, however many routers serve it. */
export function statusEventsOf(surface: Surface): StatusEvents {
  const known = streams.get(surface)
  if (known) return known
  const created = new NewsRoom(surface)
  streams.set(surface, created)
  return created
}

/** Readers of the same page, and what they were last told. */
interface Row {
  readonly audience: Audience
  readonly readers: Set<Writable>
  told?: Fragments
  /** The whole page as one piece of news, for who joins; made when the first does. */
  whole?: Buffer
}

class NewsRoom implements StatusEvents {
  readonly #surface: Surface
  readonly #rows = new Map<string, Row>()
  #rest: (() => void) | undefined
  #seen: readonly unknown[] = []
  #pingedAt = 0

  constructor(surface: Surface) {
    this.#surface = surface
    surface.leaving.addEventListener('abort', () => this.#close(), { once: true })
  }

  get readers(): number {
    let count = 0
    for (const { readers } of this.#rows.values()) count += readers.size
    return count
  }

  join(ctx: Context, audience: Audience): void {
    if (this.readers >= MOST_READERS || this.#surface.draining()) refuse(ctx)
    else this.#welcome(ctx, audience)
  }

  #welcome(ctx: Context, audience: Audience): void {
    if (ctx.method === 'HEAD') {
      ctx.status = 200
      ctx.set(STREAM_HEADERS)
      return
    }
    ctx.respond = false
    // Gone already, while a host's middleware kept it waiting: nobody would ever hear it leave.
    if (ctx.res.destroyed) return
    const row = this.#rowOf(audience)
    const reader = begin(ctx.res, this.#wholeOf(row))
    row.readers.add(reader)
    reader.once('close', () => this.#leave(row, reader))
    this.#work()
  }

  #rowOf(audience: Audience): Row {
    const key = Object.values(audience).join()
    const row = this.#rows.get(key) ?? { audience, readers: new Set() }
    this.#rows.set(key, row)
    return row
  }

  #leave(row: Row, reader: Writable): void {
    row.readers.delete(reader)
    if (row.readers.size === 0) this.#rows.delete(Object.values(row.audience).join())
    if (this.#rows.size > 0) return
    this.#rest?.()
    this.#rest = undefined
  }

  /** Looks once a second for news, as long as there are readers. */
  #work(): void {
    if (this.#rest) return
    this.#pingedAt = this.#surface.clock.now()
    this.#seen = this.#sight()
    this.#rest = this.#surface.clock.every(NEWS_MS, () => this.#tell())
  }

  #tell(): void {
    const now = this.#surface.clock.now()
    const seen = this.#sight()
    const isNew = seen.some((one, index) => one !== this.#seen[index])
    this.#seen = seen
    const isSilent = now - this.#pingedAt >= PING_MS
    if (isSilent) this.#pingedAt = now
    for (const row of this.#rows.values()) {
      const news = isNew ? this.#newsFor(row) : undefined
      const ping = isSilent ? stillHere(this.#surface) : undefined
      const message = Buffer.concat([news, ping].filter((one) => one !== undefined))
      if (message.length > 0) spread(message, [...row.readers])
    }
  }

  /** All that the page is made from, as far as it is cheap to compare. Whole minutes: lengths of time are told in them. */
  #sight(): readonly unknown[] {
    const { clock, decay, faults, visitors } = this.#surface
    const transient = faults
      ?.list()
      .map(({ active }) => active)
      .join()
    const minute = Math.floor(clock.date().getTime() / 60_000)
    const notes = this.#surface.notes().map(remarkText).join()
    const attempt = this.#surface.attempts().at(-1)
    return [this.#surface.snapshot(), decay?.last, visitors.count, attempt, notes, transient, minute]
  }

  #newsFor(row: Row): Buffer | undefined {
    const fragments = fragmentsOf(viewOf(this.#surface, row.audience))
    const parts = changesBetween(row.told, fragments)
    row.told = fragments
    delete row.whole
    return parts && this.#news(fragments, parts)
  }

  #wholeOf(row: Row): Buffer {
    row.told ??= fragmentsOf(viewOf(this.#surface, row.audience))
    row.whole ??= this.#news(row.told, changesBetween(undefined, row.told) ?? {})
    return row.whole
  }

  #news({ title, spoken }: Fragments, parts: Readonly<Record<string, string>>): Buffer {
    const { clock, startedAt } = this.#surface
    return event('news', { at: clock.date().getTime(), run: startedAt.getTime(), title, spoken, parts })
  }

  #close(): void {
    for (const row of this.#rows.values()) {
      // Why it stops may be as new as that.
      const last = this.#newsFor(row)
      for (const reader of row.readers) {
        if (last && !reader.writableEnded) reader.write(last)
        dismiss(reader)
      }
    }
  }
}

function refuse(ctx: Context): void {
  ctx.set('Retry-After', String(RETRY_SECONDS))
  writeProblem(
    ctx,
    503,
    `${MOST_READERS} readers have live news already, or the service is stopping; /status itself needs none`,
  )
}

function event(name: string, told: object): Buffer {
  return Buffer.from(`event: ${name}\ndata: ${JSON.stringify(told)}\n\n`)
}

/** A comment, which keeps the connection, and an event, from which the page knows that silence means a service that hangs. */
function stillHere({ clock }: Surface): Buffer {
  return Buffer.from(`: ping\nevent: still\ndata: ${clock.date().getTime()}\n\n`)
}
