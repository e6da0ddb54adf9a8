import { Counter, type Registry } from 'prom-client'
import { createDurations } from './durations.ts'

/** Who asks a probe, as far as the User-Agent tells. Bounded: it is a label. */
export type Agent = 'kube-probe' | 'prometheus' | 'other'

export interface RequestMetrics {
  /** A heartbeat was answered. */
  beat(passed: boolean): void
  /** A probe was answered; `path` is one of the routes, never the path that came. */
  probed(path: string, code: number, agent: Agent): void
  /** A request was answered; `route` is the pattern. */
  answered(method: string, route: string, code: number, milliseconds: number): void
  /** A remedy was run, by hand or by itself. */
  remedied(name: string, result: 'done' | 'failed' | 'late' | 'dry-run'): void
  /** A look of the check for which a remedy was tried has judged it. */
  judged(check: string, remedy: string, helped: boolean): void
}

export function exposeRequests(registry: Registry): RequestMetrics {
  const registers = [registry]
  const heartbeats = new Counter({
    name: 'failweb_heartbeats_total',
    help: 'Accesses to the heartbeat, by what they were answered.',
    labelNames: ['result'],
    registers,
  })
  for (const result of ['ok', 'failed']) heartbeats.inc({ result }, 0)
  const probes = new Counter({
    name: 'failweb_probe_requests_total',
    help: 'Requests to the health routes, by route, status code and who asked.',
    labelNames: ['path', 'code', 'agent'],
    registers,
  })
  const remedies = new Counter({
    name: 'failweb_remedies_total',
    help: 'Remedies that were run.',
    labelNames: ['name', 'result'],
    registers,
  })
  const judgements = new Counter({
    name: 'failweb_healthcheck_remedies_total',
    help: 'Remedies that were tried for a check, by whether it was well when it next looked.',
    labelNames: ['name', 'remedy', 'helped'],
    registers,
  })
  const durations = createDurations(registry)
  return {
    beat: (passed) => heartbeats.inc({ result: passed ? 'ok' : 'failed' }),
    probed: (path, code, agent) => probes.inc({ path, code, agent }),
    answered: durations.record,
    remedied: (name, result) => remedies.inc({ name, result }),
    judged: (name, remedy, helped) => judgements.inc({ name, remedy, helped: String(helped) }),
  }
}
