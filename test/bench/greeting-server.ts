import type { AddressInfo } from 'node:net'
import Router from '@koa/router'
import Koa from 'koa'
import { builtInChecks } from '../../checks/index.ts'
import { createHealth } from '../../src/health.ts'

/** A Koa app that greets; with the argument `failweb`, measured and checked by every built-in check. */
const app = new Koa()
if (process.argv[2] === 'failweb') {
  const health = createHealth({ checks: builtInChecks })
  app.use(health.measure())
  app.use(health.routes())
  await health.start()
}
const router = new Router()
router.get('/', (ctx) => {
  ctx.body = 'Hello, World!\n'
})
app.use(router.routes())
const server = app.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
process.on('SIGTERM', () => process.exit(0))
