import { describe, expect, test } from 'vitest'
import { type Knowledge, replyTo } from '../../src/guard/answers.ts'
import { firstPulse, type Turning } from '../../src/guard/pulse.ts'

const OPEN = { reasons: true, metrics: true }
const CLOSED = { reasons: false, metrics: false }

function knowing(state: Turning, silentMs = 0): Knowledge {
  return {
    silenceMs: 10_000,
    pulse: { ...firstPulse(0, 0), state, silentMs, stalls: 3, longestMs: 12_345, creditedMs: 1_500 },
    finding: {
      attribution: { cause: 'executing', words: 'executing' },
      capture: { frames: [{ name: 'spin', file: '/app/spin.js', line: 12 }] },
    },
    answers: {
      live: {
        status: 503,
        body: 'Service Unavailable\nerrors: reason withheld\n',
        openBody: 'Service Unavailable\nerrors: 3\n',
      },
      heartbeatPeek: { status: 200, body: 'OK 14%\n' },
    },
  }
}

const ask = (path: string, knowledge: Knowledge, rights = OPEN, method = 'GET') =>
  replyTo(method, path, knowledge, rights)

describe('the guard answers', () => {
  test.each(['turning', 'late'] as const)('what the main thread would, as long as that is %s', (state) => {
    expect(ask('/livez', knowing(state))).toEqual({ status: 503, body: 'Service Unavailable\nerrors: 3\n' })
    expect(ask('/healthz?peek', knowing(state))).toEqual({ status: 200, body: 'OK 14%\n' })
    expect(ask('/healthz', knowing(state))).toEqual(ask('/healthz?peek', knowing(state)))
  })

  test('for a main thread that is stopped, with the reason', () => {
    const reason = 'main-thread: silent for 12 s, fails after 10 s: executing in spin (/app/spin.js:12)\n'
    const stopped = knowing('stopped', 12_000)
    expect(ask('/livez?verbose', stopped)).toEqual({ status: 503, body: `Service Unavailable\n${reason}` })
    expect(ask('/healthz', stopped)).toEqual({ status: 500, body: `Server Error 14%\n${reason}` })
  })

  test('what failed before it stopped is still said', () => {
    const stopped = knowing('stopped', 12_000)
    const failing = { status: 500, body: 'Server Error 14%\nerrors: 3\n' }
    const { body } = ask('/healthz', { ...stopped, answers: { ...stopped.answers, heartbeatPeek: failing } })
    expect(body).toMatch(/^Server Error 14%\nmain-thread: .*\nerrors: 3\n$/)
  })

  test('the public with less: statuses, not reasons', () => {
    expect(ask('/livez', knowing('turning'), CLOSED).body).toBe('Service Unavailable\nerrors: reason withheld\n')
    expect(ask('/livez', knowing('stopped', 12_000), CLOSED).body).toBe(
      'Service Unavailable\nmain-thread: silent for 12 s, fails after 10 s: reason withheld\n',
    )
    expect(ask('/metrics', knowing('turning'), CLOSED)).toMatchObject({ status: 401 })
    expect(ask('/metrics', knowing('turning'), CLOSED).body).not.toContain('failweb_guard')
  })

  test('metrics of its own', () => {
    const { body, type } = ask('/metrics', knowing('stopped', 12_345))
    expect(type).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(body.split('\n').filter((line) => !line.startsWith('#'))).toEqual([
      'failweb_guard_main_silent_seconds 12.345',
      'failweb_guard_main_state{state="turning"} 0',
      'failweb_guard_main_state{state="late"} 0',
      'failweb_guard_main_state{state="stopped"} 1',
      'failweb_guard_main_stalls_total 3',
      'failweb_guard_main_longest_stall_seconds 12.345',
      'failweb_guard_own_gaps_seconds_total 1.5',
      '',
    ])
  })

  test.each([
    ['/', 'GET', 404],
    ['/readyz', 'GET', 404],
    ['/LIVEZ', 'GET', 404],
    ['/__proto__', 'GET', 404],
    ['/constructor', 'GET', 404],
    ['*', 'OPTIONS', 404],
    ['/unknown', 'POST', 404],
    ['/livez', 'POST', 405],
    ['/metrics', 'DELETE', 405],
    ['/livez/', 'GET', 503],
    ['/livez', 'HEAD', 503],
  ])('%s by %s with %i', (path, method, status) => {
    expect(ask(path, knowing('turning'), OPEN, method).status).toBe(status)
  })

  test('never with more than a kubelet reads, however deep the file lies', () => {
    const stopped = knowing('stopped', 12_000)
    const deep = { name: 'spin', file: `/${'x'.repeat(20_000)}`, line: 1 }
    const full = { status: 500, body: `Server Error 14%\n${'x'.repeat(8_192)}\n` }
    const knowledge = {
      ...stopped,
      finding: { ...stopped.finding, capture: { frames: [deep] as const } },
      answers: { ...stopped.answers, heartbeatPeek: full },
    }
    expect(Buffer.byteLength(ask('/healthz', knowledge).body)).toBeLessThan(10 * 1024)
    expect(Buffer.byteLength(ask('/livez', knowledge).body)).toBeLessThan(10 * 1024)
  })
})
