import { createServer, type RequestListener, request, type Server } from 'node:http'
import Koa from 'koa'
import { afterEach, describe, expect, test } from 'vitest'
import type { Check } from '../../src/core/check.ts'
import { createHealth, type Health } from '../../src/health.ts'
import { steady } from '../assignments.ts'
import { ask, listen } from './service-fixture.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function serve(of: (health: Health) => RequestListener, checks: readonly Check[] = []): Promise<string> {
  const health = createHealth({ checks })
  await health.start()
  const server: Server = createServer(of(health))
  closing.push(
    () => health.stop(),
    () => server.close(),
  )
  return listen(server)
}

/** As koa-mount does: the host's path is taken off while what is mounted runs. */
function mounted(path: string, health: Health): RequestListener {
  const app = new Koa()
  const routes = health.routes()
  app.use(async (ctx, next) => {
    if (!ctx.path.startsWith(`${path}/`)) return next()
    const { url } = ctx.req
    ctx.url = ctx.url.slice(path.length)
    await routes(ctx, next)
    ctx.req.url = url
  })
  return app.callback()
}

/** As Express and Connect do: the whole target stays in `originalUrl`. */
function connected(path: string, health: Health): RequestListener {
  const handler = health.handler()
  return (req, res) => {
    Object.assign(req, { originalUrl: req.url, url: req.url?.slice(path.length) })
    handler(req, res)
  }
}

describe('mounted under a path of the host', () => {
  test.each([
    ['koa-mount', mounted],
    ['Express', connected],
  ])('%s: whatever leads on leads there', async (_, of) => {
    const url = await serve((health) => of('/internal', health))
    const page = await ask(`${url}/internal/status?lang=en`, { headers: { Accept: 'text/html' } })
    expect(page.body).toContain('data-events="/internal/status/events?lang=en"')
    const detail = await ask(`${url}/internal/healthz`, { headers: { Accept: 'application/json' } })
    expect(detail.json()['links']).toEqual({ about: '/internal/status', metrics: '/internal/metrics' })
    expect((await ask(`${url}/internal/livez`)).body).toBe('OK\n')
  })

  test('no target leads to another host', async () => {
    const url = await serve((health) => connected('//elsewhere', health))
    const page = await ask(`${url}//elsewhere/status?lang=en`, { headers: { Accept: 'text/html' } })
    expect(page.body).toContain('data-events="/status/events?lang=en"')
  })
})

describe('before others', () => {
  test('the status that a host has set stays for who comes next', async () => {
    const url = await serve((health) => {
      const handler = health.handler()
      return (req, res) => {
        res.statusCode = 503
        handler(req, res, () => res.end('down'))
      }
    })
    expect(await ask(`${url}/orders`)).toMatchObject({ status: 503, body: 'down' })
    expect((await ask(`${url}/livez`)).status).toBe(200)
  })

  test('OPTIONS * is the host’s', async () => {
    const url = await serve((health) => {
      const handler = health.handler()
      return (req, res) => handler(req, res, () => res.writeHead(204).end())
    })
    const status = await new Promise((resolve) => {
      const asked = request({ port: new URL(url).port, method: 'OPTIONS', path: '*' }, (res) => resolve(res.statusCode))
      asked.end()
    })
    expect(status).toBe(204)
  })
})

describe('measured by the host under one route', () => {
  const failing = { cure: 'restart', rhythm: { toWorsen: 1 } } as const
  const withNode = (health: Health): RequestListener => {
    const handler = health.handler()
    return (req, res) => {
      health.measure(req, res, '*')
      handler(req, res, () => res.end('an order'))
    }
  }
  const withKoa = (health: Health): RequestListener => {
    const app = new Koa().use(health.measure()).use(health.routes())
    return app.use((ctx) => Object.assign(ctx, { body: 'an order' })).callback()
  }

  test.each([
    ['node:http', withNode, '*'],
    ['Koa', withKoa, 'unmatched'],
  ])(
    '%s: the health routes are counted under their own, so that an alert on it counts no probe that fails',
    async (_, of, theirs) => {
      const url = await serve(of, [steady('broken', 'fail', failing)])
      const paths = ['/livez', '/livez?verbose', '/healthz/broken', '/orders', '/metrics']
      for (const path of paths) await ask(url + path)
      const { body } = await ask(`${url}/metrics`)
      const counted = [...body.matchAll(/^http_request_duration_seconds_count\{method="GET",(route=.*)\} (\d+)$/gm)]
      expect(Object.fromEntries(counted.map(([, labels, count]) => [labels, Number(count)]))).toEqual({
        'route="/livez",code="503"': 2,
        'route="/healthz/:name",code="500"': 1,
        'route="/metrics",code="200"': 1,
        [`route="${theirs}",code="200"`]: 1,
      })
    },
  )
})
