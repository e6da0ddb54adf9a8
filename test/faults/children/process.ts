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
  /** The share of the time in which the main thread ran, or would have if the machine had had a core for it. */
  readonly busyShare: number
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

const begun = { at: wakingClock.now(), busyMs: busyMs() }
faults.set(life.fault, life.settings, life.ttlSeconds)
await wakingClock.sleep(life.watchMs)
const busyShare = (busyMs() - begun.busyMs) / (wakingClock.now() - begun.at)
const { progress, ended } = faults.list().find(({ name }) => name === life.fault) ?? {}
const seen: Seen = { stallsMs, busyShare, opens: opens(), progress, ended }
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

/** Running, and waiting for a core: how many others run makes no difference. */
function busyMs(): number {
  const [ran = 0, waited = 0] = readFileSync('/proc/self/schedstat', 'utf8').split(' ').map(Number)
  return (ran + waited) / 1e6
}
