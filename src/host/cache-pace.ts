import type { Unseen } from '../core/parts.ts'
import type { Samples } from '../core/samples.ts'
import { type Lately, latelyOf } from './lately.ts'

/** What a look saw of one cache, as far as its course is told by it. */
interface CacheSeen {
  readonly name: string
  readonly entries: number
  readonly hits?: number
  readonly misses?: number
}

/** The looks at one cache that are kept, oldest first. */
export type Course = readonly { readonly at: number; readonly seen: CacheSeen }[]

export function coursesOf(samples: Samples<readonly (CacheSeen | Unseen)[]>): ReadonlyMap<string, Course> {
  const courses = new Map<string, { readonly at: number; readonly seen: CacheSeen }[]>()
  for (const { at, reading } of samples) {
    for (const seen of reading) {
      if (!('name' in seen)) continue
      const course = courses.get(seen.name)
      if (course) course.push({ at, seen })
      else courses.set(seen.name, [{ at, seen }])
    }
  }
  return courses
}

export interface Pace {
  readonly lately?: Lately
  readonly perMinute?: number
  readonly hitRatio?: number
}

/** Over the looks that are kept; of the hits, since the cache was made where this is the first look or it has begun again. */
export function paceOf(cache: CacheSeen, course: Course): Pace {
  const first = course.length > 1 ? course[0]?.seen : undefined
  const [hits, misses] = [since(first?.hits, cache.hits), since(first?.misses, cache.misses)]
  const lately = latelyOf(sinceEmptied(course).map(({ at, seen }) => ({ t: at, v: seen.entries })))
  return {
    // One that has just been emptied has not grown yet: what there is to see is how it was filled before.
    ...(lately && !isEmptied(course, course.length - 1) && { lately }),
    ...(lately && { perMinute: (lately.by / lately.ms) * 60_000 }),
    ...(hits + misses > 0 && { hitRatio: hits / (hits + misses) }),
  }
}

/** From the newest look but one on that saw it lose more than half: what it held before says nothing of how it fills again. */
function sinceEmptied(course: Course): Course {
  const emptied = course.findLastIndex((_, look) => look < course.length - 1 && isEmptied(course, look))
  return course.slice(Math.max(0, emptied))
}

/** Whether that look saw it lose more than half. */
function isEmptied(course: Course, look: number): boolean {
  return (course[look]?.seen.entries ?? 0) < (course[look - 1]?.seen.entries ?? 0) / 2
}

function since(then = 0, now = 0): number {
  return now >= then ? now - then : now
}

/** Whether it has grown, and hardly does any more: a rate over all that time would foretell what does not come. */
export function isOver(lately: Lately | undefined): boolean {
  const { by = 0, ms = 0, last } = lately ?? {}
  return last !== undefined && last.ms >= ms / 4 && last.by / last.ms < by / ms / 5
}
