import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Health } from 'failweb'
import { afterEach, describe, expect, test } from 'vitest'
import { startService, until } from '../e2e/service-process.ts'
import { ask, listen } from '../http/service-fixture.ts'
import { createShop } from './koa-app.ts'
import { createClock } from './node-http-app.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function serve(server: Server, health: Health): Promise<string> {
  await health.start()
  closing.push(
    () => health.stop(),
    () => server.closeAllConnections(),
    () => server.close(),
  )
  return listen(server)
}

describe('the Koa app', () => {
  test('answers its own routes, the health routes, and leaves unknown paths to Koa', async () => {
    const { app, health } = createShop()
    const url = await serve(createServer(app.callback()), health)
    expect((await ask(`${url}/orders/7`, { method: 'POST' })).status).toBe(202)
    await until(
      () => ask(`${url}/readyz`),
      ({ status }) => status === 200,
    )
    expect((await ask(`${url}/healthz?verbose`)).body).toMatch(/^OK\n\[\+\]latency ok\n[\s\S]*\[\+\]order-backlog ok\n/)
    expect((await ask(`${url}/metrics`)).body).toContain('failweb_order_backlog_waiting_orders{subject=""} ')
    expect(await ask(`${url}/nowhere`)).toMatchObject({ status: 404, body: 'Not Found' })
    expect((await ask(`${url}/metrics`)).body).toContain('route="/orders/:id",code="202"} 1')
  })
})

describe('the node:http app', () => {
  test('answers under its prefix, and everything else as before', async () => {
    const { server, health } = createClock()
    const url = await serve(server, health)
    expect(await ask(`${url}/internal/healthz`)).toMatchObject({ status: 200, body: 'OK\n' })
    expect((await ask(`${url}/time`)).body).toMatch(/^20\d\d-/)
    expect(await ask(`${url}/healthz`)).toMatchObject({ status: 404, body: 'nothing here' })
    expect((await ask(`${url}/internal/healthz`, { method: 'POST' })).status).toBe(405)
    expect((await ask(`${url}/internal/metrics`)).body).toContain('route="/time",code="200"} 1')
    const detail = (await ask(`${url}/internal/healthz`, { headers: { Accept: 'application/json' } })).json()
    expect(detail['links']).toEqual({ about: '/internal/status', metrics: '/internal/metrics' })
  })
})

describe('the folder of checks of one’s own', () => {
  test('is loaded by --checks, without importing failweb', async () => {
    const spool = mkdtempSync(join(tmpdir(), 'spool-'))
    closing.push(() => rmSync(spool, { recursive: true }))
    const service = await startService({
      args: [
        '--decay.step',
        '0',
        '--checks',
        fileURLToPath(new URL('./checks', import.meta.url)),
        '--checks.queue-depth.everyMs',
        '100',
      ],
      env: { SPOOL: spool },
    })
    closing.push(() => service.child.kill('SIGKILL'))
    await until(
      () => service.ask('/readyz'),
      ({ status }) => status === 200,
    )
    for (let job = 0; job < 100; job++) writeFileSync(join(spool, `job-${job}`), '')
    const { body } = await until(
      () => service.ask('/readyz'),
      ({ status }) => status === 503,
    )
    expect(body).toContain('queue-depth: 100 jobs wait; warns at 50, fails at 100')
    expect((await service.ask('/livez')).status).toBe(200)
  })
})
