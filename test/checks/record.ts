import { closeSync, openSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { cpuCheck } from '../../checks/cpu.ts'
import { descriptorsCheck } from '../../checks/descriptors.ts'
import { errorsCheck } from '../../checks/errors.ts'
import { eventLoopCheck } from '../../checks/event-loop.ts'
import { latencyCheck } from '../../checks/latency.ts'
import { numbersCheck } from '../../checks/numbers.ts'
import { assign } from '../../src/core/assignment.ts'
import type { Check } from '../../src/core/check.ts'
import { newest } from '../../src/core/samples.ts'
import { Registry } from '../../src/engine/registry.ts'
import { createArrivals } from '../../src/host/arrivals.ts'
import { createLoopWatcher } from '../../src/host/event-loop.ts'
import { createNumbers } from '../../src/host/numbers.ts'
import { createTrips } from '../../src/host/trips.ts'
import { systemClock } from '../../src/system-clock.ts'
import type { Recording, Step } from './recording.ts'

/**
 * Records what the traffic and process checks see and say in twenty seconds of a process that is treated badly, for the replay test:
 * `sh -c 'ulimit -n 200; npx tsx test/checks/record.ts'`. Run it again only when a reading or a rule is meant to change.
 */
const EVERY_MS = 500
const trips = createTrips(systemClock)
const numbers = createNumbers()
const recordings = new Map<string, Step[]>()

/** The same check, which writes down every judgement. */
function recorded(check: Check): Check {
  const steps: Step[] = []
  recordings.set(check.name, steps)
  return {
    ...check,
    judge(samples, settings, said) {
      const verdict = check.judge(samples, settings, said)
      steps.push({ sample: newest(samples), ...(said && { said }), verdict })
      return verdict
    },
  }
}

const checks = [latencyCheck, eventLoopCheck, errorsCheck, numbersCheck, descriptorsCheck, cpuCheck] as readonly Check[]
const own = (name: string) => (name === 'latency' ? { selfProbeMs: 0 } : {})
const assignments = assign(
  checks.map((check) => ({ check: recorded(check), options: { everyMs: EVERY_MS, ...own(check.name) } })),
)
const registry = new Registry(assignments, {
  clock: systemClock,
  random: () => 0,
  surroundings: {
    clock: systemClock,
    caches: { register: () => () => {}, all: () => [], watch: () => () => {} },
    trips,
    arrivals: createArrivals(systemClock),
    numbers,
    loop: createLoopWatcher(systemClock),
    address: () => undefined,
  },
})

registry.start()
await treat(4, { ms: () => 3 })
await treat(4, { ms: (nth) => (nth % 3 === 0 ? 900 : 3), badly: true })
await treat(12, { ms: () => 3 })
await registry.stop()
for (const { check, settings } of assignments) write(check.name, { settings, steps: recordings.get(check.name) ?? [] })

interface Treatment {
  readonly ms: (nth: number) => number
  readonly badly?: boolean
}

async function treat(seconds: number, { ms, badly = false }: Treatment): Promise<void> {
  const taken = badly ? Array.from({ length: 140 }, () => openSync('/dev/null', 'r')) : []
  if (badly) block(1_500)
  if (badly) process.emitWarning('a leak', 'MaxListenersExceededWarning')
  for (let nth = 0; nth < seconds * 20; nth++) {
    trips.record(nth % 4 === 0 ? 'POST /orders' : 'GET /', ms(nth))
    numbers.finite('price', badly && nth % 5 === 0 ? Number.NaN : nth, 0)
    await sleep(50)
  }
  for (const descriptor of taken) closeSync(descriptor)
}

function block(ms: number): void {
  const until = systemClock.now() + ms
  while (systemClock.now() < until);
}

function write(name: string, recording: Recording): void {
  const text = `{ "settings": ${JSON.stringify(recording.settings)}, "steps": [\n${recording.steps.map((step) => JSON.stringify(step)).join(',\n')}\n] }\n`
  writeFileSync(fileURLToPath(new URL(`${name}.recorded.json`, import.meta.url)), text)
}
