import type { z as Zod } from 'zod'
import { CannotTell, type ValueLimits } from './check.ts'
import type { Judged, Status } from './status.ts'

/** Two limits on a number that is bad when high. */
export interface Limits {
  readonly warnAt: number
  readonly failAt: number
  /** How far below a limit the number must come before the limit counts as left again, so that it does not flap. */
  readonly clearBy?: number
}

/**
 * Grades a number against its limits. At a limit counts as over it.
 * @param said what was said of the same subject before; within `clearBy` below a limit that stays as it is
 * @throws {CannotTell} when the number is not finite: NaN passes every comparison, so it must never be compared
 */
export function grade(value: number, limits: Limits, said?: Status): Judged {
  if (!Number.isFinite(value)) throw new CannotTell(`the reading is ${value}, which no limit can judge`)
  const band = limits.clearBy ?? 0
  if (value >= limits.failAt - (said === 'fail' ? band : 0)) return 'fail'
  if (value >= limits.warnAt - (said === 'fail' || said === 'warn' ? band : 0)) return 'warn'
  return 'pass'
}

/** The same two, as a verdict tells them. */
export function valueLimits({ warnAt, failAt }: Limits): ValueLimits {
  return { warn: warnAt, fail: failAt }
}

/** The settings of two ratios (0–1) with their defaults. Core never loads zod, so the check hands it over. */
export function ratioLimits(z: typeof Zod, defaults: Limits) {
  const ratio = z.number().gt(0).lte(1)
  return {
    warnAt: ratio.default(defaults.warnAt).describe('warns from this share on'),
    failAt: ratio.default(defaults.failAt).describe('fails from this share on'),
    clearBy: z
      .number()
      .gte(0)
      .lt(1)
      .default(defaults.clearBy ?? 0)
      .describe('cleared this much below a limit'),
  }
}

/**
 * Refines settings that hold limits: `z.strictObject({...}).refine(...LIMITS_IN_ORDER)`. A band as wide as the limit would never be left:
 * no number of these is below 0.
 */
export const LIMITS_IN_ORDER: [
  holds: (limits: Limits) => boolean,
  { path: string[]; error: (issue: { input?: unknown }) => string },
] = [
  ({ warnAt, failAt, clearBy = 0 }) => warnAt <= failAt && clearBy < warnAt,
  {
    path: ['warnAt'],
    error: ({ input }) => {
      const { warnAt, failAt, clearBy } = input as Limits
      return warnAt > failAt
        ? `expected at most failAt (${failAt}); got ${warnAt}`
        : `expected more than clearBy (${clearBy}), or what warns once would never clear; got ${warnAt}`
    },
  },
]
