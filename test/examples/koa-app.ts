import Router from '@koa/router'
import { createHealth, defineCheck, grade } from 'failweb'
import { diskUsage, latency, memoryGrowth } from 'failweb/checks'
import Koa from 'koa'

/** A Koa service with a check of its own: how many orders wait. */
export function createShop() {
  const waiting: string[] = []

  const orderBacklog = defineCheck({
    name: 'order-backlog',
    about: 'orders that wait to be shipped',
    cure: 'wait',
    rhythm: { everyMs: 5_000 },
    values: { waiting_orders: 'Orders that wait.' },
    sense: () => waiting.length,
    judge: ([{ reading }], _settings, said) => ({
      status: grade(reading, { warnAt: 10, failAt: 20, clearBy: 5 }, said?.status),
      because: `${reading} orders wait; warns at 10, fails at 20`,
      values: { waiting_orders: reading },
    }),
  })

  const health = createHealth({ checks: [latency(), memoryGrowth(), diskUsage({ paths: ['/'] }), orderBacklog] })

  const router = new Router()
  router.post('/orders/:id', (ctx) => {
    waiting.push(`${ctx.params['id']}`)
    ctx.status = 202
  })
  router.delete('/orders', (ctx) => {
    waiting.length = 0
    ctx.status = 204
  })

  const app = new Koa()
  app.use(health.middleware())
  app.use(router.routes())
  return { app, health }
}
