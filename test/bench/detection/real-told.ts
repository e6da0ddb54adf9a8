import type { Watcher } from '../../../src/engine/monitor.ts'

/** What a child says to its parent at each look. */
export interface Told {
  readonly name: string
  readonly said: string
  readonly sighting: string
  readonly because: string
  readonly etaSeconds?: readonly [number, number, number | null]
  /** The status of each part. */
  readonly parts: Readonly<Record<string, string>>
}

/** Tells the parent process of each look. */
export const TELLS_PARENT: Watcher = {
  looked({ name, status, sighting, because, forecast, parts }) {
    const told: Told = {
      name,
      said: status,
      sighting,
      because,
      ...(forecast && { etaSeconds: forecast.etaSeconds }),
      parts: Object.fromEntries(parts.map((part) => [part.subject, part.status])),
    }
    process.send?.(told)
  },
}

/** What was told, with the seconds since the child was started. */
export type Heard = Told & { readonly at: number }

/** A child's life: how long it was, in seconds, and what it said. */
export interface Lived {
  readonly told: readonly Heard[]
  readonly lived: number
}

export function firstSaid({ told }: Lived, level: 'warn' | 'fail'): Heard | undefined {
  return told.find(({ said }) => said === level || (level === 'warn' && said === 'fail'))
}

/** How often the true time left lay in the interval that one of its checks told. */
export function intervals({ told, lived }: Lived, check: string): { readonly hits: number; readonly all: number } {
  const forecasts = told.filter(({ name, etaSeconds }) => name === check && etaSeconds)
  const hits = forecasts.filter(({ at, etaSeconds: [soonest, , latest] = [0, 0, 0] }) => {
    const left = lived - at
    return left >= soonest && (latest === null || left <= latest)
  })
  return { hits: hits.length, all: forecasts.length }
}
