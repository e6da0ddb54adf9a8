import { truncateSync } from 'node:fs'
import type { ServiceProcess } from '../service-process.ts'
import { ALL_PASS, type Story } from './story.ts'

/** Fails, and only a restart cures it. */
const RESTART = { heartbeat: 500, live: 503, ready: 503 } as const
/** Fails, and time cures it. */
const WAIT = { heartbeat: 500, live: 200, ready: 503 } as const
/** Fails, and a person is needed. */
const PERSON = { heartbeat: 500, live: 200, ready: 200 } as const
/** The main thread answers nobody; the guard does. */
const BLOCKED = { heartbeat: 'none', live: 'none', ready: 'none', guard: 503 } as const

const CLEAN = {
  ends: { by: 'SIGTERM', exit: 0 },
  lastWords: '',
  // A busy machine makes the event loop warn of itself, and probes late.
  next: /^previous run lived [^:]*: ((warned: event-loop: |noted: probes ).*; )?no check was failing$/,
} as const
/** Stopped in good order, with something failing that no restart cures, or noted: the next run is told of it all the same. */
const FAILING = (next: RegExp) => ({ ...CLEAN, next })
const CLEARED = { by: 'ended by DELETE', withinSeconds: 20 } as const

const IN_REQUESTS: readonly Story[] = [
  {
    title: 'users are answered late',
    fault: 'latency',
    settings: { headersMs: 1_500 },
    config: { checks: { latency: { thresholdMs: 1_000 } } },
    meanwhile: (service) => many(service, '/', 40),
    says: { by: { check: 'latency' }, because: /of \d+ requests in 5 min took over 1 s/, withinSeconds: 20 },
    probes: WAIT,
    ...FAILING(/: latency: .* took over 1 s/),
    recovers: { by: 'ended by DELETE, and thinned out by quick answers', act: quickAnswers, withinSeconds: 90 },
  },
  {
    title: 'a probe is answered late, and users are not',
    fault: 'latency',
    settings: { headersMs: 3_000, routes: ['/livez'] },
    meanwhile: (service) => fetch(`${service.url}/livez`, { signal: AbortSignal.timeout(1_000) }).catch(() => {}),
    says: {
      by: { note: /^probes were answered too late 1 time in 5 min \(\/livez, whose asker had hung up: 1; / },
      withinSeconds: 10,
    },
    probes: { heartbeat: 200, live: 'none', ready: 200 },
    ...FAILING(/: (noted: probes were answered too late|warned: event-loop: .*; and \d more; ).*no check was failing$/),
    recovers: CLEARED,
  },
  {
    title: 'users get errors',
    fault: 'errors',
    settings: { status: 503 },
    meanwhile: (service) => many(service, '/', 5),
    says: {
      by: { note: /^users got server errors 5 times in 5 min, of 5 requests \(GET \/ with 503: 5; / },
      withinSeconds: 5,
    },
    probes: ALL_PASS,
    ...FAILING(
      /: (noted: users got server errors 5 times|warned: event-loop: .*; and \d more; ).*no check was failing$/,
    ),
    recovers: CLEARED,
  },
  {
    title: 'the next three heartbeats fail',
    fault: 'heartbeat',
    settings: { next: 3 },
    meanwhile: (service) => many(service, '/healthz', 3),
    says: { by: { words: /^heartbeat failed 3 times: made to fail on purpose/ }, withinSeconds: 5 },
    probes: PERSON,
    ends: { by: 'SIGTERM', exit: 69 },
    lastWords: /^heartbeat failed 3 times: made to fail on purpose, by a fault that somebody set\n/,
    next: /: heartbeat failed 3 times: made to fail on purpose, by a fault that somebody set$/,
    recovers: { by: 'the fourth heartbeat', alone: true, act: (service) => service.ask('/healthz'), withinSeconds: 5 },
  },
]

/** Leaves by itself when its death is certain and near. The memory checks look as seldom, and wait for a remedy as long, as by default. */
const LEAKS_AND_LEAVES = {
  selfDrain: { enabled: true, jitterMs: 0 },
  drainMs: 1_500,
  remedies: { ladders: { 'memory-headroom': { waitMs: 10_000 } } },
  checks: { 'memory-growth': { everyMs: 60_000 }, 'memory-headroom': { everyMs: 5_000 } },
} as const

const OF_RESOURCES: readonly Story[] = [
  {
    title: 'the heap of 64 MiB leaks: remedies tried, failed, left in good order before V8 gives up',
    fault: 'heap-leak',
    settings: { bytesPerSecond: '512KiB', ttlSeconds: 180 },
    config: LEAKS_AND_LEAVES,
    node: ['--max-old-space-size=64', '--expose-gc'],
    says: { by: { check: 'memory-headroom' }, because: /rising by .*: full in/, withinSeconds: 150 },
    probes: RESTART,
    ends: { by: 'itself', exit: 69 },
    lastWords: /^memory-headroom: /,
    logs: [
      // Whether it warns first is up to V8: in a minute it may collect too seldom to tell a rise before it has come too far.
      /"remedy":"purge-cache".*"result":"done"/,
      /"memory-headroom".*"to":"fail"/,
      /"self-drain"/,
      /"stopping","by":"self-drain","unhealthy":true/,
      /"stopped"/,
    ],
    next: /^previous run lived .*: memory-headroom: /,
  },
  {
    title: 'it leaks twice as fast, as the fault does by default: there is no time for patience',
    fault: 'heap-leak',
    settings: {},
    config: LEAKS_AND_LEAVES,
    node: ['--max-old-space-size=64', '--expose-gc'],
    says: { by: { log: 'self-drain' }, because: /memory-headroom: .* rising by /, withinSeconds: 60 },
    ends: { by: 'itself', exit: 69 },
    lastWords: /^memory-headroom: /,
    logs: [/"memory-headroom".*"to":"fail"/, /"self-drain"/, /"stopped"/],
    next: /^previous run lived .*: memory-headroom: /,
  },
  {
    // What the allocator was given it keeps, so that nothing but a restart cures it.
    title: 'Buffers leak outside the heap',
    fault: 'buffer-leak',
    settings: { bytesPerSecond: '40MiB' },
    config: { checks: { 'memory-headroom': { ceilingBytes: 200 * 2 ** 20 } } },
    node: ['--expose-gc'],
    says: { by: { check: 'memory-headroom' }, because: /configured ceiling/, withinSeconds: 30 },
    probes: RESTART,
    ends: { by: 'SIGTERM', exit: 69 },
    lastWords: /^memory-headroom: .*configured ceiling/,
    next: /: memory-headroom: .*configured ceiling/,
  },
  {
    title: 'a cache grows, and is purged: no restart',
    fault: 'cache-growth',
    settings: { entriesPerSecond: 80, ttlSeconds: 2 },
    config: { checks: { 'cache-size': { entries: { warnAt: 50, failAt: 100 } } } },
    says: { by: { log: 'remedy' }, because: /"remedy":"purge-cache".*"helped":true/, withinSeconds: 20 },
    logs: [/"cache-size".*"to":"warn"/, /"remedy":"purge-cache".*"result":"done"/],
    never: /"cache-size".*"to":"fail"/,
    probes: ALL_PASS,
    // What came after the purge may warn again by then.
    ...FAILING(/^previous run lived [^:]*: ((warned|noted): .*; )?no check was failing$/),
    recovers: { by: 'its own time', alone: true, withinSeconds: 5 },
  },
  {
    title: 'a cache grows, and nothing is tried',
    fault: 'cache-growth',
    settings: { entriesPerSecond: 400, maxEntries: 150 },
    config: { remedies: { automatic: false }, checks: { 'cache-size': { entries: { warnAt: 50, failAt: 100 } } } },
    says: { by: { check: 'cache-size' }, because: /greetings holds/, withinSeconds: 20 },
    probes: PERSON,
    ...FAILING(/: cache-size: greetings holds/),
    recovers: {
      by: 'ended by DELETE, then POST /remedies/purge-cache',
      act: (service) => service.ask('/remedies/purge-cache', { method: 'POST' }),
      withinSeconds: 20,
    },
  },
  {
    title: 'a disk fills',
    fault: 'disk-fill',
    settings: { bytesPerSecond: '4MiB', maxBytes: '4MiB' },
    config: { checks: { 'disk-usage': { watch: [{ path: 'FOLDER/faults', warnAt: '1MiB', failAt: '2MiB' }] } } },
    says: { by: { check: 'disk-usage' }, because: /faults holds .*MiB/, withinSeconds: 20 },
    probes: PERSON,
    ...FAILING(/: disk-usage: .*faults holds/),
    recovers: CLEARED,
  },
  {
    title: 'the log floods its folder',
    fault: 'log-flood',
    settings: { linesPerSecond: 500, lineBytes: 4_000 },
    config: { checks: { 'disk-usage': { watch: [{ path: 'FOLDER/logs', warnAt: '1MiB', failAt: '2MiB' }] } } },
    under: [
      'sh',
      '-c',
      '[ -p "$FIFO" ] || mkfifo "$FIFO"; : > "$LOG"; tee -a "$LOG" < "$FIFO" & exec "$@" > "$FIFO"',
      'sh',
    ],
    says: { by: { check: 'disk-usage' }, because: /logs holds .*MiB/, withinSeconds: 30 },
    probes: PERSON,
    ...FAILING(/: disk-usage: .*logs holds/),
    recovers: {
      by: 'ended by DELETE, and the log cut by a person',
      act: async (_service, { log }) => truncateSync(log),
      withinSeconds: 20,
    },
  },
  {
    title: 'descriptors leak',
    fault: 'descriptor-leak',
    settings: { perSecond: 200 },
    under: ['sh', '-c', 'ulimit -n 200; exec "$@"', 'sh'],
    says: { by: { check: 'descriptors' }, because: /of 200/, withinSeconds: 20 },
    probes: RESTART,
    ends: { by: 'SIGTERM', exit: 69 },
    lastWords: /^descriptors: .*of 200/,
    next: /: descriptors: .*of 200/,
    recovers: CLEARED,
  },
  {
    title: 'results are not numbers',
    fault: 'not-a-number',
    settings: { perSecond: 100 },
    says: { by: { check: 'numbers' }, because: /fault-not-a-number .* were NaN/, withinSeconds: 20 },
    probes: PERSON,
    ...FAILING(/: numbers: .* were NaN/),
    recovers: { by: 'ended by DELETE, once they are older than the looks that are kept', withinSeconds: 90 },
  },
]

const GUARDED = { guard: { enabled: true, silenceMs: 1_000 } }

/** The main thread hears no SIGTERM: it ends by SIGKILL after the grace, which the guard has spoken before. */
function blocked(how: string, words: RegExp): Story {
  return {
    title: `the event loop is blocked (${how})`,
    fault: 'block',
    settings: { how },
    again: { ttlSeconds: 4 },
    config: GUARDED,
    says: { by: { words }, withinSeconds: 20 },
    probes: BLOCKED,
    ends: { by: 'SIGKILL', exit: 'SIGKILL' },
    lastWords: words,
    next: / and was killed: the main thread has been silent for /,
    recovers: { by: 'its own time', alone: true, withinSeconds: 30 },
  }
}

/**
 * The sentence, or the stack below it, names the function. On a busy machine a thread that would execute is starved at times, and the
 * guard says so.
 */
const EXECUTING = 'main thread (has been|was) silent for [^\\n]*: (executing|starved)[^]*'
const WAITING = 'main thread (has been|was) silent for [^\\n]*: blocked in a call: '

const OF_THE_LOOP: readonly Story[] = [
  blocked('loop', new RegExp(`${EXECUTING}spinInLoop \\(.*faulting.*\\.js:\\d+\\)`)),
  blocked('regex', new RegExp(`${EXECUTING}backtrackInRegex \\(.*faulting.*\\.js:\\d+\\)`)),
  blocked('wait', new RegExp(`${WAITING}.*, in waitForNobody \\(.*faulting.*\\.js:\\d+\\)`)),
  blocked('exec', new RegExp(`${WAITING}.*as execSync, spawnSync`)),
  {
    title: 'the event loop is blocked for a second, again and again',
    fault: 'block',
    settings: { ms: 1_200, everyMs: 1_500 },
    config: { guard: { enabled: true, silenceMs: 5_000 } },
    says: { by: { check: 'event-loop' }, status: 'warn', because: /stood still/, withinSeconds: 20 },
    probes: { ...ALL_PASS, guard: 200 },
    ...FAILING(/: warned: event-loop: .*; no check was failing$/),
    recovers: CLEARED,
  },
  {
    title: 'the main thread is busy all the time, and turns',
    fault: 'cpu-burn',
    settings: { share: 1, sliceMs: 200 },
    config: { guard: { enabled: true, silenceMs: 5_000 } },
    says: { by: { note: /^the main thread has been busy (nine tenths|\d+(\.\d)?%) of the time/ }, withinSeconds: 20 },
    probes: { ...ALL_PASS, guard: 200 },
    ...FAILING(/: (noted: the main thread has been busy|warned: event-loop: .*; and \d more; ).*no check was failing$/),
    recovers: CLEARED,
  },
]

const OF_THE_PROCESS: readonly Story[] = [
  {
    title: 'a promise is rejected, and nobody listens',
    fault: 'rejection',
    settings: {},
    says: { by: { words: /^unhandled rejection .*rejected on purpose/ }, withinSeconds: 10 },
    ends: { by: 'itself', exit: 70 },
    lastWords:
      /^unhandled rejection Error: rejected on purpose by the fault rejection \(at rejectUnheard .*faulting.*\.js:\d+/,
    next: /: unhandled rejection Error: rejected on purpose/,
  },
  {
    title: 'an error is thrown, and nobody catches it',
    fault: 'uncaught',
    settings: {},
    says: { by: { words: /^uncaught .*thrown on purpose/ }, withinSeconds: 10 },
    ends: { by: 'itself', exit: 70 },
    lastWords: /^uncaught Error: thrown on purpose by the fault uncaught \(at .*faulting.*\.js:\d+/,
    next: /: uncaught Error: thrown on purpose/,
  },
  {
    title: 'a library ends the process',
    fault: 'exit',
    settings: { code: 3, afterMs: 1_000 },
    says: { by: { log: 'fault' }, withinSeconds: 10 },
    ends: { by: 'itself', exit: 3 },
    lastWords: '',
    next: /: it ended itself with exit code 3$/,
  },
  {
    title: 'SIGTERM is ignored',
    fault: 'stop',
    settings: { ignore: true },
    says: { by: { metric: /failweb_fault_active\{name="stop"\} 1/ }, withinSeconds: 5 },
    probes: ALL_PASS,
    ends: { by: 'SIGKILL', exit: 'SIGKILL' },
    lastWords: '',
    next: / and was killed: .*no check was failing when it was last heard of/,
    recovers: CLEARED,
  },
  {
    title: 'it takes its time to stop',
    fault: 'stop',
    settings: { delayMs: 1_000 },
    says: { by: { metric: /failweb_fault_active\{name="stop"\} 1/ }, withinSeconds: 5 },
    probes: ALL_PASS,
    ...CLEAN,
    recovers: CLEARED,
  },
]

/** Every fault that there is. */
export const STORIES: readonly Story[] = [...IN_REQUESTS, ...OF_RESOURCES, ...OF_THE_LOOP, ...OF_THE_PROCESS]

function many(service: ServiceProcess, path: string, times: number): Promise<unknown> {
  return Promise.all(Array.from({ length: times }, () => service.ask(path)))
}

/** As many as it takes for the slow ones to be few among them. */
async function quickAnswers(service: ServiceProcess): Promise<void> {
  for (let round = 0; round < 80; round++) {
    await many(service, '/', 50)
    if ((await service.ask('/readyz')).status === 200) return
  }
}
