import { afterEach, describe, expect, test } from 'vitest'
import type { Check, Cure } from '../../src/core/check.ts'
import type { Judged } from '../../src/core/status.ts'
import { steady } from '../assignments.ts'
import { type Fixture, serveApp } from './service-fixture.ts'

let fixture: Fixture
afterEach(() => fixture.close())

const check = (name: string, status: Judged | 'unknown', cure: Cure): Check => ({
  ...steady(name, status === 'unknown' ? 'pass' : status, { cure, rhythm: { toWorsen: 1 } }),
  ...(status === 'unknown' && { sense: () => Promise.reject(new Error('EIO')) }),
})

async function codes(checks: readonly Check[]): Promise<readonly number[]> {
  fixture = await serveApp(checks)
  return Promise.all(['/livez', '/readyz', '/startupz'].map(async (path) => (await fixture.ask(path)).status))
}

describe('liveness, readiness and startup', () => {
  test.each<[string, readonly Check[], readonly [live: number, ready: number, startup: number]]>([
    ['no checks at all', [], [200, 200, 200]],
    ['all is well', [check('a', 'pass', 'restart')], [200, 200, 200]],
    ['a warning is no objection', [check('a', 'warn', 'restart')], [200, 200, 200]],
    ['what a restart cures', [check('a', 'fail', 'restart')], [503, 503, 200]],
    ['what time cures', [check('a', 'fail', 'wait')], [200, 503, 200]],
    ['what a person cures', [check('a', 'fail', 'person')], [200, 200, 200]],
    ['not being able to look is a reason to wait, not to kill', [check('a', 'unknown', 'restart')], [200, 503, 200]],
    ['unless only a person could help', [check('a', 'unknown', 'person')], [200, 200, 200]],
  ])('%s', async (_title, checks, expected) => {
    expect(await codes(checks)).toEqual(expected)
  })

  test('until every check has looked once, whatever its cure, a service has not started and is not ready', async () => {
    const slow: Check = { ...steady('slow', 'pass', { cure: 'person' }), sense: () => new Promise(() => {}) }
    expect(await codes([slow])).toEqual([200, 503, 503])
    expect((await fixture.ask('/startupz?verbose')).body).toBe(
      'Service Unavailable\n[-]slow failed: it has not looked yet\nstartupz check failed\n',
    )
    await fixture.clock.advance(1000)
    expect((await fixture.ask('/startupz')).status).toBe(200)
    expect((await fixture.ask('/readyz')).status).toBe(200)
  })

  test('a draining service is not ready, says so, and stays alive', async () => {
    fixture = await serveApp([check('a', 'pass', 'restart')])
    fixture.drain()
    expect(await fixture.ask('/readyz')).toMatchObject({
      status: 503,
      body: 'Service Unavailable\ndraining: the service is stopping; send it no more requests\n',
    })
    expect((await fixture.ask('/livez')).status).toBe(200)
    expect((await fixture.ask('/readyz?verbose')).body).toContain('[-]draining failed: the service is stopping')
  })

  test('verbose shows those that have a say', async () => {
    fixture = await serveApp([check('a', 'pass', 'restart'), check('b', 'pass', 'wait'), check('c', 'pass', 'person')])
    expect((await fixture.ask('/livez?verbose')).body).toBe('OK\n[+]a ok\nlivez check passed\n')
    expect((await fixture.ask('/readyz?verbose')).body).toBe('OK\n[+]a ok\n[+]b ok\nreadyz check passed\n')
    expect((await fixture.ask('/startupz?verbose')).body).toBe('OK\n[+]a ok\n[+]b ok\n[+]c ok\nstartupz check passed\n')
  })

  test('exclude works on each of them', async () => {
    fixture = await serveApp([check('a', 'fail', 'restart')])
    expect(await fixture.ask('/livez?exclude=a&verbose')).toMatchObject({
      status: 200,
      body: 'OK\n[+]a excluded: ok\nlivez check passed\n',
    })
  })
})
