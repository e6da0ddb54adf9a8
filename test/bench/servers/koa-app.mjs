import Router from '@koa/router'
import Koa from 'koa'

// An application as people write it. With `failweb` it is measured, and checked by all built-in checks; with `measured` it is only measured;
// with `loaded` it only has failweb in memory; with a number it is checked by so many, each at the milliseconds that follow. Without failweb,
// with `least` the last byte out is timed and counted in as few lines as can be, and with `usual` as most do it, for Koa's middlewares alone.
const [how, everyMs] = process.argv.slice(2)
const app = new Koa()
const counts = new Float64Array(1_000)
const count = (ms) => counts[Math.min(999, Math.floor(ms * 10))]++
const BY_HAND = {
  least(ctx, next) {
    const begun = performance.now()
    ctx.res.on('finish', () => count(performance.now() - begun))
    return next()
  },
  async usual(_ctx, next) {
    const begun = performance.now()
    await next()
    count(performance.now() - begun)
  },
}
if (BY_HAND[how]) app.use(BY_HAND[how])
else if (how !== undefined) {
  const { builtInChecks } = await import('../../../dist/checks/index.js')
  const { createHealth } = await import('../../../dist/src/index.js')
  const { synthetic } = await import('./synthetic.mjs')
  const isOwn = ['failweb', 'measured', 'loaded'].includes(how)
  const checks = isOwn ? builtInChecks : synthetic(Number(how), everyMs && Number(everyMs))
  const address = () => `http://127.0.0.1:${process.env.PORT}`
  const health = createHealth({ checks, address })
  if (how !== 'loaded') app.use(health.middleware())
  if (!['measured', 'loaded'].includes(how)) await health.start()
}
const router = new Router()
router.get('/', (ctx) => {
  ctx.type = 'text/plain; charset=utf-8'
  ctx.body = 'Hello, World!\n'
})
app.use(router.routes())
app.listen(Number(process.env.PORT), '127.0.0.1')
