import { type Assignment, assign, type Terms } from '../src/core/assignment.ts'
import { type Check, defineCheck, type Verdict } from '../src/core/check.ts'
import type { Judged } from '../src/core/status.ts'
import type { Surroundings } from '../src/core/surroundings.ts'
import { FakeClock } from './fake-clock.ts'

/** One check with its terms, validated as the service does it. */
export function assignment(check: Check, options: Partial<Terms> & Record<string, unknown> = {}): Assignment {
  const [first] = assign([{ check, options }])
  if (!first) throw new Error(`${check.name} is not enabled`)
  return first
}

/** A check that sees what it is told to, one status a look, the last one for ever. */
export function scripted(name: string, statuses: readonly (Judged | Error)[], about: Partial<Check> = {}): Check {
  let looks = 0
  return {
    name,
    about: 'a script',
    cure: 'restart',
    ...about,
    sense() {
      const next = statuses[Math.min(looks++, statuses.length - 1)]
      if (next instanceof Error) throw next
      return next
    },
    judge: ([sample]): Verdict => ({
      status: sample.reading as Judged,
      because: `saw ${sample.reading} at look ${looks}`,
      values: {},
    }),
  }
}

export const steady = (name: string, status: Judged, about: Partial<Check> = {}) => scripted(name, [status], about)

/** Surroundings of a service without caches and traffic. */
export function surroundings(clock = new FakeClock()): Surroundings {
  return {
    clock,
    caches: { register: () => () => {}, all: () => [], watch: () => () => {} },
    trips: { record() {} },
    address: () => undefined,
  } as unknown as Surroundings
}

export { defineCheck }
