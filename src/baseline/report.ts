import { arch, cpus, platform, totalmem } from 'node:os'
import { Document } from 'yaml'
import { inBytes } from '../core/byte-size.ts'
import { inNumber, inPercent, inWords } from '../core/wording.ts'
import type { LoadReport } from './load.ts'
import type { Observation } from './observation.ts'
import type { Thresholds } from './thresholds.ts'

/** Under what circumstances it was measured. */
export interface Circumstances {
  readonly date: Date
  readonly command: string
  readonly seconds: number
  readonly load?: LoadReport
}

/** What was measured, as rows of a table: what, of which, the highest seen. */
export function rowsOf(seen: Observation): readonly (readonly [string, string, string])[] {
  return [
    ...[...seen.p99Seconds].map(([route, seconds]) => ['p99', route, inWords(seconds * 1_000)] as const),
    ...[...seen.memoryBytes].map(([signal, bytes]) => ['memory', signal, inBytes(bytes)] as const),
    ...[...seen.cacheEntries].map(([cache, entries]) => ['cache', cache, `${entries} entries`] as const),
    ...[...seen.diskRatios].map(([path, ratio]) => ['disk', path, inPercent(ratio)] as const),
  ]
}

/** The file that `serve --config` reads, with what was measured, when, where and how as a comment at its head. */
export function fileOf(thresholds: Thresholds, seen: Observation, circumstances: Circumstances): string {
  const document = new Document(thresholds)
  document.commentBefore = [headOf(circumstances), ...rowsOf(seen).map((row) => row.join('  '))]
    .map((line) => ` ${line}`)
    .join('\n')
  return document.toString()
}

function headOf({ date, command, seconds, load }: Circumstances): string {
  const machine = `Node ${process.versions.node}, ${platform()} ${arch()}, ${cpus().length} cores, ${inBytes(totalmem())}`
  const traffic = load ? inTraffic(load) : 'under the traffic that it had'
  return [
    `Thresholds measured by ${command}`,
    `on ${date.toISOString()}, ${machine}`,
    `over ${seconds} s, ${traffic}. The highest seen:`,
  ].join('\n ')
}

/** `200 requests answered, 3 failed (404 at /foo: 3)` */
export function inTraffic({ answered, failures }: LoadReport): string {
  const failed = [...failures.values()].reduce((sum, count) => sum + count, 0)
  const which = [...failures].map(([failure, count]) => `${failure}: ${count}`).join(', ')
  return `${inNumber(answered, 'request')} answered, ${failed} failed${failed === 0 ? '' : ` (${which})`}`
}
