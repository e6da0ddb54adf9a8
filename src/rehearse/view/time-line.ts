import { goDuration } from '../kubelet/human-duration.ts'
import { PROBE_KINDS, type ProbeKind } from '../manifest/pod-spec.ts'
import type { LifeRecord, RehearsalRecord } from '../record.ts'
import { broken } from './broken.ts'
import type { Paint } from './paint.ts'

export interface TimeLineOptions {
  /** The end of what is drawn, on the rehearsal's clock. */
  readonly now: number
  /** Of the whole line, in cells. */
  readonly width: number
  readonly paint: Paint
}

const LABEL_WIDTH = 12

/**
 * What happened, from left to right: for each container its lives, each beginning with its number, `·` where a restart was held back;
 * below, for each kind of probe, `.` where all succeeded, `x` where some failed, and `K` where they led to a kill.
 */
export function timeLine(record: RehearsalRecord, options: TimeLineOptions): string {
  const containers = [...new Set(record.lives.map(({ container }) => container))]
  const rows = containers.flatMap((container) => rowsOf(record, container, options))
  return rows.length === 0 ? '' : [scale(record, options), ...rows, legend(options)].map((row) => `${row}\n`).join('')
}

function rowsOf(record: RehearsalRecord, container: string, options: TimeLineOptions): readonly string[] {
  const lives = record.lives.filter((life) => life.container === container)
  const kinds = PROBE_KINDS.filter((kind) => lives.some(({ probes }) => probes.some(({ probe }) => probe === kind)))
  const cells = new Cells(record.startedAt, options)
  const line = (label: string, drawn: string) => `${label.slice(0, LABEL_WIDTH - 1).padEnd(LABEL_WIDTH)}${drawn}`
  return [
    line(container, livesRow(lives, cells, options)),
    ...kinds.map((kind) => line(`  ${kind}`, probesRow(lives, kind, cells, options))),
  ]
}

function livesRow(lives: readonly LifeRecord[], cells: Cells, { now, paint }: TimeLineOptions): string {
  const row = cells.row(' ')
  for (const [index, { startedAt, endedAt, life }] of lives.entries()) {
    cells.fill(row, startedAt, endedAt ?? now, paint('green', '━'))
    const next = lives[index + 1]
    const isRestarted = next !== undefined || lives[index]?.killedBy !== undefined
    if (endedAt !== undefined && isRestarted) cells.fill(row, endedAt, next?.startedAt ?? now, paint('yellow', '·'))
    for (const [offset, digit] of [...String(life)].entries()) row[cells.of(startedAt) + offset] = paint('bold', digit)
  }
  return row.slice(0, cells.count).join('')
}

function probesRow(lives: readonly LifeRecord[], kind: ProbeKind, cells: Cells, { paint }: TimeLineOptions): string {
  const row = cells.row(' ')
  const failed = new Set<number>()
  for (const { probes, killedBy, endedAt } of lives) {
    for (const { at, probe, result } of probes) {
      if (probe !== kind) continue
      const cell = cells.of(at)
      if (result === 'failure' || result === 'error') failed.add(cell)
      row[cell] = failed.has(cell) ? paint('red', 'x') : paint('dim', '.')
    }
    if (killedBy === kind && endedAt !== undefined)
      row[cells.of(lastFailure(probes, kind) ?? endedAt)] = paint('red', 'K')
  }
  return row.join('')
}

function lastFailure(probes: LifeRecord['probes'], kind: ProbeKind): number | undefined {
  return probes.findLast(({ probe, result }) => probe === kind && result === 'failure')?.at
}

/** Where a time falls on the line. */
class Cells {
  readonly count: number
  readonly #startedAt: number
  readonly #msPerCell: number

  constructor(startedAt: number, { now, width }: TimeLineOptions) {
    this.count = Math.max(10, width - LABEL_WIDTH)
    this.#startedAt = startedAt
    this.#msPerCell = Math.max(1, (now - startedAt) / this.count)
  }

  of(at: number): number {
    return Math.min(this.count - 1, Math.max(0, Math.floor((at - this.#startedAt) / this.#msPerCell)))
  }

  row(blank: string): string[] {
    return Array.from({ length: this.count }, () => blank)
  }

  fill(row: string[], from: number, to: number, mark: string): void {
    for (let cell = this.of(from); cell <= this.of(to) && to > from; cell++) row[cell] = mark
  }
}

function scale({ startedAt }: RehearsalRecord, { now, width, paint }: TimeLineOptions): string {
  const count = Math.max(10, width - LABEL_WIDTH)
  const longest = goDuration(now - startedAt).length
  const parts = Math.max(1, Math.min(4, Math.floor(count / (longest + 1))))
  const marks = Array.from({ length: parts }, (_, part) => goDuration(((now - startedAt) * part) / parts))
  const drawn = marks.map((mark) => mark.padEnd(Math.floor(count / parts))).join('')
  return paint('dim', `${' '.repeat(LABEL_WIDTH)}${drawn}`.trimEnd())
}

function legend({ width, paint }: TimeLineOptions): string {
  const marks = '━ runs, · held back;  . succeeds, x fails, K kills'
  return paint('dim', broken(`${' '.repeat(LABEL_WIDTH)}${marks}`, width, LABEL_WIDTH))
}
