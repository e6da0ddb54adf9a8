import { type Contender, FAILWEB_COMMAND, type Ports } from './server.ts'

/** No result is to depend on how full this machine's disk is; the draw that fails on purpose is off. */
const CALM = {
  FAILWEB_CHECKS_DISK_USAGE_WARN_AT: '1',
  FAILWEB_CHECKS_DISK_USAGE_FAIL_AT: '1',
  FAILWEB_DECAY_STEP: '0',
}

const local = () => ['--host', '127.0.0.1']
const guarded = ({ second }: Ports) => [...local(), '--guard.enabled', 'true', '--guard.listen', `127.0.0.1:${second}`]

export const bareHttp: Contender = { name: 'node:http', script: 'servers/bare-http.mjs' }
export const bareHttpClosing: Contender = {
  name: 'node:http, a connection each',
  script: 'servers/bare-http.mjs',
  args: () => ['close'],
}
export const bareKoa: Contender = { name: 'Koa', script: 'servers/bare-koa.mjs' }
/**
 * Up to four kinds of objects V8 tells apart quickly at each place in a program; where a fifth has been noted, all take longer. One such place
 * is where Node makes every event emitter, each request and connection among them. What passes there is noted only once it has been passed a few
 * times, and to import a file passes it: with five files more, whatever they hold, a request takes 1 % more instructions than in a program of
 * one file. Services are of several, so an app has some.
 */
const OF_SOME_FILES = ['--import', new URL('servers/files.mjs', import.meta.url).href]

const koaAppAs = (name: string, how?: string): Contender => ({
  name,
  script: 'servers/koa-app.mjs',
  flags: OF_SOME_FILES,
  ...(how !== undefined && { args: () => [how] }),
})
export const koaApp = koaAppAs('Koa app')
/** The same without those files, which take their time to be written and read as it starts. */
export const ofOneFile = (app: Contender): Contender => ({ ...app, flags: [] })
export const koaAppOfOneFile = ofOneFile(koaAppAs('Koa app that is one file'))
export const koaAppTimedLeast = koaAppAs('Koa app, timed to the last byte by four lines', 'least')
export const koaAppTimedUsually = koaAppAs('Koa app, timed around await next()', 'usual')
export const koaAppLoaded = koaAppAs('Koa app that has failweb in memory and does not use it', 'loaded')
export const koaAppMeasured = koaAppAs('Koa app, measured only', 'measured')
export const koaAppScraped = koaAppAs('Koa app with failweb that Prometheus has asked', 'failweb')
export const koaAppWithFailweb = koaAppAs('Koa app with failweb', 'failweb')
/** The same with other libraries in memory, which it does not use, as services have: whatever is there takes its part of the processor's cache. */
export const amongLibraries = ({ name, flags = [], ...rest }: Contender): Contender => ({
  name: `${name}, among libraries`,
  flags: [...flags, '--import', new URL('peers/libraries.mjs', import.meta.url).href],
  ...rest,
})
export const failweb: Contender = { name: 'failweb', script: FAILWEB_COMMAND, args: local, env: CALM }
export const failwebGuarded: Contender = {
  name: 'failweb with guard',
  script: FAILWEB_COMMAND,
  args: guarded,
  env: CALM,
}

/** A Koa app with failweb and so many checks of its own, on the default rhythm or another. */
export const koaAppWith = (checks: number, everyMs?: number): Contender => ({
  ...koaAppAs(`${checks}`),
  args: () => [`${checks}`, ...(everyMs === undefined ? [] : [`${everyMs}`])],
})

/** A library that people use today, with the paths at which it answers probes. */
export interface Peer extends Contender {
  readonly live: string
  readonly ready: string
  /** Whether the probes are answered at the second port. */
  readonly onSecond?: boolean
}

export const peers: readonly Peer[] = [
  { name: 'lightship', script: 'peers/lightship.mjs', live: '/live', ready: '/ready', onSecond: true },
  { name: 'terminus', script: 'peers/terminus.mjs', live: '/livez', ready: '/readyz' },
  { name: 'under-pressure', script: 'peers/under-pressure.mjs', live: '/status', ready: '/status' },
  { name: 'express-actuator', script: 'peers/express-actuator.mjs', live: '/health', ready: '/health' },
]

const LOOKING_EVERY_SECOND = Object.fromEntries(
  ['LATENCY', 'MEMORY_GROWTH', 'MEMORY_HEADROOM', 'DISK_USAGE', 'EVENT_LOOP', 'DEPENDENCY'].map((check) => [
    `FAILWEB_CHECKS_${check}_EVERY_MS`,
    '1000',
  ]),
)

/** failweb with guard, a check of one's own and a disk to watch, in a hurry: a day in a minute. */
export function failwebInTrouble(checksFrom: string, disk: string | undefined): Contender {
  const paths = disk === undefined ? CALM : { FAILWEB_CHECKS_DISK_USAGE_PATHS: disk }
  return {
    name: 'failweb',
    script: FAILWEB_COMMAND,
    args: (ports) => [...guarded(ports), '--checks', checksFrom],
    env: { ...LOOKING_EVERY_SECOND, ...paths, FAILWEB_DECAY_STEP: '0', FAILWEB_GUARD_SILENCE_MS: '5000' },
  }
}
