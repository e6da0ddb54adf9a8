import type { Clock } from '../core/clock.ts'
import { type Paint, paintFor } from '../rehearse/view/paint.ts'
import type { Terminal } from './command.ts'
import { type Line, written } from './display.ts'
import { CannotAsk } from './service-client.ts'
import type { ReportedCheck, StatusReport } from './status-report.ts'
import { statusView } from './status-view.ts'

/** One look at the service: its report, or why there is none. */
export type Look = { readonly report: StatusReport; readonly hint?: string | undefined } | { readonly problem: string }

/** Shows looks as they come. */
export interface WatchShow {
  show(look: Look, at: Date): void
  end(): void
}

export interface WatchOptions {
  readonly everyMs: number
  readonly clock: Clock
  readonly stop: AbortSignal
  ask(signal: AbortSignal): Promise<Look>
}

/** Looks again and again until it is stopped. That the service cannot be asked for a while is part of what is to be seen. */
export async function watchStatus({ everyMs, clock, stop, ask }: WatchOptions, show: WatchShow): Promise<void> {
  try {
    while (!stop.aborted) {
      const look = await ask(stop).catch((error: unknown): Look => {
        if (error instanceof CannotAsk) return { problem: error.message }
        throw error
      })
      if (stop.aborted) return
      show.show(look, clock.date())
      await clock.sleep(everyMs, stop)
    }
  } finally {
    show.end()
  }
}

/** On a terminal: the same place, drawn again. What was on the screen comes back at the end, with the last view below it. */
export class ScreenShow implements WatchShow {
  readonly #out: Terminal['out']
  readonly #paint: Paint
  #last: readonly Line[] = []

  constructor({ out, env }: Terminal) {
    this.#out = out
    this.#paint = paintFor(out.isTTY, env)
    // The other screen, without a cursor.
    out.write('\x1b[?1049h\x1b[?25l')
  }

  show(look: Look, at: Date): void {
    const [columns, rows] = [this.#columns(), this.#out.rows || 24]
    const top: Line = [{ text: `${at.toISOString().slice(11, 19)}Z; Ctrl-C ends it`, colour: 'dim' }]
    if ('problem' in look) {
      this.#draw([top, [{ text: look.problem, colour: 'red' }], [], ...this.#last], columns, rows)
      return
    }
    const hint: Line[] = look.hint === undefined ? [] : [[{ text: look.hint, colour: 'yellow' }]]
    this.#last = [...statusView(look.report, columns), ...hint]
    this.#draw([top, ...this.#last], columns, rows)
  }

  end(): void {
    this.#out.write('\x1b[?25h\x1b[?1049l')
    this.#out.write(this.#last.map((line) => `${written(line, this.#columns(), this.#paint)}\n`).join(''))
  }

  /** One less than there are: behind a full line, erasing to its end takes its last cell. */
  #columns(): number {
    return Math.max(2, (this.#out.columns || 80) - 1)
  }

  /** Over what was there, each line to its end: nothing is cleared first, so nothing flickers. */
  #draw(lines: readonly Line[], columns: number, rows: number): void {
    const fits = lines.length <= rows
    const shown = fits
      ? lines
      : [...lines.slice(0, rows - 1), [{ text: `… and ${lines.length - rows + 1} lines more` }]]
    const text = shown.map((line) => `${written(line, columns, this.#paint)}\x1b[K`).join('\r\n')
    this.#out.write(`\x1b[H${text}\x1b[J`)
  }
}

/** Into a pipe: a line for each check, then one for each that changes. */
export class ChangesShow implements WatchShow {
  readonly #write: (text: string) => void
  readonly #said = new Map<string, string>()

  constructor(write: (text: string) => void) {
    this.#write = write
  }

  show(look: Look, at: Date): void {
    if ('problem' in look) this.#say('service', look.problem, look.problem, at)
    else this.#showReport(look, at)
  }

  end(): void {}

  #showReport({ report, hint }: Extract<Look, { report: unknown }>, at: Date): void {
    const { run, status, output } = report
    this.#say(
      'service',
      `${status} ${run?.startedAt}`,
      `${status}: ${hint ?? output ?? 'answers'}${restartOf(report)}`,
      at,
    )
    for (const check of report.checks) this.#say(`check ${check.name}`, check.status, lineOf(check), at)
  }

  /** Says it if `what` says something else than it did: sentences change with every look, and are no news by themselves. */
  #say(subject: string, what: string, sentence: string, at: Date): void {
    if (this.#said.get(subject) === what) return
    this.#said.set(subject, what)
    this.#write(`${at.toISOString()} ${sentence}\n`)
  }
}

/** Into a pipe, as JSON: a whole report a line, whenever a status has changed. */
export class JsonShow implements WatchShow {
  readonly #write: (text: string) => void
  #said = ''

  constructor(write: (text: string) => void) {
    this.#write = write
  }

  show(look: Look, at: Date): void {
    const said = 'problem' in look ? look.problem : statusesOf(look.report)
    if (said === this.#said) return
    this.#said = said
    const told = 'problem' in look ? look : look.report
    this.#write(`${JSON.stringify({ time: at.toISOString(), ...told })}\n`)
  }

  end(): void {}
}

function statusesOf({ status, run, checks }: StatusReport): string {
  return [status, run?.startedAt, ...checks.map((check) => `${check.name} ${check.status}`)].join()
}

function lineOf({ name, status, parts }: ReportedCheck): string {
  const telling = parts.filter((part) => part.status !== 'pass')
  const sentences = (telling.length > 0 ? telling : parts.slice(0, 1)).flatMap(({ because }) => because ?? [])
  return `${status} ${name}${sentences.length > 0 ? `: ${sentences.join('; ')}` : ''}`
}

function restartOf({ run }: StatusReport): string {
  if (!run) return ''
  const before = run.previous ? `; the run before: ${run.previous.why}` : ''
  return `; runs since ${run.startedAt}${before}`
}
