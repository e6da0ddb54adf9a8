import { ask, type Running, sleep } from './server.ts'

/** One probe of one server. */
export interface Watched {
  readonly name: string
  readonly server: Running
  readonly path: string
  readonly onSecond?: boolean
}

/** What a prober saw after a fault began: each change of the answer, and when the server died. */
export interface Sight {
  readonly name: string
  readonly changes: readonly Change[]
  readonly diedSeconds?: number
}

/** Undefined is the status of a question that nobody answered. */
interface Change {
  readonly seconds: number
  readonly status: number | undefined
}

const EVERY_MS = 250
const READY_WITHIN_MS = 60_000
const MOST_CHANGES = 6

/** Asks until the probe says 200: a server is watched from when it is well. @throws when it is not in a minute */
export async function well({ name, server, path, onSecond }: Watched): Promise<void> {
  const until = performance.now() + READY_WITHIN_MS
  for (;;) {
    const { status } = await ask(onSecond ? server.second : server.port, path)
    if (status === 200) return
    if (performance.now() > until) throw new Error(`${name} answers ${status} although nothing is wrong`)
    await sleep(EVERY_MS)
  }
}

/**
 * Asks four times a second, with a second's patience, until the time is over or the server is dead. An answer counts as changed
 * when two in a row say so, as of the first of them.
 */
export async function watch({ name, server, path, onSecond }: Watched, seconds: number): Promise<Sight> {
  const begun = performance.now()
  const since = () => (performance.now() - begun) / 1_000
  const changes: Change[] = []
  let said: number | undefined = 200
  let pending: Change | undefined
  let diedSeconds: number | undefined
  server.child.once('exit', () => {
    diedSeconds ??= since()
  })
  while (since() < seconds && diedSeconds === undefined) {
    const { status } = await ask(onSecond ? server.second : server.port, path)
    if (diedSeconds !== undefined) break
    if (status === said) pending = undefined
    else if (pending && pending.status === status) {
      changes.push(pending)
      said = status
    } else pending = { seconds: since(), status }
    await sleep(EVERY_MS)
  }
  return { name, changes, ...(diedSeconds !== undefined && { diedSeconds }) }
}

/** `503 at 2.1 s, 200 at 9.0 s`, or `never`; and `died at 40 s`. */
export function inWords({ changes, diedSeconds }: Sight): string {
  const told = changes
    .slice(0, MOST_CHANGES)
    .map(({ seconds, status }) => `${status ?? 'no answer'} at ${seconds.toFixed(1)} s`)
  if (changes.length > MOST_CHANGES) told.push('…')
  if (told.length === 0) told.push('never')
  if (diedSeconds !== undefined) told.push(`died at ${diedSeconds.toFixed(0)} s`)
  return told.join(', ')
}
