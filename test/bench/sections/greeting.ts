import {
  amongLibraries,
  bareKoa,
  failweb,
  failwebGuarded,
  koaApp,
  koaAppLoaded,
  koaAppMeasured,
  koaAppOfOneFile,
  koaAppScraped,
  koaAppTimedLeast,
  koaAppTimedUsually,
  koaAppWithFailweb,
} from '../contenders.ts'
import { contest, type Result, type Rules } from '../contest.ts'
import { tableOf } from '../detection/report.ts'
import { type Section, targetsOf } from '../section.ts'
import { ask, type Running } from '../server.ts'

const SCRAPED = new Set([koaAppScraped, amongLibraries(koaAppScraped)].map(({ name }) => name))

/** What failweb costs the requests that are not for it. */
export const greeting: Section = {
  name: 'greeting',
  heading: 'GET / with and without failweb',
  async run({ quick }) {
    const rules = { starts: quick ? 2 : 8, rounds: 20, requests: 4_000, connections: 10, questions: 0 }
    // What is held to a target, and what it is compared with, run twice: their two rows tell how far apart equal servers come out. It is started
    // four times as often as the others, by itself: of 16 starts two runs came out a percent apart.
    const held = [koaApp, koaAppMeasured, koaAppWithFailweb, koaAppScraped, koaAppWithFailweb, koaApp]
    const apps = [
      koaApp,
      koaAppTimedLeast,
      koaAppTimedUsually,
      koaAppLoaded,
      koaAppMeasured,
      koaAppWithFailweb,
      koaAppScraped,
      koaAppWithFailweb,
      koaApp,
    ]
    const contenders = [...apps, koaAppOfOneFile, bareKoa, failweb, failwebGuarded]
    const entries = (servers: readonly Running[]) =>
      servers.map((server) => {
        // From then on it counts collections. Its answer is of no interest here.
        if (SCRAPED.has(server.name)) ask(server.port, '/metrics')
        return { name: server.name, server, path: '/' }
      })
    const often = { ...rules, starts: 4 * rules.starts }
    const within = await contest({ name: 'with and without', contenders: held, entries }, often)
    const crowded = await contest({ name: 'greeting', contenders, entries }, rules)
    const larger = held.map(amongLibraries)
    const among = await contest(
      { name: 'among libraries', contenders: larger, entries },
      { ...rules, starts: often.starts / 2 },
    )
    const alone = { ...rules, connections: 1, requests: 2_000 }
    const callers = [koaApp, koaAppMeasured, koaAppWithFailweb, koaApp]
    const one = await contest({ name: 'one caller', contenders: callers, entries }, alone)
    return [heldText(within, often), textOf(crowded, rules), amongText(among), callerText(one, alone)].join('\n\n')
  },
}

/** What is held to within five percent. */
function heldText(results: readonly Result[], rules: Rules): string {
  return `The same app (\`koa\`, \`@koa/router\`) without and with failweb, measured only and with all built-in checks. ${howInWords(rules)} The app without it and that
with it run twice: ratios are to both without it together, and how far two rows of one name differ is noise.

${ratesOf(results)}

${targetsOf(withinFive(results, 'the app with failweb to without'))}`
}

function howInWords({ starts, rounds, requests, connections }: Rules): string {
  return `Medians of ${starts} starts; of each the fastest tenth of ${rounds} rounds of ${requests} requests in turns, ${connections} connections.`
}

/** A ratio that misses by less than a hundredth is not to read as if it met. */
function withinFive([, , embedded, , again]: readonly Result[], what: string) {
  return [
    { what: `${what}, both rows, rate`, measured: ofBoth(embedded, again, 'ratio'), least: 0.95, digits: 4 },
    { what: `${what}, both rows, CPU`, measured: ofBoth(embedded, again, 'cpuRatio'), least: 0.95, digits: 4 },
  ]
}

