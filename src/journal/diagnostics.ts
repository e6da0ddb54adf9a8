import { readdir, rename, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inBytes } from '../core/byte-size.ts'
import type { Clock } from '../core/clock.ts'
import { apart, inWords } from '../core/wording.ts'
import { readReport, type WorkerWatch, watchWorkers, whyNoReport } from '../host/diagnostic-report.ts'
import { wordsFor } from './state-folder.ts'

export interface DiagnosticsSetup {
  /** The state folder; it must be there. */
  readonly folder: string
  readonly clock: Clock
  /** How much memory there is to the nearest ceiling, V8's or the kernel's. @throws or undefined where that is not known: then nothing is done */
  memoryRoomBytes(): number | undefined
  /** How many bytes may still be written in the folder. Default: as statfs says. */
  diskRoomBytes?(): Promise<number>
  /** How much of each there must be. Defaults: 32 MiB of memory, 16 MiB of disk. */
  readonly needs?: { readonly memoryBytes?: number; readonly diskBytes?: number }
  /** Default 1 h. It holds across restarts: a service that is restarted every minute does not write sixty reports. */
  readonly cooldownMs?: number
  /** How many reports are kept. Default 3. */
  readonly keep?: number
}

/** What came of it: the file, or why there is none. */
export type Diagnosis = { readonly file: string; readonly tookMs: number } | { readonly skipped: string }

export interface Diagnostics {
  /** Writes a report unless that could do harm. Never throws; never to be waited for by an answer. */
  diagnose(): Promise<Diagnosis>
  /** Stops watching for workers. */
  close(): void
}

const MEBIBYTE = 1024 ** 2
const HOUR_MS = 3_600_000

/**
 * Diagnostic reports of Node (stacks, heap spaces, handles, limits, loaded libraries) that do not kill the patient. Made before the threads
 * it is to know of: a report waits for each worker, and would wait with one that is blocked in a call for as long as that takes.
 */
export function createDiagnostics(setup: DiagnosticsSetup): Diagnostics {
  const { folder, clock, cooldownMs = HOUR_MS, keep = 3 } = setup
  const workers = watchWorkers()
  let busy = false
  const attempt = async (): Promise<Diagnosis> => {
    const reports = await reportsIn(folder)
    const reason =
      recent(reports, clock, cooldownMs) ?? (await noRoom(setup)) ?? whyNoReport() ?? (await busyWorker(workers, clock))
    if (reason !== undefined) return { skipped: `no diagnostic report: ${reason}` }
    const began = clock.now()
    const text = readReport()
    const tookMs = clock.now() - began
    const file = await store(folder, clock.date(), text)
    await Promise.all(reports.slice(0, Math.max(0, reports.length + 1 - keep)).map((old) => rm(join(folder, old))))
    return { file, tookMs }
  }
  return {
    async diagnose() {
      if (busy) return { skipped: 'no diagnostic report: one is being written' }
      busy = true
      try {
        return await attempt()
      } catch (error) {
        return { skipped: `no diagnostic report: ${wordsFor(error)}` }
      } finally {
        busy = false
      }
    },
    close: workers.close,
  }
}

function recent(reports: readonly string[], clock: Clock, cooldownMs: number): string | undefined {
  const now = clock.date().getTime()
  // One of the future was written before the clock was set back: it says nothing of those that came since.
  const newest = reports.findLast((report) => timeIn(report) <= now)
  if (newest === undefined) return undefined
  const ago = now - timeIn(newest)
  return ago < cooldownMs ? `${newest} is ${inWords(ago)} old, and there is one in ${inWords(cooldownMs)}` : undefined
}

async function noRoom({
  folder,
  needs = {},
  memoryRoomBytes,
  diskRoomBytes,
}: DiagnosticsSetup): Promise<string | undefined> {
  const { memoryBytes = 32 * MEBIBYTE, diskBytes = 16 * MEBIBYTE } = needs
  const memory = memoryRoomBytes()
  if (memory === undefined) return 'nobody knows how much memory is left'
  if (!(memory >= memoryBytes)) return tooLittle('memory', memory, memoryBytes)
  const disk = await (diskRoomBytes?.() ?? roomIn(folder))
  return disk >= diskBytes ? undefined : tooLittle('disk', disk, diskBytes)
}

function tooLittle(what: string, left: number, needed: number): string {
  const word = apart(inBytes, left, [needed])
  return `only ${word(left)} of ${what} is left, less than ${word(needed)}`
}

/** A worker that was never idle for so long may be blocked in a call, and a report would wait for the end of that. */
const IDLE_WITHIN_MS = 100

async function busyWorker(workers: WorkerWatch, clock: Clock): Promise<string | undefined> {
  const neverIdle = workers.look()
  if (workers.count() > 0) await clock.sleep(IDLE_WITHIN_MS)
  return neverIdle() ? 'a worker thread is busy, and a report would wait for it' : undefined
}

async function roomIn(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/** For the owner's eyes, whole or not at all. @returns the path */
async function store(folder: string, date: Date, text: string): Promise<string> {
  const path = join(folder, `report-${date.toISOString().replaceAll(':', '-')}.json`)
  try {
    await writeFile(`${path}.part`, text, { mode: 0o600 })
    await rename(`${path}.part`, path)
    return path
  } catch (error) {
    await rm(`${path}.part`, { force: true })
    throw error
  }
}

const REPORT = /^report-(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d\.\d{3}Z)\.json$/

/** Oldest first. */
async function reportsIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).filter((name) => REPORT.test(name)).sort()
}

function timeIn(name: string): number {
  return Date.parse(name.replace(REPORT, '$1:$2:$3'))
}
