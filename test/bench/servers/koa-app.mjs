import Router from '@koa/router'
import Koa from 'koa'

// An application as people write it. With `failweb` it is measured, and checked by all built-in checks; with `quiet` likewise, but it asks
// itself nothing; with `measured` it is only measured; with a number it is checked by so many, each at the milliseconds that follow.
const [how, everyMs] = process.argv.slice(2)
const app = new Koa()
if (how !== undefined) {
  const { builtInChecks } = await import('../../../dist/checks/index.js')
  const { createHealth } = await import('../../../dist/src/index.js')
  const { synthetic } = await import('./synthetic.mjs')
  const isOwn = ['failweb', 'quiet', 'measured'].includes(how)
  const checks = isOwn ? builtInChecks : synthetic(Number(how), everyMs && Number(everyMs))
  const address = () => (how === 'quiet' ? undefined : `http://127.0.0.1:${process.env.PORT}`)
  const health = createHealth({ checks, address })
  app.use(health.measure())
  app.use(health.routes())
  if (how !== 'measured') await health.start()
}
const router = new Router()
router.get('/', (ctx) => {
  ctx.type = 'text/plain; charset=utf-8'
  ctx.body = 'Hello, World!\n'
})
app.use(router.routes())
app.listen(Number(process.env.PORT), '127.0.0.1')
