import { expect, test } from 'vitest'
import type { Notice } from '../../src/rehearse/kubelet/notice.ts'
import { RehearsalRecord } from '../../src/rehearse/record.ts'
import { EventTable } from '../../src/rehearse/view/event-table.ts'
import { summarise } from '../../src/rehearse/view/summary.ts'
import { timeLine } from '../../src/rehearse/view/time-line.ts'

const SECOND = 1000

/** Two lives of 20 s with a probe each second, the last three of the first failing; ten seconds held back between them. */
function story(): RehearsalRecord {
  const record = new RehearsalRecord(0, ['failweb'])
  const notices: Notice[] = []
  for (const life of [0, 1]) {
    const from = life * 30
    notices.push({ kind: 'start', at: from * SECOND, container: 'failweb', life })
    notices.push({ kind: 'ready', at: from * SECOND, container: 'failweb', ready: true })
    for (let second = 1; second < 20; second++) {
      const result = life === 0 && second > 16 ? 'failure' : 'success'
      const at = (from + second) * SECOND
      notices.push({
        kind: 'probe',
        at,
        container: 'failweb',
        life,
        probe: 'liveness',
        result,
        message: '',
        tookMs: second,
        tries: 1,
      })
    }
    if (life > 0) continue
    const ending = { exitCode: 69, reason: 'Error', message: '' } as const
    notices.push({
      kind: 'end',
      at: 20 * SECOND,
      container: 'failweb',
      life,
      ending,
      killedBy: 'liveness',
      livedMs: 20_000,
    })
    notices.push({ kind: 'ready', at: 20 * SECOND, container: 'failweb', ready: false })
    notices.push({ kind: 'wait', at: 20 * SECOND, container: 'failweb', waitMs: 10_000, message: '' })
  }
  for (const notice of notices) record.add(notice)
  return record
}

test('the time line shows lives with their numbers, what was held back, failures and the kill', () => {
  const drawn = timeLine(story(), { now: 50 * SECOND, width: 62, paint: (_, text) => text })
  expect(drawn).toBe(
    [
      '            0s          13s         25s         38s',
      'failweb     0━━━━━━━━━━━━━━━━━━━··········1━━━━━━━━━━━━━━━━━━━',
      '  liveness   ................xxK           ...................',
      '            ━ runs, · held back;  . succeeds, x fails, K kills',
      '',
    ].join('\n'),
  )
})

test('the summary counts lives, probes and the time in service', () => {
  expect(summarise(story(), 50 * SECOND, 0)).toMatchObject({
    lastedSeconds: 50,
    restarts: 1,
    livedSeconds: { count: 1, mean: 20 },
    probesUntilKill: { count: 1, mean: 19 },
    probes: { liveness: { made: 38, failed: 3, errored: 0, p50_seconds: 0.01, p99_seconds: 0.019 } },
    crashLoops: 1,
    crashLoopAfterSeconds: 20,
    readyRatio: 0.8,
  })
})

test('a pod is ready while all its containers are, and no longer', () => {
  const record = new RehearsalRecord(0, ['web', 'log'])
  const tell = (container: string, ready: boolean, second: number) =>
    record.add({ kind: 'ready', at: second * SECOND, container, ready })
  tell('web', true, 0)
  expect(summarise(record, 10 * SECOND, 0).readyRatio).toBe(0)
  tell('log', true, 10)
  tell('web', false, 14)
  tell('log', false, 16)
  tell('web', true, 18)
  tell('log', true, 19)
  expect(summarise(record, 20 * SECOND, 0).readyRatio).toBe(0.25)
})

test('an event that comes again is one event, seen again', () => {
  const table = new EventTable('failweb-abc')
  const event = {
    kind: 'event',
    type: 'Warning',
    reason: 'Unhealthy',
    message: 'Liveness probe failed',
    container: 'failweb',
  } as const
  const lines = [0, 1, 2].map((second) => table.line({ ...event, at: second * SECOND }, second * SECOND))
  expect(lines.map((line) => line.slice(0, 17).trimEnd())).toEqual(['0s', '0s (x2 over 1s)', '0s (x3 over 2s)'])
  expect(lines[0]?.split(/ {2,}/)).toEqual(['0s', 'Warning', 'Unhealthy', 'pod/failweb-abc', 'Liveness probe failed'])
})

test.each([24, 40, 61])(
  'a time line of %d columns has as many marks as there is room for, and a legend in lines',
  (width) => {
    const drawn = timeLine(story(), { now: 50 * SECOND, width, paint: (_, text) => text })
    for (const line of drawn.split('\n')) expect(line.length).toBeLessThanOrEqual(width)
    const [marks = ''] = drawn.split('\n')
    expect(marks.trim().split(/ +/)).toHaveLength(width === 24 ? 3 : 4)
    expect(drawn.split(/\s+/).join(' ')).toContain('━ runs, · held back; . succeeds, x fails, K kills')
  },
)

test('on a narrow terminal the message of an event stands below the rest', () => {
  const table = new EventTable('failweb-abc')
  const message = 'Liveness probe failed: HTTP probe failed with statuscode: 503'
  const event = { kind: 'event', at: 0, type: 'Warning', reason: 'Unhealthy', message, container: 'failweb' } as const
  expect(table.header(40)).toBe('LAST SEEN   TYPE   REASON\n    MESSAGE')
  expect(table.line(event, 0, 40)).toBe(
    '0s   Warning   Unhealthy\n    Liveness probe failed: HTTP probe\n    failed with statuscode: 503',
  )
})
