import { closeSync, openSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { memoryGrowthCheck } from '../../../checks/memory-growth.ts'
import { memoryHeadroomCheck } from '../../../checks/memory-headroom.ts'
import type { Check } from '../../../src/core/check.ts'
import { type MemoryReading, watchMemory } from '../../../src/host/memory.ts'
import { defaultsOf } from '../../checks/samples.ts'

/** `floor`: collects three times and shows three looks. `exhausted`: takes every descriptor, then lets both checks look. */
const acts = { floor, exhausted }

async function floor(): Promise<unknown> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  // What loading has collected may still be on its way to the observer.
  const watch = watchMemory()
  await turn()
  watch.look()
  const before = watch.look().collected
  const held = Array.from({ length: 200_000 }, (_, i) => ({ i, text: `t${i}` }))
  for (let round = 0; round < 3; round++) {
    collect()
    await turn()
    await turn()
  }
  const after = watch.look().collected
  const later = watch.look().collected
  watch.close()
  return held.length > 0 && [before, after, later]
}

async function exhausted(): Promise<unknown> {
  const checks = [memoryGrowthCheck, memoryHeadroomCheck] as const
  const watch = watchMemory()
  const taken: number[] = []
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'))
  } catch {
    // That was the last.
  }
  const reading = watch.look()
  const [growth, headroom] = [judge(checks[0], reading), judge(checks[1], reading)]
  const node = codeOf(() => process.memoryUsage())
  for (const descriptor of taken) closeSync(descriptor)
  watch.close()
  return { node, growth, headroom, rssBytes: reading.rssBytes }
}

function judge(check: typeof memoryGrowthCheck | typeof memoryHeadroomCheck, reading: MemoryReading): string {
  const settings = defaultsOf(check as Check)
  return check.judge([{ at: 0, tookMs: 0, reading }], settings as never).status
}

function codeOf(attempt: () => unknown): string | undefined {
  try {
    attempt()
    return 'it answered'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code
  }
}

const act = acts[process.argv[2] as keyof typeof acts]
process.stdout.write(JSON.stringify(await act()))