/** What failweb costs a service that has other libraries in memory already. */
function amongText(results: readonly Result[]): string {
  return `The same app with Express and Fastify in memory, which it does not use: one that has Koa and its router alone pays for the first library that comes
beside them, whichever that is, as all that is in memory takes its part of the processor’s cache.

${ratesOf(results)}

${targetsOf(withinFive(results, 'the app with failweb to without, among libraries'))}`
}

/** What a server that is not at its limit lets somebody wait. */
function callerText(results: readonly Result[], { starts, rounds, requests }: Rules): string {
  const [, , embedded] = results
  const waitUs = ({ perSecond }: Result) => (1_000_000 / perSecond).toFixed(1)
  return `One caller, who asks again as soon as he is answered: what he waits. Medians of ${starts} starts, ${rounds} rounds of ${requests} requests.

${tableOf(
  ['GET /', 'µs', 'ratio'],
  results.map((result) => [result.name, waitUs(result), result.ratio.toFixed(3)]),
)}

${targetsOf([{ what: 'the app with failweb to without, one caller', measured: embedded?.ratio ?? Number.NaN, least: 0.95 }])}`
}

/** What it is made of, and failweb's own service. */
function textOf(results: readonly Result[], rules: Rules): string {
  const [app, least, usual, loaded, measured, embedded, scraped, again, other, , koa, own] = results
  const ratio = (one: Result | undefined, to: Result | undefined, field: 'perSecond' | 'cpuUs') =>
    field === 'perSecond'
      ? (one?.perSecond ?? Number.NaN) / (to?.perSecond ?? Number.NaN)
      : (to?.cpuUs ?? Number.NaN) / (one?.cpuUs ?? Number.NaN)
  const appUs = ofBoth(app, other, 'cpuUs')
  const over = (one: Result | undefined, two = one) => {
    const us = ofBoth(one, two, 'cpuUs') - appUs
    return us < 0.1 ? 'no more than noise' : `${us.toFixed(1)} µs`
  }
  return `What that is made of; and failweb's own service beside a Koa that answers a constant. ${howInWords(rules)}

${ratesOf(results)}

Over the app without it a request that is measured takes ${over(measured)} more, with all checks beside it ${over(embedded, again)};
where Prometheus has asked, so that collections are counted, ${over(scraped)}. Of the first, ${over(least)} are what it takes to time
the last byte and to count it at all: a listener and two readings of the clock. Three lines around \`await next()\`, as most services have them, which see no
last byte, no route and no status, take ${over(usual)}. To have failweb's code and what it stands on in memory, while none of it runs, takes ${over(loaded)}. The app is of
some files, as services are: one that is a single file takes fewer instructions for that alone, by V8's ways of telling objects apart. The rest is a middleware, the
counting by route, method and status, and the checks' own watching. The self-probe speaks over a bare socket: with Node's own client beside the server, functions of
Node's streams that V8 had compiled for one kind of object are compiled anew for several, and each request took 1.9 µs more.

${targetsOf([
  { what: 'failweb’s own / to bare Koa, rate', measured: ratio(own, koa, 'perSecond'), least: 0.95 },
  { what: 'failweb’s own / to bare Koa, CPU', measured: ratio(own, koa, 'cpuUs'), least: 0.95 },
])}`
}

function ratesOf(results: readonly Result[]): string {
  return tableOf(
    ['GET /', 'a second', 'ratio', 'CPU µs', 'CPU ratio'],
    results.map(({ name, perSecond, ratio, cpuUs, cpuRatio }) => [
      name,
      perSecond.toFixed(0),
      ratio.toFixed(3),
      cpuUs.toFixed(1),
      cpuRatio.toFixed(3),
    ]),
  )
}

/** Of one program that ran twice at once. */
function ofBoth(one: Result | undefined, two: Result | undefined, field: 'cpuUs' | 'ratio' | 'cpuRatio'): number {
  return ((one?.[field] ?? Number.NaN) + (two?.[field] ?? Number.NaN)) / 2
}
