import { createHealth, defineCheck, grade } from 'failweb'
import { FakeClock } from 'failweb/testing'
import { expect, test } from 'vitest'

test('a check of one’s own is tried over minutes, in no time', async () => {
  let waiting = 0
  const backlog = defineCheck({
    name: 'backlog',
    about: 'jobs that wait',
    cure: 'wait',
    rhythm: { everyMs: 10_000, toWorsen: 2, toRecover: 2 },
    sense: () => waiting,
    judge: ([{ reading }]) => ({
      status: grade(reading, { warnAt: 10, failAt: 20 }),
      because: `${reading} jobs wait; fails at 20`,
      values: {},
    }),
  })
  const clock = new FakeClock()
  const health = createHealth({ checks: [backlog], clock })
  const said = () => health.snapshot().checks.map(({ status, because }) => [status, because])
  await health.start()
  await clock.advance(30_000)
  expect(said()).toEqual([['pass', '0 jobs wait; fails at 20']])
  waiting = 25
  await clock.advance(30_000)
  expect(said()).toEqual([['fail', '25 jobs wait; fails at 20']])
  await health.stop()
})

test('who sleeps wakes at the time that it slept for, and an aborted sleep ends at once', async () => {
  const clock = new FakeClock()
  const began = clock.now()
  const wakings: number[] = []
  const leave = new AbortController()
  for (const ms of [300, 100, 200]) void clock.sleep(ms).then(() => wakings.push(clock.now() - began))
  void clock.sleep(1_000_000, leave.signal).then(() => wakings.push(-1))
  expect(clock.sleepers).toBe(4)
  await clock.advance(250)
  expect(wakings).toEqual([100, 200])
  leave.abort()
  await clock.advance(0)
  expect(wakings).toEqual([100, 200, -1])
  clock.block(1_000)
  expect(wakings).toHaveLength(3)
  expect(clock.now() - began).toBe(1_250)
  await clock.advance(0)
  expect(wakings.at(-1)).toBe(1_250)
})

test('what repeats does so until it is stopped', async () => {
  const clock = new FakeClock()
  let times = 0
  const stop = clock.every(100, () => {
    times++
  })
  await clock.advance(350)
  expect(times).toBe(3)
  stop()
  await clock.advance(350)
  expect([times, clock.sleepers]).toEqual([3, 0])
})
