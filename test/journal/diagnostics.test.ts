import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createDiagnostics, type Diagnostics, type DiagnosticsSetup } from '../../src/journal/diagnostics.ts'
import { systemClock } from '../../src/system-clock.ts'
import { FakeClock } from '../fake-clock.ts'

const MEBIBYTE = 1024 ** 2

let folder: string
let clock: FakeClock
let open: Diagnostics[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'failweb-diagnostics-'))
  clock = new FakeClock()
  open = []
})
afterEach(() => {
  for (const diagnostics of open) diagnostics.close()
  rmSync(folder, { recursive: true, force: true })
})

function diagnostics(setup: Partial<DiagnosticsSetup> = {}): Diagnostics {
  const made = createDiagnostics({
    folder,
    clock,
    memoryRoomBytes: () => 512 * MEBIBYTE,
    diskRoomBytes: async () => 512 * MEBIBYTE,
    ...setup,
  })
  open.push(made)
  return made
}

describe('a diagnostic report', () => {
  test('is written whole, for its owner, without environment, arguments and names of remote hosts', async () => {
    vi.stubEnv('FAILWEB_TOKEN', 'a-secret-of-this-test')
    const diagnosis = await diagnostics().diagnose()
    vi.unstubAllEnvs()
    const file = 'file' in diagnosis ? diagnosis.file : ''
    expect(basename(file)).toBe('report-2026-01-01T00-00-01.000Z.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const text = readFileSync(file, 'utf8')
    const report = JSON.parse(text)
    expect(report).toMatchObject({ header: { processId: process.pid }, javascriptHeap: {}, libuv: expect.any(Array) })
    expect(text).not.toMatch(/a-secret-of-this-test|environmentVariables|commandLine|networkInterfaces/)
    expect(readdirSync(folder)).toEqual([basename(file)])
  })

  test('comes once an hour, restarts or not, and the newest three are kept', async () => {
    for (let hour = 0; hour < 5; hour++) {
      expect(await diagnostics().diagnose()).toHaveProperty('file')
      clock.block(1_800_000)
      expect(await diagnostics().diagnose()).toEqual({
        skipped: expect.stringMatching(
          /^no diagnostic report: report-.*\.json is 30 min old, and there is one in 1 h$/,
        ),
      })
      clock.block(1_800_000)
    }
    expect(readdirSync(folder)).toEqual([2, 3, 4].map((hour) => `report-2026-01-01T0${hour}-00-01.000Z.json`))
  })

  test('of a time that is yet to come, since the clock was set back, does not do away with the hour between two', async () => {
    writeFileSync(join(folder, 'report-2026-01-02T00-00-00.000Z.json'), '{}')
    expect(await diagnostics().diagnose()).toHaveProperty('file')
    clock.block(60_000)
    expect(await diagnostics().diagnose()).toHaveProperty('skipped', expect.stringContaining('is 1 min old'))
  })

  test('is one at a time', async () => {
    const one = diagnostics()
    const both = await Promise.all([one.diagnose(), one.diagnose()])
    expect(both.map((diagnosis) => 'file' in diagnosis)).toEqual([true, false])
  })

  test.each<[string, Partial<DiagnosticsSetup>, string]>([
    ['memory', { memoryRoomBytes: () => 31 * MEBIBYTE }, 'only 31 MiB of memory is left, less than 32 MiB'],
    ['knowledge of it', { memoryRoomBytes: () => undefined }, 'nobody knows how much memory is left'],
    ['sense in what is known', { memoryRoomBytes: () => Number.NaN }, 'only NaN B of memory is left, less than 32 MiB'],
    ['disk', { diskRoomBytes: async () => MEBIBYTE }, 'only 1 MiB of disk is left, less than 16 MiB'],
    ['disk by our own needs', { needs: { diskBytes: 1024 ** 5 } }, 'only 512 MiB of disk is left, less than 1 PiB'],
  ])('is not written without %s', async (_what, setup, why) => {
    expect(await diagnostics(setup).diagnose()).toEqual({ skipped: `no diagnostic report: ${why}` })
    expect(readdirSync(folder)).toEqual([])
  })

  test('asks the disk itself where nobody else does', async () => {
    const { memoryRoomBytes } = { memoryRoomBytes: () => 512 * MEBIBYTE }
    const made = createDiagnostics({ folder, clock, memoryRoomBytes, needs: { diskBytes: 1024 ** 6 } })
    open.push(made)
    expect(await made.diagnose()).toEqual({ skipped: expect.stringMatching(/of disk is left, less than 1024 PiB$/) })
  })

  test('whose folder is gone, or whose place is taken, is skipped with what the file system says', async () => {
    mkdirSync(join(folder, 'report-2026-01-01T00-00-01.000Z.json.part'))
    expect(await diagnostics().diagnose()).toEqual({
      skipped: expect.stringMatching(/^no diagnostic report: .*EISDIR/),
    })
    rmSync(folder, { recursive: true })
    expect(await diagnostics().diagnose()).toEqual({
      skipped: 'no diagnostic report: it is not there any more (ENOENT)',
    })
  })

  test('does not wait for a worker thread that is blocked in a call, and includes one that is idle', async () => {
    const made = diagnostics({ clock: systemClock })
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    const blocked = await started(`require('node:fs').readFileSync(${JSON.stringify(pipe)})`)
    const began = performance.now()
    expect(await made.diagnose()).toEqual({
      skipped: 'no diagnostic report: a worker thread is busy, and a report would wait for it',
    })
    expect(performance.now() - began).toBeLessThan(5_000)
    writeFileSync(pipe, '')
    await once(blocked, 'exit')
    const idle = await started('setInterval(() => {}, 1_000)')
    const diagnosis = await made.diagnose()
    await idle.terminate()
    expect(JSON.parse(readFileSync('file' in diagnosis ? diagnosis.file : '', 'utf8')).workers).toHaveLength(1)
  })
})

/** A worker thread that has just said that it goes on to this. */
async function started(code: string): Promise<Worker> {
  const worker = new Worker(`require('node:worker_threads').parentPort.postMessage('here'); ${code}`, { eval: true })
  await once(worker, 'message')
  return worker
}
