import { Counter, type Registry } from 'prom-client'
import { createDurations } from './durations.ts'

/** Who asks a probe, as far as the User-Agent tells. Bounded: it is a label. */
export type Agent = 'kube-probe' | 'prometheus' | 'other'

/** How often who asked a health route, and what was answered. */
export interface VisitCount {
  /** One of the routes, never the path that came. */
  readonly path: string
  readonly agent: Agent
  readonly codes: readonly (readonly [code: number, count: number])[]
}

export interface RequestMetrics {
  /** A heartbeat was answered. */
  beat(passed: boolean): void
  /** A request was answered; `route` is the pattern. */
  answered(method: string, route: string, code: number, milliseconds: number): void
  /** A remedy was run, by hand or by itself. */
  remedied(name: string, result: 'done' | 'failed' | 'late' | 'dry-run'): void
  /** A look of the check for which a remedy was tried has judged it. */
  judged(check: string, remedy: string, helped: boolean): void
}

/** @param visits read at each scrape: what a request pays for is an addition, and no look-up by labels */
export function exposeRequests(registry: Registry, visits: () => readonly VisitCount[]): RequestMetrics {
  const registers = [registry]
  const beats = { ok: 0, failed: 0 }
  new Counter({
    name: 'failweb_heartbeats_total',
    help: 'Accesses to the heartbeat, by what they were answered.',
    labelNames: ['result'],
    registers,
    collect() {
      this.reset()
      for (const [result, count] of Object.entries(beats)) this.inc({ result }, count)
    },
  })
  new Counter({
    name: 'failweb_probe_requests_total',
    help: 'Requests to the probes, by route, status code and who asked.',
    labelNames: ['path', 'code', 'agent'],
    registers,
    collect() {
      this.reset()
      for (const { path, agent, codes } of visits()) {
        for (const [code, count] of codes) this.inc({ path, code, agent }, count)
      }
    },
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
    beat(passed) {
      beats[passed ? 'ok' : 'failed']++
    },
    answered: durations.record,
    remedied: (name, result) => remedies.inc({ name, result }),
    judged: (name, remedy, helped) => judgements.inc({ name, remedy, helped: String(helped) }),
  }
}
