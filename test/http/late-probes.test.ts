import { createServer, type ServerResponse } from 'node:http'
import Koa from 'koa'
import { afterEach, describe, expect, test } from 'vitest'
import { createHealth } from '../../src/index.ts'
import { until } from '../e2e/service-process.ts'
import { FakeClock } from '../fake-clock.ts'
import { ask, listen } from './service-fixture.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A host whose own middleware holds every request back until it is told to let go. */
async function slowHost() {
  const health = createHealth({ clock: new FakeClock() })
  const app = new Koa()
  const held: ServerResponse[] = []
  let letGo = () => {}
  let over = new Promise<void>((resolve) => {
    letGo = resolve
  })
  app.use(health.measure())
  app.use(async (ctx, next) => {
    held.push(ctx.res)
    await over
    ctx.res.setHeader('X-Held', 'yes')
    await next()
  })
  app.use(health.routes({ prefix: '/internal' }))
  const server = createServer(app.callback())
  closing.push(
    () => server.closeAllConnections(),
    () => server.close(),
  )
  const url = await listen(server)
  const notes = async () => {
    const { json } = await ask(`${url}/internal/healthz?peek`, { headers: { accept: 'application/json' } })
    return (json() as { notes?: readonly string[] }).notes ?? []
  }
  return {
    url,
    notes,
    held,
    async release() {
      letGo()
      over = Promise.resolve()
    },
  }
}

describe('a probe whose asker went before it was answered', () => {
  test.each([
    ['as a kubelet asks', {}],
    ['as a person asks', { accept: 'application/json' }],
  ])('is a remark, %s', async (_how, headers) => {
    const host = await slowHost()
    const gone = new AbortController()
    const asked = fetch(`${host.url}/internal/livez`, { headers, signal: gone.signal }).catch(() => 'gone')
    await until(
      async () => host.held,
      ([res]) => res !== undefined,
    )
    gone.abort()
    expect(await asked).toBe('gone')
    await until(
      async () => host.held,
      ([res]) => res?.destroyed === true,
    )
    await host.release()
    expect(
      await until(
        () => host.notes(),
        (notes) => notes.length > 0,
      ),
    ).toEqual([
      expect.stringMatching(
        /^probes were answered too late 1 time in 5 min \(\/internal\/livez, whose asker had hung up: 1; /,
      ),
    ])
    const { body: text } = await ask(`${host.url}/internal/metrics`)
    expect(text).toContain('failweb_probe_requests_unanswered_total{path="/livez",agent="other"} 1\n')
    expect(text).not.toContain('failweb_probe_requests_total{path="/livez"')
  })

  test('is none where it was answered', async () => {
    const host = await slowHost()
    await host.release()
    await ask(`${host.url}/internal/livez`)
    await ask(`${host.url}/internal/livez`, { headers: { accept: 'application/json' } })
    expect(await host.notes()).toEqual([])
  })
})
