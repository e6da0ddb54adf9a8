import { Agent, request } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { type ServiceProcess, startService, until } from './service-process.ts'

let service: ServiceProcess | undefined
afterEach(() => service?.child.kill('SIGKILL'))

const REQUESTS_A_SECOND = 200
const EVERY_MS = 10
/** A request of its own would hang as well, and be counted. */
const NO_SELF_PROBE = ['--checks.latency.selfProbeMs', '0']

describe('200 requests a second through a SIGTERM', () => {
  test('none fails where new connections go elsewhere once it is not ready', async () => {
    service = await startService({ args: ['--decay.step', '0', '--drainMs', '1500'] })
    const asked = service
    const load = await beginLoad(service)
    service.signal('SIGTERM')
    await until(
      () => asked.ask('/readyz'),
      ({ status }) => status === 503,
    )
    load.connectElsewhere()
    expect(await service.exited).toEqual({ code: 0, signal: null })
    expect(await load.end()).toMatchObject({ failed: [], reset: 0, refused: 0 })
  })

  test('where they go on coming, none fails that was accepted; the others are refused', async () => {
    service = await startService({ args: ['--decay.step', '0'] })
    const load = await beginLoad(service)
    service.signal('SIGTERM')
    expect(await service.exited).toEqual({ code: 0, signal: null })
    const { failed, refused, reset } = await load.end()
    expect(failed).toEqual([])
    expect(refused).toBeGreaterThan(0)
    // The kernel had them in its queue in the moment in which the port closed: nobody had accepted them.
    expect(reset).toBeLessThanOrEqual(2)
  })

  test('a request that hangs is cut at its deadline, and holds the exit no longer', async () => {
    service = await startService({
      args: ['--decay.step', '0', '--faults.enabled', 'true', '--closeMs', '1500', ...NO_SELF_PROBE],
    })
    const hang = { method: 'PUT', body: JSON.stringify({ headersMs: 600_000, ttlSeconds: 600 }) }
    expect((await service.ask('/faults/latency', hang)).status).toBe(200)
    const hung = service.ask('/', { signal: null }).then(
      () => 'answered',
      () => 'cut',
    )
    const asked = service
    await until(
      async () => JSON.parse((await asked.ask('/faults')).body).faults as { name: string; progress?: object }[],
      (faults) => faults.some(({ progress }) => JSON.stringify(progress) === '{"delayed_requests":1}'),
    )
    const begun = performance.now()
    service.signal('SIGTERM')
    expect(await service.exited).toEqual({ code: 0, signal: null })
    expect(performance.now() - begun).toBeGreaterThanOrEqual(1_400)
    expect(await hung).toBe('cut')
  })
})

/** Connections are begun this long before the first that is refused, and reset: they were never accepted. */
const IN_THE_QUEUE_MS = 200

/**
 * Half of it on connections that are kept, half on one of its own each: as proxies and as others ask. Resolves when a second's worth
 * has been answered.
 */
async function beginLoad({ url }: ServiceProcess) {
  const [kept, fresh] = [new Agent({ keepAlive: true, maxSockets: 10 }), new Agent({ keepAlive: false })]
  const outcomes: { readonly at: number; readonly isKept: boolean; readonly outcome: string }[] = []
  const underWay = new Set<Promise<void>>()
  let agents = [kept, fresh]
  const ask = (agent: Agent) => {
    const at = performance.now()
    const asked = outcomeOf(url, agent).then((outcome) => {
      underWay.delete(asked)
      outcomes.push({ at, isKept: agent === kept, outcome })
    })
    underWay.add(asked)
  }
  const timer = setInterval(() => agents.forEach(ask), EVERY_MS)
  await until(
    async () => outcomes.length,
    (count) => count >= REQUESTS_A_SECOND,
  )
  return {
    /** As a balancer does: what it still has open is used up, and nothing is opened. */
    connectElsewhere() {
      agents = []
    },
    async end() {
      await new Promise((resolve) => setTimeout(resolve, 10 * EVERY_MS))
      clearInterval(timer)
      await Promise.all(underWay)
      kept.destroy()
      const refused = outcomes.filter(({ outcome }) => outcome === 'ECONNREFUSED')
      const closedAt = Math.min(...refused.map(({ at }) => at))
      const reset = outcomes.filter(
        ({ at, isKept, outcome }) => !isKept && outcome === 'ECONNRESET' && at > closedAt - IN_THE_QUEUE_MS,
      )
      const fine = new Set([...refused, ...reset])
      const failed = outcomes.filter((one) => one.outcome !== 'answered' && !fine.has(one))
      return { failed, refused: refused.length, reset: reset.length }
    },
  }
}

function outcomeOf(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    const asking = request(url, { agent }, (reply) => {
      let body = ''
      reply.setEncoding('utf8').on('data', (chunk) => {
        body += chunk
      })
      reply.on('end', () => resolve(body === 'Hello, World!\n' ? 'answered' : `${reply.statusCode} ${body}`))
      reply.on('error', (error: NodeJS.ErrnoException) => resolve(`${error.code}`))
    })
    asking.on('error', (error: NodeJS.ErrnoException) => resolve(`${error.code}`))
    asking.end()
  })
}
