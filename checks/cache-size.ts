import * as v from 'valibot'
import { inBytes } from '../src/core/byte-size.ts'
import { defineCheck, type Part, type Values } from '../src/core/check.ts'
import { edgesOf, grade, type Limits, limitsInWords, valueLimits } from '../src/core/limits.ts'
import { type Unseen, verdictOf } from '../src/core/parts.ts'
import { newest } from '../src/core/samples.ts'
import { isWorse, type Judged } from '../src/core/status.ts'
import type { Cache, Caches } from '../src/core/surroundings.ts'
import { messageOf } from '../src/core/thrown.ts'
import { apart, inNumber, inWords } from '../src/core/wording.ts'
import { type Course, coursesOf, isOver, type Pace, paceOf } from '../src/host/cache-pace.ts'
import { latelyInWords } from '../src/host/lately.ts'
import { above0, option, setting } from '../src/settings/fields.ts'
import { limitsInOrder } from '../src/settings/limits.ts'
import { object } from '../src/settings/object.ts'

const limits = v.pipe(
  object({
    warnAt: v.pipe(above0, v.description('warns from here on')),
    failAt: v.pipe(above0, v.description('fails from here on')),
  }),
  limitsInOrder(),
)

const entryLimits = v.pipe(
  object({
    warnAt: setting(above0, 10_000, 'warns from this many entries on'),
    failAt: setting(above0, 100_000, 'fails from this many entries on'),
  }),
  limitsInOrder(),
)

const ownLimits = object({ entries: v.optional(limits), bytes: v.optional(limits) })

const settings = object({
  entries: setting(entryLimits, {}, 'limits on the entries of each cache'),
  bytes: option(limits, 'limits on the bytes of each cache that knows them; none unless set'),
  caches: setting(v.record(v.string(), ownLimits), {}, 'limits of single caches, by name, in place of those above'),
})

type Settings = v.InferOutput<typeof settings>

/** One cache at one moment. `entries` is not a number where the cache could not say. */
export interface CacheReading {
  readonly name: string
  readonly entries: number
  readonly bytes?: number
  readonly max?: number
  /** Since the cache was made. */
  readonly hits?: number
  readonly misses?: number
}

export type CacheSizeReading = readonly (CacheReading | Unseen)[]

interface Held {
  readonly caches: Caches
  readonly unwatch: () => void
}

/**
 * Whether a cache grows without bound: the everyday leak that a restart hides and a limit cures. It looks at every registered
 * cache, and at every lru-cache that is used while it watches.
 */
export const cacheSizeCheck = defineCheck<CacheSizeReading, Settings, Held>({
  name: 'cache-size',
  about: 'entries, bytes, hits and growth of every cache of the service',
  cure: 'person',
  advice: 'give the cache a maximum or a time to live',
  settings,
  rhythm: { everyMs: 5_000, timeoutMs: 1_000, toWorsen: 1, toRecover: 1 },
  // A minute of looks: growth and hits are those of the last minute, not since the start.
  keep: 13,
  values: {
    entries: 'entries that the cache holds',
    max_entries: 'entries that it may hold',
    used_bytes: 'bytes that it holds',
    hit_ratio: 'the share of look-ups in the last minute that found something',
    entries_per_minute: 'how fast it grew over the last minute, or since it was emptied; negative when it shrank',
  },
  observes: { measurement: 'size', value: 'entries' },
  open: (_, { caches }) => ({ caches, unwatch: caches.watch() }),
  close: ({ unwatch }) => unwatch(),
  sense: ({ held: { caches } }) => caches.all().map(read),
  judge(samples, settings) {
    const { reading } = newest(samples)
    if (reading.length === 0) return { status: 'pass', because: NO_CACHE, values: {} }
    const courses = coursesOf(samples)
    const parts = reading.flatMap((cache) =>
      'name' in cache ? judgeCache(cache, courses.get(cache.name) ?? NO_COURSE, settings) : [],
    )
    return verdictOf(
      parts,
      reading.flatMap((cache) => ('subject' in cache ? cache : [])),
    )
  },
})

