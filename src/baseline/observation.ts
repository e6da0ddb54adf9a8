import { SetupError } from '../core/setup-error.ts'

/** The highest of each number that a service told of itself while it was watched. */
export interface Observation {
  /** How often it was looked at. */
  readonly looks: number
  /** Seconds, by route. */
  readonly p99Seconds: ReadonlyMap<string, number>
  /** Bytes, by signal: heap, external, native, working-set. */
  readonly memoryBytes: ReadonlyMap<string, number>
  /** Entries, by cache. */
  readonly cacheEntries: ReadonlyMap<string, number>
  /** Used shares 0–1, by path. */
  readonly diskRatios: ReadonlyMap<string, number>
  /** Names of checks that failed at some look: what they say is no baseline of a healthy run. */
  readonly failing: ReadonlySet<string>
}

export const NOTHING_SEEN: Observation = {
  looks: 0,
  p99Seconds: new Map(),
  memoryBytes: new Map(),
  cacheEntries: new Map(),
  diskRatios: new Map(),
  failing: new Set(),
}

/** The part of the detail that is read here. */
export interface Detail {
  readonly checks: Readonly<Record<string, readonly Element[]>>
}

interface Element {
  readonly componentId?: string
  readonly standing?: string
  readonly values?: Readonly<Record<string, number>>
}

/** The detail in what a service answered. @throws {SetupError} where that is something else, or tells no values */
export function detailIn(url: string, answer: unknown): Detail {
  const { checks } = (answer ?? {}) as Partial<Detail>
  if (!checks) throw new SetupError([`${url}/healthz: expected failweb's health detail; got something else`])
  const elements = Object.values(checks).flat()
  if (elements.length > 0 && !elements.some((element) => 'values' in element)) {
    throw new SetupError([`${url}/healthz: tells no values without its token: with --url, that is FAILWEB_TOKEN`])
  }
  return { checks }
}

/** Adds one look at the detail to what was seen before. */
export function observe(before: Observation, { checks }: Detail): Observation {
  const of = (name: string) => Object.entries(checks).find(([key]) => key.split(':')[0] === name)?.[1] ?? []
  return {
    looks: before.looks + 1,
    p99Seconds: highest(before.p99Seconds, of('latency'), 'p99_seconds'),
    memoryBytes: highest(before.memoryBytes, of('memory-growth'), 'used_bytes'),
    cacheEntries: highest(before.cacheEntries, of('cache-size'), 'entries'),
    diskRatios: highest(before.diskRatios, of('disk-usage'), 'used_ratio'),
    failing: new Set([...before.failing, ...failingIn(checks)]),
  }
}

function highest(
  before: ReadonlyMap<string, number>,
  elements: readonly Element[],
  value: string,
): ReadonlyMap<string, number> {
  const after = new Map(before)
  for (const { componentId = 'all', values } of elements) {
    const seen = values?.[value]
    if (seen !== undefined) after.set(componentId, Math.max(seen, after.get(componentId) ?? seen))
  }
  return after
}

function failingIn(checks: Detail['checks']): readonly string[] {
  const failing = Object.entries(checks).filter(([, elements]) => elements.some(({ standing }) => standing === 'fail'))
  return failing.map(([key]) => key.split(':')[0] ?? key)
}
