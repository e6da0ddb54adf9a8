import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServiceSettings } from './config/schema.ts'
import type { Clock } from './core/clock.ts'
import type { Surroundings } from './core/surroundings.ts'
import type { Greeter } from './failweb/greeting.ts'
import { readFaultRequest } from './faults/fault-request.ts'
import { createFaults, type Faults } from './faults/faults.ts'
import type { FaultControl } from './http/surface.ts'
import type { LogEvent } from './log-event.ts'

/** Faults on purpose, and the way in which HTTP sets them. */
export interface Faulting {
  readonly faults: Faults
  readonly control: FaultControl
}

export interface FaultingSetup {
  readonly service: ServiceSettings
  readonly clock: Clock
  readonly surroundings: Surroundings
  readonly greeter: Greeter
  readonly log: (event: LogEvent) => void
  readonly tell: (event: LogEvent) => void
}

export function faulting({ service, clock, surroundings, greeter, log, tell }: FaultingSetup): Faulting {
  const { folder = join(tmpdir(), 'failweb-faults') } = service.faults
  const cache = { put: (key: string) => void greeter.greet(key), size: greeter.cache.size }
  const lent = { caches: surroundings.caches, numbers: surroundings.numbers, cache, log }
  const onChange = (change: object) => tell({ event: 'fault', ...change })
  const faults = createFaults({ clock, folder, surroundings: lent, onChange })
  return { faults, control: controlOf(faults) }
}

function controlOf(faults: Faults): FaultControl {
  return {
    list: () => faults.list(),
    onRequest: (req, res) => faults.onRequest(req, res),
    set(name, body) {
      const { settings, ttlSeconds } = readFaultRequest(body)
      return faults.set(name, settings, ttlSeconds)
    },
    clear: (name) => faults.clear(name),
  }
}
