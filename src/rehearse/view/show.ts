import { goDuration } from '../kubelet/human-duration.ts'
import type { Notice } from '../kubelet/notice.ts'
import type { KubeletProfile } from '../kubelet/profile.ts'
import type { Rehearsal } from '../rehearsal.ts'
import { EventTable } from './event-table.ts'
import type { Paint } from './paint.ts'
import { podTable } from './pod-table.ts'

/** What an audience is shown while a rehearsal is played. */
export interface Show {
  notice(notice: Notice): void
  /** Called about once a second. */
  tick(): void
  /** Called once, before what is said at the end. */
  end(): void
}

export interface ShowOptions {
  readonly write: (text: string) => void
  readonly paint: Paint
  readonly kubelet: KubeletProfile
  readonly now: () => number
  readonly forMs: number
  /** Of the terminal, which may be made narrower; what is drawn again must not be longer than its lines. Else without end. */
  readonly columns: () => number
  /** The end of what a container wrote. */
  readonly log: (container: string) => string
}

/** Events as `kubectl events -w` writes them; the pod's line of `kubectl get pods` whenever it has been restarted or is held back. */
export class PlainShow implements Show {
  protected readonly rehearsal: Rehearsal
  protected readonly options: ShowOptions
  readonly #events: EventTable
  #hasHeader = false

  constructor(rehearsal: Rehearsal, options: ShowOptions) {
    this.rehearsal = rehearsal
    this.options = options
    this.#events = new EventTable(rehearsal.pod.name)
  }

  notice(notice: Notice): void {
    if (notice.kind === 'event') this.print(this.#eventLine(notice))
    if (notice.kind === 'end' && notice.killedBy === undefined && notice.ending.exitCode !== 0) {
      this.print(this.#lastLines(notice.container))
    }
    if (notice.kind === 'wait' || this.#isRestart(notice)) this.showPod()
  }

  tick(): void {}

  end(): void {}

  protected print(text: string): void {
    this.options.write(text)
  }

  protected showPod(): void {
    // A wait is told before it stands in the status; the table is for what stands afterwards.
    queueMicrotask(() => this.print(`\n${this.table()}\n`))
  }

  protected table(): string {
    const { kubelet, now } = this.options
    return podTable(this.rehearsal.pod, { kubelet, now: now(), createdAt: this.rehearsal.record.startedAt })
  }

  #isRestart(notice: Notice): boolean {
    if (notice.kind !== 'event' || notice.reason !== 'Started') return false
    return this.rehearsal.pod.containers.some(({ spec, restarts }) => spec.name === notice.container && restarts > 0)
  }

  #eventLine(event: Extract<Notice, { kind: 'event' }>): string {
    const { paint, now, columns } = this.options
    const header = this.#hasHeader ? '' : `${paint('bold', this.#events.header(columns()))}\n`
    this.#hasHeader = true
    const line = this.#events.line(event, now(), columns())
    return `${header}${event.type === 'Warning' ? paint('yellow', line) : line}\n`
  }

  #lastLines(container: string): string {
    const log = this.options.log(container)
    const lines = log === '' ? [] : log.split('\n').slice(-5)
    return lines.map((line) => this.options.paint('dim', `    ${container}: ${line}\n`)).join('')
  }
}

/** As {@link PlainShow}, on a terminal: below the events stands the pod's line, as it is now, and how far the rehearsal is. */
export class LiveShow extends PlainShow {
  #footerLines = 0

  override tick(): void {
    this.print('')
  }

  override end(): void {
    this.#clear()
  }

  protected override showPod(): void {}

  protected override print(text: string): void {
    this.#clear()
    const table = this.table()
      .split('\n')
      .map((line) => line.slice(0, this.options.columns()))
    const footer = `\n${table.join('\n')}${this.#progress()}\n`
    this.#footerLines = footer.split('\n').length - 1
    this.options.write(text + footer)
  }

  #clear(): void {
    if (this.#footerLines > 0) this.options.write(`\x1b[${this.#footerLines}A\x1b[J`)
    this.#footerLines = 0
  }

  #progress(): string {
    const { now, forMs, paint, columns } = this.options
    const gone = now() - this.rehearsal.record.startedAt
    const probes = this.rehearsal.record.lives.reduce((sum, life) => sum + life.probes.length, 0)
    const line = `${goDuration(gone)} of ${goDuration(forMs)}, ${probes} probes; Ctrl-C ends it`
    return paint('dim', line.slice(0, columns()))
  }
}

/** One JSON object a line, each with its time. */
export class JsonShow implements Show {
  readonly #options: Pick<ShowOptions, 'write'> & { readonly dateOf: (at: number) => Date }
  readonly #startedAt: number

  constructor(startedAt: number, options: Pick<ShowOptions, 'write'> & { readonly dateOf: (at: number) => Date }) {
    this.#startedAt = startedAt
    this.#options = options
  }

  notice({ at, ...notice }: Notice): void {
    const time = this.#options.dateOf(at).toISOString()
    const seconds = Math.round(at - this.#startedAt) / 1000
    this.#options.write(`${JSON.stringify({ time, seconds, ...notice })}\n`)
  }

  tick(): void {}

  end(): void {}
}
