import { fileURLToPath } from 'node:url'
import { pause, startGuarded, until } from '../guard/guarded-process.ts'
import { recordSection, tableOf } from './detection/report.ts'

/**
 * What the guard does not fall for, at full length: a main thread that is busy all the time, and a process that was stopped. The tests of
 * the guard have both for a few seconds. Needs `npm run build`.
 */
const BUSY_MS = 60_000
const STOPPED_MS = 10_000
const SILENCE_MS = 5_000

const [busy, stopped] = await Promise.all([beBusy(), beStopped()])
const rows = [
  [`busy at 100 % for ${BUSY_MS / 1000} s, in slices of 200 ms`, ...busy],
  [`SIGSTOP, and SIGCONT after ${STOPPED_MS / 1000} s`, ...stopped],
]
const body = `Liveness is asked twenty times a second; it would fail after a silence of ${SILENCE_MS / 1000} s.

${tableOf(['the main thread', 'answers', 'other than 200', 'stalls counted'], rows)}`
process.stdout.write(`${body}\n`)
recordSection(
  {
    heading: 'What the guard does not fall for',
    command: 'npm run build && npx tsx test/bench/guard-patience.ts',
    body,
  },
  fileURLToPath(new URL('RESULTS.md', import.meta.url)),
)

type Seen = readonly [answers: string, others: string, stalls: string]

async function beBusy(): Promise<Seen> {
  const guarded = await startGuarded({ silenceMs: SILENCE_MS })
  guarded.act(`slices ${BUSY_MS}`)
  return seenUntil(guarded, () => guarded.events.some(({ event }) => event === 'sliced'))
}

async function beStopped(): Promise<Seen> {
  const guarded = await startGuarded({ silenceMs: SILENCE_MS })
  guarded.child.kill('SIGSTOP')
  await pause(STOPPED_MS)
  guarded.child.kill('SIGCONT')
  const end = performance.now() + STOPPED_MS
  return seenUntil(guarded, () => performance.now() > end)
}

async function seenUntil(guarded: Awaited<ReturnType<typeof startGuarded>>, over: () => boolean): Promise<Seen> {
  const statuses: number[] = []
  while (!over()) {
    statuses.push((await guarded.ask('/livez')).status)
    await pause(50)
  }
  const { body } = await until(
    () => guarded.ask('/metrics'),
    ({ status }) => status === 200,
  )
  guarded.end()
  const stalls = /^failweb_guard_main_stalls_total (.+)$/m.exec(body)?.[1] ?? 'unknown'
  return [`${statuses.length}`, `${statuses.filter((status) => status !== 200).length}`, stalls]
}
