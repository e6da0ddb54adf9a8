import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { createFaults } from '../../../src/faults/faults.ts'
import { createCaches } from '../../../src/host/caches.ts'
import { createNumbers } from '../../../src/host/numbers.ts'
import { wakingClock } from '../../../src/system-clock.ts'

/** What a child does, as JSON in its first argument: sets a fault, watches itself for so long, and says what it saw. */
export interface Life {
  readonly fault: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly ttlSeconds: number
  readonly watchMs: number
}

export interface Seen {
  /** Times for which the event loop stood still, over 50 ms, in order. */
  readonly stallsMs: readonly number[]
  /** The share of one core that was used. */
  readonly cpuShare: number
  /** Whether a file could still be opened at the end. */
  readonly opens: boolean
  readonly progress: Readonly<Record<string, number>> | undefined
  readonly ended: string | undefined
}

const life: Life = JSON.parse(process.argv[2] ?? '')
const faults = createFaults({
  clock: wakingClock,
  folder: tmpdir(),
  surroundings: { caches: createCaches(), numbers: createNumbers(), log: () => {} },
})

const stallsMs: number[] = []
let turned = wakingClock.now()
const watching = setInterval(() => {
  const now = wakingClock.now()
  if (now - turned > 50) stallsMs.push(now - turned)
  turned = now
}, 5)

const begun = { at: wakingClock.now(), cpu: process.cpuUsage() }
faults.set(life.fault, life.settings, life.ttlSeconds)
await wakingClock.sleep(life.watchMs)
const [cpu, ms] = [process.cpuUsage(begun.cpu), wakingClock.now() - begun.at]
const { progress, ended } = faults.list().find(({ name }) => name === life.fault) ?? {}
const seen: Seen = { stallsMs, cpuShare: (cpu.user + cpu.system) / 1000 / ms, opens: opens(), progress, ended }
process.stdout.write(JSON.stringify(seen))
clearInterval(watching)
await faults.stop()

function opens(): boolean {
  try {
    return readFileSync('/dev/null').length === 0
  } catch {
    return false
  }
}
