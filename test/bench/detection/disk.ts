import { diskUsageCheck } from '../../../checks/disk-usage.ts'
import { assign } from '../../../src/core/assignment.ts'
import { type Standing, UNSEEN } from '../../../src/core/standing.ts'
import type { Judged, Status } from '../../../src/core/status.ts'
import type { DiskReading } from '../../../src/host/disks.ts'
import { TRAIL_WINDOWS } from '../../../src/stats/filling.ts'
import { type Trail, TrailKeeper } from '../../../src/stats/trail.ts'
import { standAfter } from '../../stand-after.ts'
import { type DiskPattern, type DiskTrace, FILLING, HEALTHY, HOURS, LOOK_HOURS, traceOf } from './disk-traces.ts'
import { medianOf, progress, recordSection, tableOf } from './report.ts'

const HOUR_MS = 3_600_000
const GB = 1e9

const [assignment] = assign([{ check: diskUsageCheck, options: {} }])

/** Told of every look; says what it says. */
type Listener = (hour: number, used: number) => Status

export interface DiskRule {
  readonly name: string
  begin(): Listener
}

/** The real check, with its patience. */
function ours(): Listener {
  if (!assignment) throw new Error('the check was not assigned')
  const { check, settings, rhythm } = assignment
  const keeper = new TrailKeeper(TRAIL_WINDOWS)
  let standing: Standing = UNSEEN
  let parts: Readonly<Record<string, Judged>> = {}
  return (hour, used) => {
    keeper.add(hour * HOUR_MS, used * GB)
    const reading = readingOf(used, keeper.trail())
    const sample = { at: hour * HOUR_MS, tookMs: 0, reading }
    const verdict = check.judge([sample], settings, { status: standing.said, parts })
    parts = Object.fromEntries((verdict.parts ?? []).map(({ subject, status }) => [subject, status]))
    standing = standAfter(standing, verdict, rhythm)
    return standing.said
  }
}

function readingOf(used: number, trail: Trail): DiskReading {
  const bytes = { sizeBytes: 100 * GB, usedBytes: used * GB, availableBytes: (100 - used) * GB }
  return {
    mounts: [{ path: '/', device: 1, ...bytes, inodes: 0, freeInodes: 0, by: 'df', trail }],
    folders: [],
  }
}

/** A plain limit. */
const over = (limit: number) => (): Listener => (_, used) => (used > limit ? 'fail' : 'pass')

/** The Kubernetes mixin's NodeFilesystemSpaceFillingUp: under 40 % left, full within a day by the last six hours, for an hour. */
function mixin(): Listener {
  const kept: (readonly [hour: number, used: number])[] = []
  let since: number | undefined
  return (hour, used) => {
    kept.push([hour, used])
    while ((kept[0]?.[0] ?? hour) < hour - 6) kept.shift()
    const isFilling = 100 - used < 40 && lineAt(kept, hour + 24) > 100
    since = isFilling ? (since ?? hour) : undefined
    return since !== undefined && hour - since >= 1 ? 'fail' : 'pass'
  }
}

/** Least squares, carried on to a later hour. */
function lineAt(points: readonly (readonly [hour: number, used: number])[], hour: number): number {
  const n = points.length
  const [sumT, sumV] = points.reduce(([t, v], [pt, pv]) => [t + pt, v + pv], [0, 0])
  const [meanT, meanV] = [sumT / n, sumV / n]
  const slope =
    points.reduce((sum, [t, v]) => sum + (t - meanT) * (v - meanV), 0) /
    points.reduce((sum, [t]) => sum + (t - meanT) ** 2, Number.EPSILON)
  return meanV + slope * (hour - meanT)
}

export const OURS = '**disk-usage**'

export const RULES: readonly DiskRule[] = [
  { name: '> 90 %', begin: over(90) },
  { name: '> 80 %', begin: over(80) },
  { name: 'NodeFilesystemSpaceFillingUp', begin: mixin },
  { name: OURS, begin: ours },
]

/** What one rule made of one run. */
export interface Heard {
  readonly rule: string
  readonly pattern: DiskPattern
  /** Hours from the first alarm until the disk was full; of a healthy one, until the end. Absent where there was none. */
  readonly warning?: number
  /** Whether that alarm came before the disk began to fill. */
  readonly early: boolean
}

/** Plays one run to every rule. */
export function hear({ pattern, used }: DiskTrace, rules = RULES): readonly Heard[] {
  const end = (used.length - 1) * LOOK_HOURS
  return rules.map(({ name, begin }) => {
    const listen = begin()
    const first = used.findIndex((level, look) => ['warn', 'fail'].includes(listen(look * LOOK_HOURS, level)))
    const at = first * LOOK_HOURS
    if (first < 0) return { rule: name, pattern, early: false }
    return { rule: name, pattern, warning: end - at, early: !pattern.fills || at < pattern.from }
  })
}

export function play(patterns: readonly DiskPattern[], seeds: readonly number[], step = () => {}): readonly Heard[] {
  return patterns.flatMap((pattern) =>
    seeds.flatMap((seed) => {
      step()
      return hear(traceOf(pattern, seed))
    }),
  )
}

function healthyCell(heard: readonly Heard[]): string {
  return `${heard.filter(({ warning }) => warning !== undefined).length} of ${heard.length}`
}

function fillingCell(heard: readonly Heard[]): string {
  const hours = heard.flatMap(({ warning, early }) => (warning === undefined || early ? [] : [warning]))
  const shown = (value: number) => value.toFixed(value < 10 ? 1 : 0)
  const text = `${shown(medianOf(hours))} (${shown(Math.min(...hours))}–${shown(Math.max(...hours))})`
  const bad = heard.length - hours.length
  return bad > 0 ? `${text}, ${bad} missed or before` : text
}

function tabulate(heard: readonly Heard[], patterns: readonly DiskPattern[], cell: typeof fillingCell): string {
  const rows = RULES.map(({ name }) => [
    name,
    ...patterns.map((pattern) => cell(heard.filter((one) => one.rule === name && one.pattern === pattern))),
  ])
  return tableOf(['rule', ...patterns.map(({ name }) => name)], rows)
}

/** Plays everything on seeds that nothing was tuned on, and writes the tables down. */
export function runDisk(seeds: readonly number[], command: string): void {
  const patterns = [...HEALTHY, ...FILLING]
  const bar = progress('disk traces', patterns.length * seeds.length)
  const heard = play(patterns, seeds, () => bar.step())
  const body = [
    `${seeds.length} seeds (${seeds[0]}–${seeds.at(-1)}), a disk of 100 GB, a look every five minutes; healthy ones for ${HOURS / 24} days. Ours is the real check with its patience, and its first warning counts: two looks are ten minutes here, and one minute in service.`,
    `### Healthy disks with an alarm\n\n${tabulate(heard, HEALTHY, healthyCell)}`,
    `### Hours from the first alarm until the disk is full: median (least–most)\n\n${tabulate(heard, FILLING, fillingCell)}`,
  ].join('\n\n')
  recordSection({ heading: 'Disk', command, body })
  console.log(body)
}
