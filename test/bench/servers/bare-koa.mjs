import Koa from 'koa'

// A constant answer, from a middleware that looks at nothing.
const app = new Koa()
app.use((ctx) => {
  ctx.type = 'text/plain; charset=utf-8'
  ctx.body = 'Hello, World!\n'
})
app.listen(Number(process.env.PORT), '127.0.0.1')
