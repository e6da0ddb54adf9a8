import { type ServiceProcess, until } from '../service-process.ts'
import { ALL_PASS, type Probes, type Reply, type Story } from './story.ts'
import { makeWorld, type World } from './world.ts'

/** What came of a story. What did not come as it was told throws. */
export interface Played {
  /** Seconds from the fault to what was said of it. */
  readonly saidAfter: number
  /** Who said it, in one sentence. */
  readonly said: string
  readonly exit: number | string
  /** The first line of the termination message; empty where none was left. */
  readonly lastWords: string
  /** What the next run told in its log. */
  readonly next: string
  /** Seconds from the end of the fault until every probe passed. */
  readonly recoveredAfter?: number
}

/** No more at once than leave a busy machine of two cores its breath. */
const LANES = 4
let free = LANES
const waiting: (() => void)[] = []

/** Moments of a story at which somebody may look: the service is well; the fault has been said; the next run has begun. */
export type Moment = 'well' | 'said' | 'next'
type Look = (moment: Moment, service: ServiceProcess) => Promise<unknown>

/** @param look is waited for */
export async function play(story: Story, look: Look = async () => {}): Promise<Played> {
  if (free > 0) free -= 1
  else await new Promise<void>((resolve) => waiting.push(resolve))
  const world = makeWorld(story)
  try {
    return { ...(await firstRun(story, world, look)), ...(await nextRun(story, world, look)) }
  } finally {
    await world.end()
    const next = waiting.shift()
    if (next) next()
    else free += 1
  }
}

async function firstRun(story: Story, world: World, look: Look) {
  const service = await startedIn(world)
  await look('well', service)
  const { saidAfter, said } = await hear(story, service, world)
  await look('said', service)
  if (story.probes) await answered(service, story.probes)
  const exit = await endOf(story, service)
  assertLog(story, service)
  const lastWords = world.lastWords()
  assertSaid('the termination message', lastWords, story.lastWords)
  return { saidAfter, said, exit, lastWords: lastWords.split('\n')[0] ?? '' }
}

async function nextRun(story: Story, world: World, look: Look) {
  const service = await startedIn(world)
  await look('next', service)
  const next = `${service.events.find(({ event }) => event === 'previous-run')?.['told']}`
  assertSaid('what the next run tells', next, story.next)
  if (!story.recovers) return { next }
  await hear({ ...story, settings: { ...story.settings, ...story.again } }, service, world)
  const { act, alone = false, withinSeconds, by } = story.recovers
  const begun = performance.now()
  if (!alone) await service.ask(`/faults/${story.fault}`, { method: 'DELETE' })
  await act?.(service, world)
  await answered(service, { ...ALL_PASS, ...(story.probes?.guard !== undefined && { guard: 200 }) })
  const recoveredAfter = secondsSince(begun)
  assertWithin(`${story.title}: recovering (${by})`, recoveredAfter, withinSeconds)
  return { next, recoveredAfter }
}

async function startedIn(world: World): Promise<ServiceProcess> {
  const service = await world.run()
  await until(
    () => service.ask('/readyz'),
    ({ status }) => status === 200,
  )
  return service
}

/** Sets the fault, and waits until it is said. */
async function hear({ title, fault, settings, says, meanwhile }: Story, service: ServiceProcess, world: World) {
  const begun = performance.now()
  const set = await service.ask(`/faults/${fault}`, { method: 'PUT', body: JSON.stringify(settings) })
  if (set.status !== 200) throw new Error(`${title}: ${set.body}`)
  const users = meanwhile?.(service)
  const said = await until(
    () => saidBy(says, service, world),
    (seen) => seen !== undefined,
    says.withinSeconds,
  ).catch((error: unknown) => {
    throw new Error(`${title}: ${error}; heard: ${JSON.stringify(service.events.slice(-8))}`)
  })
  const saidAfter = secondsSince(begun)
  await users
  assertWithin(title, saidAfter, says.withinSeconds)
  return { saidAfter, said: `${said}` }
}

