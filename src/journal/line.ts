import { cut } from '../core/setup-error.ts'

/** What happened: the name of the entry and its details, as they stand in the line. */
export interface Entry {
  readonly entry: string
  readonly [detail: string]: unknown
}

/** One line of the journal. */
export interface Line extends Entry {
  /** Which run wrote it. */
  readonly run: string
  /** Its number in that run, from 0. A line that was written twice, since nobody could tell whether it had been, counts once. */
  readonly n: number
  /** The time of day, ISO 8601 UTC. */
  readonly at: string
  /** Seconds since the run began, by a clock that never jumps. */
  readonly up: number
}

/** Longer texts are cut: one stack, or one sentence about a thousand mounts, is not to push out everything else. */
const LONGEST_TEXT = 2_000

/** A line as it is written, its line end with it. Whatever the details are, it is one line of JSON. */
export function written(line: Line): string {
  return `${asJson(line) ?? JSON.stringify(bare(line))}\n`
}

function asJson(line: Line): string | undefined {
  try {
    return JSON.stringify(line, (_key, value) => (typeof value === 'string' ? cut(value, LONGEST_TEXT) : value))
  } catch {
    return undefined
  }
}

/** Details that JSON cannot say (a circle, a bigint, a getter that throws) are left out. */
function bare({ run, n, at, up, entry }: Line): Line {
  return { run, n, at, up, entry }
}

/** The lines in a text, and the runs whose last line there is torn. */
export interface Read {
  readonly lines: readonly Line[]
  readonly torn: ReadonlySet<string>
}

/** Reads what was written, in the order of the file. What is no line was torn, by a kill or by a full disk, and is dropped. */
export function read(text: string): Read {
  const lines: Line[] = []
  const torn = new Set<string>()
  for (const each of text.split('\n').filter((each) => each !== '')) {
    const line = parsed(each)
    const run = (line ?? lines.at(-1))?.run ?? ''
    if (line) lines.push(line)
    // What was torn on a full disk is written again when there is room.
    if (line) torn.delete(run)
    else torn.add(run)
  }
  return { lines, torn }
}

function parsed(text: string): Line | undefined {
  try {
    const line = JSON.parse(text) as Partial<Line> | null
    return isLine(line) ? line : undefined
  } catch {
    return undefined
  }
}

function isLine(line: Partial<Line> | null): line is Line {
  return (
    typeof line?.run === 'string' &&
    typeof line.entry === 'string' &&
    Number.isSafeInteger(line.n) &&
    (line.n ?? -1) >= 0 &&
    isMoment(line)
  )
}

/** Longer than any run: three hundred years. */
const NEVER_UP_SECONDS = 1e10

/** Whether this can be a moment of a run. What a disk or a hand has spoilt may be numbers still, and would be reckoned with. */
export function isMoment({ at, up }: { readonly at?: unknown; readonly up?: unknown }): boolean {
  return isTime(up) && typeof at === 'string' && Date.parse(at) >= 0
}

/** Whether this can be a time of a run, in seconds. */
export function isTime(up: unknown): up is number {
  return typeof up === 'number' && up >= 0 && up < NEVER_UP_SECONDS
}

/** A detail as words; undefined where it is none, and could be turned into none. */
export function wordsIn(detail: unknown): string | undefined {
  return typeof detail === 'object' || detail === undefined ? undefined : String(detail)
}
