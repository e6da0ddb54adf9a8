import { type Dice, diceOf } from './dice.ts'

/** How full a disk of 100 GB is, hour by hour. */
export interface DiskPattern {
  readonly name: string
  readonly fills: boolean
  /** Hours from which on it fills; 0 for one that does from the start, or never. */
  readonly from: number
  begin(dice: Dice): (hour: number) => number
}

/** How long a healthy disk is watched; one that fills, until it is full. */
export const HOURS = 240

/** One look in so many hours: five minutes. */
export const LOOK_HOURS = 1 / 12

const healthy = (name: string, begin: DiskPattern['begin']): DiskPattern => ({ name, fills: false, from: 0, begin })
const filling = (name: string, from: number, begin: DiskPattern['begin']): DiskPattern => {
  return { name, fills: true, from, begin }
}

export const HEALTHY: readonly DiskPattern[] = [
  healthy('steady, with scratch files', (dice) => {
    const level = dice.between(30, 70)
    return () => level + Math.abs(dice.normal())
  }),
  healthy('logs, rotated daily', (dice) => {
    const [level, perHour, phase] = [dice.between(35, 55), dice.between(0.3, 0.7), dice.between(0, 24)]
    return (hour) => level + perHour * ((hour + phase) % 24) + 0.1 * Math.abs(dice.normal())
  }),
  healthy('a cache that fills up to its limit', (dice) => {
    const [level, limit, hours] = [dice.between(15, 30), dice.between(25, 40), dice.between(5, 14)]
    return (hour) => level + limit * (1 - Math.exp(-hour / hours)) + 0.2 * Math.abs(dice.normal())
  }),
  healthy('a nightly dump, deleted after its upload', (dice) => {
    const [level, dump, phase] = [dice.between(30, 50), dice.between(10, 25), dice.between(0, 24)]
    return (hour) => {
      const since = (hour + phase) % 24
      return level + (since < 3 ? dump * Math.min(1, since) : 0) + 0.1 * Math.abs(dice.normal())
    }
  }),
  healthy('images, collected when there are many', (dice) => {
    const [low, high] = [dice.between(55, 62), dice.between(70, 75)]
    let [level, next] = [low, dice.wait(3)]
    return (hour) => {
      while (next <= hour) {
        next += dice.wait(3)
        level += dice.between(0.3, 2)
        if (level > high) level = low
      }
      return level + 0.1 * Math.abs(dice.normal())
    }
  }),
]

/** The rates at which the last tenth of the disk takes 14 to 19 hours. */
const slow = (dice: Dice) => 10 / dice.between(14, 19)

export const FILLING: readonly DiskPattern[] = [
  filling('slow', 0, (dice) => {
    const [level, perHour] = [dice.between(20, 35), slow(dice)]
    return (hour) => level + perHour * hour + 0.3 * Math.abs(dice.normal())
  }),
  filling('slow, with rotated logs', 0, (dice) => {
    const [level, perHour, swing] = [dice.between(20, 30), slow(dice), dice.between(2, 5)]
    return (hour) => level + perHour * hour + swing * ((hour % 24) / 24) + 0.3 * Math.abs(dice.normal())
  }),
  filling('slow, after three quiet days', 72, (dice) => {
    const [level, perHour] = [dice.between(20, 35), slow(dice)]
    return (hour) => level + perHour * Math.max(0, hour - 72) + 0.3 * Math.abs(dice.normal())
  }),
  filling('a log gone wild', 12, (dice) => {
    const [level, perHour] = [dice.between(30, 60), dice.between(15, 40)]
    return (hour) => level + perHour * Math.max(0, hour - 12) + 0.3 * Math.abs(dice.normal())
  }),
]

export interface DiskTrace {
  readonly pattern: DiskPattern
  /** Used, in GB of 100, at every look. */
  readonly used: readonly number[]
}

/** One run: to the end, or until the disk is full. */
export function traceOf(pattern: DiskPattern, seed: number, hours = HOURS): DiskTrace {
  const level = pattern.begin(diceOf(seed))
  const used: number[] = []
  for (let look = 0; look * LOOK_HOURS <= hours && (used.at(-1) ?? 0) < 100; look++) {
    used.push(Math.min(100, level(look * LOOK_HOURS)))
  }
  return { pattern, used }
}
