import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createHealth } from '../../../src/health.ts'
import { steady } from '../../assignments.ts'
import { FakeClock, settle } from '../../fake-clock.ts'
import { medianOf, progress, tableOf } from '../detection/report.ts'
import { type Section, targetsOf } from '../section.ts'

const HOUR_MS = 3_600_000
const CHANGES = 300
const COUNTS = [10, 100, 1_000] as const

/** What grows while the service runs, and what a single change costs among many checks. */
export const cost: Section = {
  name: 'cost',
  heading: 'Cost over time',
  async run({ quick }) {
    const checks = quick ? 1 : 5
    const hours = await aDay(checks, quick ? 4 : 24)
    const changes = []
    for (const count of COUNTS) changes.push({ count, us: await oneChange(count) })
    const [first = Number.NaN] = hours
    const last = hours.at(-1) ?? Number.NaN
    const [ten, , thousand] = changes
    return `${hours.length} h in virtual time, ${checks} ${checks > 1 ? 'checks' : 'check'} at one look a second each, with history and metrics: the heap after a full collection.

${tableOf(
  ['after', 'heap, MiB'],
  [0, 1, 3, 5, 11, 17, 23].flatMap((hour) => {
    const used = hours[hour]
    return used === undefined ? [] : [[`${hour + 1} h`, used.toFixed(2)]]
  }),
)}

One check among so many has looked; a snapshot is taken. Medians of ${CHANGES}.

${tableOf(
  ['checks', 'µs'],
  changes.map(({ count, us }) => [`${count}`, us.toFixed(1)]),
)}

${targetsOf([
  { what: 'the heap at the end less that after 1 h', measured: last - first, most: 1, unit: ' MiB' },
  {
    what: 'a snapshot after one change among 1,000 checks to one among 10',
    measured: (thousand?.us ?? Number.NaN) / (ten?.us ?? Number.NaN),
    most: 3,
    digits: 1,
  },
])}`
  },
}

/** The heap after each hour. */
async function aDay(count: number, hoursInAll: number): Promise<readonly number[]> {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  const clock = new FakeClock()
  const checks = Array.from({ length: count }, (_, nth) => ({ check: steady(`check-${nth}`, 'pass'), options: SECOND }))
  const health = createHealth({ checks, clock })
  await health.start()
  const { step } = progress('hours', hoursInAll)
  const used: number[] = []
  for (let hour = 0; hour < hoursInAll; hour++) {
    await clock.advance(HOUR_MS)
    health.snapshot()
    collect()
    used.push(process.memoryUsage().heapUsed / 1024 ** 2)
    step()
  }
  await health.stop()
  return used
}

const SECOND = { everyMs: 1_000 }
const NEVER = { everyMs: 2 * HOUR_MS }

/** Microseconds for a snapshot of so many checks after one of them has looked. */
async function oneChange(count: number): Promise<number> {
  const clock = new FakeClock()
  const checks = Array.from({ length: count }, (_, nth) => {
    return { check: steady(`check-${nth}`, 'pass'), options: nth === 0 ? SECOND : NEVER }
  })
  const health = createHealth({ checks, clock })
  await health.start()
  await settle()
  const times: number[] = []
  for (let nth = 0; nth < CHANGES; nth++) {
    await clock.advance(1_000)
    const begun = performance.now()
    health.snapshot()
    times.push((performance.now() - begun) * 1_000)
  }
  await health.stop()
  return medianOf(times)
}
