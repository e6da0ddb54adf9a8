import * as v from 'valibot'
import type { Limits } from '../core/limits.ts'
import { number, ratio, setting } from './fields.ts'

/** The settings of limits on a ratio (0–1), with their defaults. */
export function ratioLimits({ warnAt, failAt, clearBy = 0 }: Limits) {
  return {
    warnAt: setting(ratio, warnAt, 'warns from this share on'),
    failAt: setting(ratio, failAt, 'fails from this share on'),
    clearBy: setting(v.pipe(number, v.minValue(0), v.ltValue(1)), clearBy, 'cleared this much below a limit'),
  }
}

/** That limits are in order; what came may be a default. A band as wide as the limit would never be left: no number of these is below 0. */
export function limitsInOrder<Given extends Limits>(): v.RawCheckAction<Given> {
  return v.rawCheck(({ dataset, addIssue }) => {
    const message = dataset.typed ? disorderOf(dataset.value) : undefined
    if (message !== undefined) addIssue({ message, path: [pathTo('warnAt', dataset.value as Limits)] })
  })
}

function disorderOf({ warnAt, failAt, clearBy = 0 }: Limits): string | undefined {
  if (warnAt > failAt) return `expected at most failAt (${failAt}); got ${warnAt}`
  if (clearBy < warnAt) return undefined
  return `expected more than clearBy (${clearBy}), or what warns once would never clear; got ${warnAt}`
}

function pathTo(key: keyof Limits, input: Limits): v.ObjectPathItem {
  return { type: 'object', origin: 'value', input: { ...input }, key, value: input[key] }
}
