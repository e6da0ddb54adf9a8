import type { Numbers } from '../core/surroundings.ts'

/** This many names are told apart; what comes after them is counted as `other`. */
export const MOST_NAMES = 100
export const OTHER_NAME = 'other'
/** Who gives no name is counted all the same. */
const NAMELESS = 'nameless'

interface Count {
  numbers: number
  notFinite: number
}

/** Counts what is not a finite number, by name. */
export function createNumbers(): Numbers {
  const counts = new Map<string, Count>()
  const countOf = (name: string) => counts.get(name) ?? admit(counts, name)
  return {
    finite(name, value, fallback) {
      const count = countOf(name === '' ? NAMELESS : name)
      count.numbers += 1
      if (Number.isFinite(value)) return value
      count.notFinite += 1
      return fallback ?? value
    },
    tally: () => [...counts].map(([name, { numbers, notFinite }]) => ({ name, numbers, notFinite })),
  }
}

function admit(counts: Map<string, Count>, wanted: string): Count {
  const name = counts.size < MOST_NAMES ? wanted : OTHER_NAME
  const count = counts.get(name) ?? { numbers: 0, notFinite: 0 }
  counts.set(name, count)
  return count
}
