import { fork } from 'node:child_process'
import { statfsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeLoopDisk, whyNoLoopDisk } from '../../e2e/loop-disk.ts'
import type { LoggingLife } from './real-logger.ts'
import { firstSaid, type Heard, intervals, type Lived, type Told } from './real-told.ts'
import { recordSection, tableOf } from './report.ts'

interface Run {
  /** When its disk should be full, roughly. */
  readonly seconds: number
  readonly everyMs: number
}

/** From a burst of errors to a log that nobody rotates; the last one is slow enough for the shortest window of the forecast. */
const RUNS: readonly Run[] = [
  { seconds: 60, everyMs: 2_000 },
  { seconds: 300, everyMs: 5_000 },
  { seconds: 36 * 60, everyMs: 30_000 },
]
const DISK_MIB = 64

type Outcome = Run & Lived & { readonly end: string }

async function runOne(run: Run): Promise<Outcome> {
  // Root writes on where df says that nothing is available: what is kept for it would be time that no forecast means.
  const disk = makeLoopDisk({ mebibytes: DISK_MIB, inodes: 256, reservedPercent: 0 })
  try {
    const { bavail, bsize } = statfsSync(disk.path)
    const life: LoggingLife = {
      disk: disk.path,
      log: join(disk.path, 'logs', 'service.log'),
      bytesPerSecond: (bavail * bsize) / run.seconds,
      everyMs: run.everyMs,
    }
    const begun = performance.now()
    const seconds = () => (performance.now() - begun) / 1000
    const child = fork(fileURLToPath(new URL('real-logger.ts', import.meta.url)), [JSON.stringify(life)], {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    const told: Heard[] = []
    let lastWords = ''
    child.on('message', (message) => told.push({ ...(message as Told), at: seconds() }))
    child.stderr?.on('data', (text) => {
      lastWords += text
    })
    await new Promise((resolve) => child.on('close', resolve))
    const [end = 'another end'] = /ENOSPC/.exec(lastWords) ?? []
    return { ...run, told, lived: seconds(), end }
  } finally {
    disk.remove()
  }
}

function rowOf(outcome: Outcome): readonly string[] {
  const { lived, end, everyMs } = outcome
  const before = (heard: Heard | undefined) => (heard ? `${(lived - heard.at).toFixed(0)} s` : 'never')
  const { hits, all } = intervals(outcome, 'disk-usage')
  return [
    `${lived.toFixed(0)} s, ${end}`,
    `${everyMs / 1000} s`,
    before(firstSaid(outcome, 'warn')),
    before(firstSaid(outcome, 'fail')),
    all ? `${hits} of ${all}` : '–',
    firstSaid(outcome, 'warn')?.because.replace(/\S+\/mounted/, 'the disk') ?? '–',
  ]
}

/** Three quarters of an hour, most of it waiting for the slow one. @throws where no file system can be made in a file */
export async function runRealLogs(command: string): Promise<void> {
  const whyNot = whyNoLoopDisk()
  if (whyNot) throw new Error(`a disk in a file ${whyNot}`)
  const outcomes = await Promise.all(RUNS.map(runOne))
  const warned = outcomes.filter((outcome) => firstSaid(outcome, 'warn')).length
  const failed = outcomes.filter((outcome) => firstSaid(outcome, 'fail')).length
  const body = [
    `Real Node processes, each with the disk check in the real engine, that write their log on an ext4 file system of ${DISK_MIB} MiB of its own until they end with \`ENOSPC\`.`,
    tableOf(
      ['lived', 'looked every', 'WARN before the end', 'FAIL before it', 'true time in interval', 'at WARN'],
      outcomes.map(rowOf),
    ),
    `WARN before the end: ${warned} of ${outcomes.length}; FAIL: ${failed} of ${outcomes.length}.`,
  ].join('\n\n')
  recordSection({ heading: 'Log files on real disks', command, body })
  console.log(body)
}
