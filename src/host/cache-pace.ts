import type { Unseen } from '../core/parts.ts'
import type { Samples } from '../core/samples.ts'
import type { Point } from '../stats/series.ts'
import { type Lately, latelyOf } from './lately.ts'

/** What a look saw of one cache, as far as its course is told by it. */
interface CacheSeen {
  readonly name: string
  readonly entries: number
  readonly hits?: number
  readonly misses?: number
}

/** What the looks at one cache tell that are kept. */
export interface Course {
  /** What the oldest saw; absent where there is one alone. */
  readonly first?: CacheSeen
  /**
   * Its entries, oldest first: from the newest look but one on that saw it lose more than half, for what it held before says nothing of how
   * it fills again.
   */
  readonly points: readonly Point[]
  /** Whether the newest look saw it lose more than half. */
  readonly isEmptied: boolean
}

export function coursesOf(samples: Samples<readonly (CacheSeen | Unseen)[]>): ReadonlyMap<string, Course> {
  const courses = new Map<string, { oldest: CacheSeen; first?: CacheSeen; points: Point[]; isEmptied: boolean }>()
  for (const { at, reading } of samples) {
    for (const seen of reading) {
      if (!('name' in seen)) continue
      const [course, point] = [courses.get(seen.name), { t: at, v: seen.entries }]
      const before = course?.points.at(-1)
      if (!course || !before) {
        courses.set(seen.name, { oldest: seen, points: [point], isEmptied: false })
        continue
      }
      course.first = course.oldest
      if (course.isEmptied) course.points = [before]
      course.points.push(point)
      course.isEmptied = point.v < before.v / 2
    }
  }
  return courses
}

export interface Pace {
  readonly lately: Lately | undefined
  readonly perMinute: number | undefined
  readonly hitRatio: number | undefined
}

/** Over the looks that are kept; of the hits, since the cache was made where this is the first look or it has begun again. */
export function paceOf(cache: CacheSeen, { first, points, isEmptied }: Course): Pace {
  const [hits, misses] = [since(first?.hits, cache.hits), since(first?.misses, cache.misses)]
  const lately = latelyOf(points)
  return {
    // One that has just been emptied has not grown yet: what there is to see is how it was filled before.
    lately: isEmptied ? undefined : lately,
    perMinute: lately && (lately.by / lately.ms) * 60_000,
    hitRatio: hits + misses > 0 ? hits / (hits + misses) : undefined,
  }
}

function since(then = 0, now = 0): number {
  return now >= then ? now - then : now
}

/** Whether it has grown, and hardly does any more: a rate over all that time would foretell what does not come. */
export function isOver(lately: Lately | undefined): boolean {
  const { by = 0, ms = 0, last } = lately ?? {}
  return last !== undefined && last.ms >= ms / 4 && last.by / last.ms < by / ms / 5
}
