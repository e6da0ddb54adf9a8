import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { memoryGrowthCheck } from '../../checks/memory-growth.ts'
import { memoryHeadroomCheck } from '../../checks/memory-headroom.ts'
import { assign } from '../../src/core/assignment.ts'
import type { Check } from '../../src/core/check.ts'
import { newest } from '../../src/core/samples.ts'
import type { Surroundings } from '../../src/core/surroundings.ts'
import { Registry } from '../../src/engine/registry.ts'
import { systemClock } from '../../src/system-clock.ts'
import type { Step } from './recording.ts'

/**
 * Records what the memory checks see and say in a process that leaks its heap nearly full, for the replay tests:
 * `node --import tsx --max-old-space-size=64 test/checks/record-memory.ts`. Run it again only when a reading or a rule is meant to change.
 */
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

const assignments = assign([
  { check: recorded(memoryGrowthCheck as Check), options: { everyMs: 1_000, timeScale: 1 / 40 } },
  { check: recorded(memoryHeadroomCheck as Check), options: { everyMs: 2_500 } },
])
// These two checks ask nothing of what a service lends but its clock.
const surroundings = { clock: systemClock } as Surroundings
const registry = new Registry(assignments, { clock: systemClock, surroundings, random: () => 0 })
registry.start()

const kept: unknown[] = []
const objectsOf = (count: number) => Array.from({ length: count }, (_, id) => ({ id, name: `n${id}`, next: [id] }))
const failed = () => [...recordings.values()].every((steps) => steps.some(({ verdict }) => verdict.status === 'fail'))
while (!failed()) {
  kept.push(objectsOf(180))
  let passing: unknown[] = objectsOf(400)
  await sleep(50)
  passing = []
  kept.push(...passing)
}
await registry.stop()
for (const { check, settings } of assignments) {
  const steps = recordings.get(check.name) ?? []
  const text = `{ "settings": ${JSON.stringify(settings)}, "steps": [\n${steps.map((step) => JSON.stringify(step)).join(',\n')}\n] }\n`
  writeFileSync(fileURLToPath(new URL(`${check.name}.recorded.json`, import.meta.url)), text)
}
