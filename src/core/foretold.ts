import type { Forecast, Verdict } from './check.ts'
import type { Status } from './status.ts'

/** When what a failing verdict warns of will have come, in milliseconds from its look. */
export interface Foretold {
  readonly soonestMs: number
  readonly likelyMs: number
  /** Infinity where it may never come. */
  readonly latestMs: number
}

type FailingVerdict = Pick<Verdict, 'parts' | 'forecast'> & { readonly status: Status }

/** The nearest end that a failing verdict foretells, by its latest moment: that of its failing parts, or its own where none of them fails. */
export function foretoldBy({ status, parts = [], forecast }: FailingVerdict): Foretold | undefined {
  if (status !== 'fail') return undefined
  const failing = parts.filter(({ status }) => status === 'fail')
  const forecasts = failing.length > 0 ? failing.map((part) => part.forecast) : [forecast]
  const ends = forecasts.flatMap((one) => (one ? [inMilliseconds(one.etaSeconds)] : []))
  return ends.reduce<Foretold | undefined>(
    (nearest, end) => (nearest && !isSooner(end, nearest) ? nearest : end),
    undefined,
  )
}

/** The same forecast, reckoned from so many milliseconds later: nothing has been seen since that would change it. */
export function later(forecast: Forecast, ms: number): Forecast {
  const [soonest, likely, latest] = forecast.etaSeconds
  const from = (seconds: number) => Math.max(0, seconds - ms / 1000)
  return { ...forecast, etaSeconds: [from(soonest), from(likely), latest === null ? null : from(latest)] }
}

function isSooner(one: Foretold, other: Foretold): boolean {
  return one.latestMs === other.latestMs ? one.likelyMs < other.likelyMs : one.latestMs < other.latestMs
}

function inMilliseconds([soonest, likely, latest]: readonly [number, number, number | null]): Foretold {
  return {
    soonestMs: soonest * 1000,
    likelyMs: likely * 1000,
    latestMs: latest === null ? Number.POSITIVE_INFINITY : latest * 1000,
  }
}
