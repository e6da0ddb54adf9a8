import { execFileSync } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { cpuCheck } from '../../../checks/cpu.ts'
import { descriptorsCheck } from '../../../checks/descriptors.ts'
import { errorsCheck } from '../../../checks/errors.ts'
import { eventLoopCheck } from '../../../checks/event-loop.ts'
import { latencyCheck } from '../../../checks/latency.ts'
import { numbersCheck } from '../../../checks/numbers.ts'
import { assign } from '../../../src/core/assignment.ts'
import type { Check } from '../../../src/core/check.ts'
import { Registry } from '../../../src/engine/registry.ts'
import { createArrivals } from '../../../src/host/arrivals.ts'
import { createLoopWatcher } from '../../../src/host/event-loop.ts'
import { createNumbers } from '../../../src/host/numbers.ts'
import { createTrips } from '../../../src/host/trips.ts'
import { systemClock } from '../../../src/system-clock.ts'

/** Takes every descriptor, with the traffic checks looking on, then frees them again. Writes what was said at each stage. */
const checks = [latencyCheck, eventLoopCheck, errorsCheck, numbersCheck, descriptorsCheck, cpuCheck] as readonly Check[]
const quick = { everyMs: 50, toWorsen: 2, toRecover: 2 }
const optionsOf = ({ name }: Check) => (name === 'latency' ? { ...quick, selfProbeMs: 50 } : quick)
const registry = new Registry(assign(checks.map((check) => ({ check, options: optionsOf(check) }))), {
  clock: systemClock,
  random: () => 0,
  surroundings: {
    clock: systemClock,
    caches: { register: () => () => {}, all: () => [], watch: () => () => {} },
    trips: createTrips(systemClock),
    arrivals: createArrivals(systemClock),
    loop: createLoopWatcher(systemClock),
    numbers: createNumbers(),
    address: () => 'http://127.0.0.1:1',
  },
})

const lines: string[] = []
const taken: number[] = []

// Only now: to load the files of a program Node opens many at once.
execFileSync('prlimit', ['--pid', `${process.pid}`, '--nofile=64:64'])
registry.start()
await until(() => statusOf('descriptors') === 'pass' && registry.snapshot().checks.every(({ looked }) => looked))
tell('before')
lines.push(JSON.stringify({ stage: 'taken', code: takeAll() }))
// What something else gives back meanwhile is taken too.
await until(() => takeAll() === 'EMFILE' && statusOf('descriptors') === 'fail' && /EMFILE/.test(becauseOf('latency')))
tell('exhausted')
for (const descriptor of taken) closeSync(descriptor)
await until(() => statusOf('descriptors') === 'pass')
await sleep(300)
tell('freed')
await registry.stop()
process.stdout.write(`${lines.join('\n')}\n`)

/** Opens until no more can be opened. Returns why not. */
function takeAll(): string | undefined {
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'))
  } catch (error) {
    return (error as NodeJS.ErrnoException).code
  }
}

function statusOf(name: string): string | undefined {
  return registry.snapshot().byName.get(name)?.status
}

function becauseOf(name: string): string {
  return registry.snapshot().byName.get(name)?.because ?? ''
}

function tell(stage: string): void {
  const checks = registry.snapshot().checks.map(({ name, status, because }) => [name, { status, because }])
  lines.push(JSON.stringify({ stage, checks: Object.fromEntries(checks) }))
}

async function until(holds: () => boolean): Promise<void> {
  const end = systemClock.now() + 10_000
  while (!holds()) {
    if (systemClock.now() > end) throw new Error(`gave up waiting: ${JSON.stringify(registry.snapshot().checks)}`)
    await sleep(20)
  }
}
