import type Router from '@koa/router'
import type { Context } from 'koa'
import { type Greeter, LONGEST_NAME } from '../failweb/greeting.ts'
import { type PlainAnswer, sendPlainly } from './plain-requests.ts'

/** The chapter's service: `/` greets. */
export function routeGreeting(router: Router, greeter: Greeter): void {
  router.get('/', (ctx) => {
    ctx.set('Content-Type', 'text/plain; charset=utf-8')
    // It says the name that it was given: that is never to be read as a page.
    ctx.set('X-Content-Type-Options', 'nosniff')
    ctx.body = line(greeter, nameIn(ctx))
  })
}

/** The same for who gives no name. */
export function plainGreeting(greeter: Greeter): ReadonlyMap<string, PlainAnswer> {
  return new Map([['/', (_, res) => sendPlainly(res, 200, [], line(greeter))]])
}

function line(greeter: Greeter, name?: string): string {
  return `${greeter.greet(name)}\n`
}

function nameIn(ctx: Context): string | undefined {
  if (ctx.querystring === '') return undefined
  const { name } = ctx.query
  if (Array.isArray(name)) return ctx.throw(400, 'name: expected one; got several')
  if (name !== undefined && (name === '' || [...name].length > LONGEST_NAME)) {
    return ctx.throw(400, `name: expected 1 to ${LONGEST_NAME} characters; got ${[...name].length}`)
  }
  return name
}