/** The sentence, once it is said; undefined before. */
async function saidBy(
  { by, status = 'fail', because = /./ }: Story['says'],
  service: ServiceProcess,
  world: World,
): Promise<string | undefined> {
  if ('log' in by) {
    const found = service.events.find((line) => line['event'] === by.log && because.test(JSON.stringify(line)))
    return found && `the log: ${by.log} ${found['remedy'] ?? found['name'] ?? ''}`.trimEnd()
  }
  if ('words' in by) return by.words.test(world.lastWords()) ? world.lastWords().split('\n')[0] : undefined
  if ('note' in by) return (await notesOf(service)).find((note) => by.note.test(note))
  if ('metric' in by) return by.metric.exec((await service.ask('/metrics')).body)?.[0]
  const change = service.events.find(
    ({ event, name, to, because: why }) =>
      event === 'transition' && name === by.check && to === status && because.test(`${why}`),
  )
  return change && `${by.check} ${status}s: ${change['because']}`
}

/** What the detail tells beside the checks. */
async function notesOf(service: ServiceProcess): Promise<readonly string[]> {
  const { body } = await service.ask('/healthz?peek', { headers: { accept: 'application/json' } })
  return (JSON.parse(body) as { notes?: readonly string[] }).notes ?? []
}

/** The probes, asked together until they are answered as they should be. */
async function answered(service: ServiceProcess, wished: Probes): Promise<void> {
  const { port } = service.events.find(({ event }) => event === 'guard-listening') ?? {}
  const ask = async (url: string, is: Reply | undefined): Promise<Reply | undefined> => {
    if (is === undefined) return undefined
    // As long as a kubelet waits, where no answer is what is expected.
    const signal = AbortSignal.timeout(is === 'none' ? 1_000 : 5_000)
    const reply = await fetch(url, { signal, headers: { connection: 'close' } }).catch(() => undefined)
    await reply?.body?.cancel()
    return reply?.status ?? 'none'
  }
  const look = async () => {
    const [heartbeat, live, ready, guard] = await Promise.all([
      ask(`${service.url}/healthz?peek`, wished.heartbeat),
      ask(`${service.url}/livez`, wished.live),
      ask(`${service.url}/readyz`, wished.ready),
      ask(`http://127.0.0.1:${port}/livez`, wished.guard),
    ])
    return { heartbeat, live, ready, ...(guard !== undefined && { guard }) }
  }
  await until(look, (seen) => JSON.stringify(seen) === JSON.stringify(wished))
}

/** How long a kubelet would wait after SIGTERM, here. */
const GRACE_MS = 1_500

async function endOf({ title, ends }: Story, service: ServiceProcess): Promise<number | string> {
  if (ends.by !== 'itself') service.signal('SIGTERM')
  if (ends.by === 'SIGKILL') {
    const grace = new Promise<'alive'>((resolve) => setTimeout(() => resolve('alive'), GRACE_MS))
    if ((await Promise.race([service.exited, grace])) !== 'alive')
      throw new Error(`${title}: it ended within the grace`)
    service.signal('SIGKILL')
  }
  const { code, signal } = await service.exited
  const exit = code ?? `${signal}`
  if (exit !== ends.exit) throw new Error(`${title}: expected exit ${ends.exit}, got ${exit}`)
  return exit
}

function assertLog({ title, logs = [], never }: Story, { events }: ServiceProcess): void {
  const lines = events.map((event) => JSON.stringify(event))
  let from = 0
  for (const wished of logs) {
    const found = lines.findIndex((line, nth) => nth >= from && wished.test(line))
    if (found < 0) throw new Error(`${title}: expected ${wished} in the log, got ${lines.slice(from).join('\n')}`)
    from = found + 1
  }
  const wrong = never && lines.find((line) => never.test(line))
  if (wrong !== undefined) throw new Error(`${title}: expected never ${never} in the log, got ${wrong}`)
}

function assertSaid(what: string, text: string, wished: RegExp | ''): void {
  const is = wished === '' ? text === '' : wished.test(text)
  if (!is) throw new Error(`${what}: expected ${wished || 'nothing'}, got ${text}`)
}

function assertWithin(what: string, seconds: number, most: number): void {
  if (seconds > most) throw new Error(`${what}: took ${seconds} s, expected at most ${most} s`)
}

function secondsSince(begun: number): number {
  return Math.round((performance.now() - begun) / 100) / 10
}