const NO_CACHE = 'no cache is registered, and no lru-cache has been used since this check began'

/** A cache that throws, or that answers rubbish, does not hide the others. */
function read(cache: Cache): CacheReading | Unseen {
  const { name } = cache
  try {
    const { max } = cache
    // Without end is without a maximum.
    const most = max === Number.POSITIVE_INFINITY ? undefined : max
    const numbers = { bytes: cache.bytes?.(), max: most, hits: cache.hits?.(), misses: cache.misses?.() }
    const known = Object.entries(numbers).filter(([, number]) => number !== undefined)
    const counts = { entries: cache.size(), ...Object.fromEntries(known) }
    const wrong = Object.entries(counts).find(([, value]) => !Number.isFinite(value))
    return wrong ? { subject: name, because: `its ${wrong[0]} are ${String(wrong[1])}` } : { name, ...counts }
  } catch (error) {
    return { subject: name, because: messageOf(error) }
  }
}

const NO_COURSE: Course = { points: [], isEmptied: false }

/** Entries and bytes, each against its limits: the worse one speaks. */
function judgeCache(cache: CacheReading, course: Course, settings: Settings): Part {
  // A cache may be called `constructor`: what every object inherits is no limit of its own.
  const own = Object.hasOwn(settings.caches, cache.name) ? settings.caches[cache.name] : undefined
  const pace = paceOf(cache, course)
  const byEntries = against(cache.entries, own?.entries ?? settings.entries, (number) => String(number))
  const byteLimits = own?.bytes ?? settings.bytes
  const inSize = apart(inBytes, cache.bytes ?? 0, byteLimits ? edgesOf(byteLimits) : [])
  const byBytes = cache.bytes !== undefined && byteLimits && against(cache.bytes, byteLimits, inSize)
  const { status, limit } = byBytes && isWorse(byBytes.status, byEntries.status) ? byBytes : byEntries
  const remedy = status === 'pass' ? '' : '; purge-cache empties it'
  return {
    subject: cache.name,
    status,
    because: `${cache.name} holds ${held(cache, inSize)}${growth(cache, pace, status, own?.entries ?? settings.entries)}; ${limit}${remedy}`,
    values: valuesOf(cache, pace),
    limits: valueLimits(own?.entries ?? settings.entries),
  }
}

function against(number: number, limits: Limits, word: (number: number) => string) {
  const status = grade(number, limits)
  return { status, limit: limitsInWords(status, number, limits, word) }
}

function held({ entries, bytes, max }: CacheReading, inSize: (bytes: number) => string): string {
  const of = max === undefined ? '' : ` of at most ${max}`
  return `${inNumber(entries, 'entry', 'entries')}${of}${bytes === undefined ? '' : ` (${inSize(bytes)})`}`
}

/** Where it grows, how fast, and when that reaches the next limit or fills the cache, if nothing changes. */
function growth(cache: CacheReading, { lately, perMinute = 0 }: Pace, status: Judged, limits: Limits): string {
  if (!lately || perMinute < 1) return ''
  if (isOver(lately)) return latelyInWords(lately, 'them', String)
  const paced = `, growing by ${Math.round(perMinute)} a minute`
  const limit = status === 'pass' ? limits.warnAt : limits.failAt
  // Growth ends at the most that it may hold, wherever its limits are.
  const end = Math.min(limit, cache.max ?? limit)
  if (status === 'fail' || cache.entries >= end) return paced
  const word = end < limit ? 'full' : `it ${status === 'pass' ? 'warns' : 'fails'}`
  return `${paced} (at that rate ${word} in ${inWords(((end - cache.entries) / perMinute) * 60_000)})`
}

function valuesOf({ entries, max, bytes, hits, misses }: CacheReading, { perMinute, hitRatio }: Pace): Values {
  return {
    entries,
    ...(max !== undefined && { max_entries: max }),
    ...(bytes !== undefined && { used_bytes: bytes }),
    ...(hitRatio !== undefined && hits !== undefined && misses !== undefined && { hit_ratio: hitRatio }),
    ...(perMinute !== undefined && { entries_per_minute: perMinute }),
  }
}
