// node traces.mjs ENTRY: imports a file in this process, and prints what that left behind, as JSON.
import { hasSubscribers } from 'node:diagnostics_channel'
import { createRequire, register } from 'node:module'
import { MessageChannel } from 'node:worker_threads'

const [, , entry = ''] = process.argv

/** The address of every file that is loaded as a module, as the loader sees it. */
const loaded = []
const { port1, port2 } = new MessageChannel()
port1.on('message', (url) => loaded.push(url))
port1.unref()
const hook = `
let port
export const initialize = (given) => { port = given }
export const load = (url, context, next) => (port.postMessage(url), next(url, context))`
register(`data:text/javascript,${encodeURIComponent(hook)}`, { data: port2, transferList: [port2] })

/** Variables of the environment, each with the file that read it. */
const read = []
const environment = process.env
const note = (name) => {
  const frames = new Error().stack?.split('\n').slice(3) ?? []
  read.push([String(name), frames.find((frame) => /[/\\]/.test(frame)) ?? ''])
}
process.env = new Proxy(environment, {
  get: (env, name) => {
    note(name)
    return env[name]
  },
  has: (env, name) => {
    note(name)
    return name in env
  },
  ownKeys: (env) => {
    note('all of them')
    return Reflect.ownKeys(env)
  },
})

/** To look at standard input is to open it: a terminal or a pipe that is its host's to read. */
let opensInput = false
const input = Object.getOwnPropertyDescriptor(process, 'stdin')
Object.defineProperty(process, 'stdin', {
  ...input,
  get() {
    opensInput = true
    return input?.get?.call(process)
  },
})

const before = await state()
await import(entry)
const after = await state()
process.env = environment

const require = createRequire(import.meta.url)
const files = [...loaded, ...Object.keys(require.cache)]
const packages = new Set(files.flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []))
process.stdout.write(
  JSON.stringify({
    resources: added(before.resources, after.resources),
    listeners: added(before.listeners, after.listeners),
    globals: added(before.globals, after.globals),
    opensInput,
    // Packages and Node may read what they like (DEBUG): this is about our own files.
    env: read.filter(([, by]) => !/node_modules|node:/.test(by)),
    watchesCaches: hasSubscribers('lru-cache:metrics'),
    globalMetrics: packages.has('prom-client') ? require('prom-client').register.getMetricsAsArray().length : 0,
    packages: [...packages].sort(),
    files: files.length,
  }),
)

async function state() {
  // What ends by itself has ended by then: files that were read to be loaded, messages of the hook.
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve))
  const emitters = Object.entries({ process, stdout: process.stdout, stderr: process.stderr })
  return {
    resources: process.getActiveResourcesInfo(),
    listeners: emitters.flatMap(([name, emitter]) =>
      emitter.eventNames().flatMap((event) => emitter.listeners(event).map(() => `${name} ${String(event)}`)),
    ),
    globals: Object.getOwnPropertyNames(globalThis),
  }
}

function added(old, now) {
  const left = [...old]
  return now.filter((one) => {
    const at = left.indexOf(one)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}
