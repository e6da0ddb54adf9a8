import { runCost } from './cost.ts'
import { runDisk } from './disk.ts'
import { runLatency } from './latency.ts'
import { runMemory } from './memory.ts'
import { runQueue } from './queue.ts'
import { runReal } from './real.ts'
import { runRealLogs } from './real-logs.ts'

/** Seeds that no rule was tuned on: looked at once, when the rules were done. To improve a rule take others, then new ones here. */
const SEEDS = Array.from({ length: 24 }, (_, nth) => 3_001 + nth)
const SELF = 'npx tsx test/bench/detection/main.ts'

type Section = (seeds: readonly number[], command: string) => void | Promise<void>

const SECTIONS: Readonly<Record<string, Section>> = {
  memory: runMemory,
  disk: runDisk,
  latency: runLatency,
  cost: (_, command) => runCost(command),
  queue: (_, command) => runQueue(command),
  // A quarter of an hour of real processes: only when asked for by name.
  real: (_, command) => runReal(command),
  // The better part of an hour: likewise.
  'real-logs': (_, command) => runRealLogs(command),
}
const USUAL = ['memory', 'disk', 'latency', 'cost', 'queue']

/** `main.ts [section…]`: plays the detection benchmarks and writes RESULTS.md beside it. */
const asked = process.argv.slice(2)
const wrong = asked.filter((name) => !Object.hasOwn(SECTIONS, name))
if (wrong.length > 0) {
  process.stderr.write(`no section ${wrong.join(', ')}; there are ${Object.keys(SECTIONS).join(', ')}\n`)
  process.exit(2)
}
for (const name of asked.length > 0 ? asked : USUAL) await SECTIONS[name]?.(SEEDS, `${SELF} ${name}`)
