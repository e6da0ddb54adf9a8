import { surroundingsOf } from './assembly.ts'
import { assign, type Choice } from './core/assignment.ts'
import type { CheckState } from './core/snapshot.ts'
import type { Watcher } from './engine/monitor.ts'
import { Registry } from './engine/registry.ts'
import { wakingClock } from './system-clock.ts'

/** Looks once with each of the checks, without patience, and says what was seen. */
export async function lookOnce(choices: readonly Choice[]): Promise<readonly CheckState[]> {
  const impatient = choices.map(({ check, options }) => ({ check, options: { ...options, toWorsen: 1, toRecover: 1 } }))
  const surroundings = surroundingsOf(wakingClock)
  const watcher: Watcher = {}
  const registry = new Registry(assign(impatient), {
    ...surroundings,
    surroundings,
    random: Math.random,
    watchers: [watcher],
  })
  const allLooked = new Promise<void>((resolve) => {
    watcher.looked = () => {
      if (registry.snapshot().checks.every(({ looked }) => looked)) resolve()
    }
  })
  registry.start()
  await allLooked
  const { checks } = registry.snapshot()
  await registry.stop()
  return checks
}
