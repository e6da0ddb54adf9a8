import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { builtInChecks } from '../../checks/index.ts'
import { CannotTell } from '../../src/core/check.ts'
import { grade, LIMITS_IN_ORDER, ratioLimits } from '../../src/core/limits.ts'
import type { Status } from '../../src/core/status.ts'

const LIMITS = { warnAt: 0.8, failAt: 0.9, clearBy: 0.02 }

describe('grade', () => {
  test.each<[number, Status | undefined, string]>([
    [0.5, undefined, 'pass'],
    [0.8, undefined, 'warn'],
    [0.9, undefined, 'fail'],
    [0.89, 'pass', 'warn'],
    [0.89, 'fail', 'fail'],
    [0.88, 'fail', 'fail'],
    [0.8799, 'fail', 'warn'],
    [0.79, 'warn', 'warn'],
    [0.79, 'fail', 'warn'],
    [0.7799, 'warn', 'pass'],
    [0.79, 'unknown', 'pass'],
  ])('%d after %s is %s', (value, said, expected) => {
    expect(grade(value, LIMITS, said)).toBe(expected)
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('%d is not graded', (value) => {
    expect(() => grade(value, LIMITS)).toThrow(CannotTell)
  })
})

describe('limits in order', () => {
  const limits = z.strictObject(ratioLimits(z, LIMITS)).refine(...LIMITS_IN_ORDER)
  const mistake = (given: object) => limits.safeParse(given).error?.issues.map(({ path, message }) => [path, message])

  test.each<[object, string | undefined]>([
    [{}, undefined],
    [{ warnAt: 0.9 }, undefined],
    [{ warnAt: 0.91 }, 'expected at most failAt (0.9); got 0.91'],
    [{ warnAt: 0.021 }, undefined],
    [{ warnAt: 0.02 }, 'expected more than clearBy (0.02), or what warns once would never clear; got 0.02'],
    [{ clearBy: 0.85 }, 'expected more than clearBy (0.85), or what warns once would never clear; got 0.8'],
    [{ warnAt: 0.01, clearBy: 0 }, undefined],
  ])('%j: %s', (given, message) => {
    expect(mistake(given)).toEqual(message && [[['warnAt'], message]])
  })

  test('are the defaults of every check', () => {
    for (const { name, settings } of builtInChecks) expect(settings?.safeParse({}).success ?? true, name).toBe(true)
  })

  test('leave every warning a number at which it clears', () => {
    for (const { settings } of builtInChecks) {
      const { warnAt, failAt, clearBy = 0 } = (settings?.parse({}) ?? {}) as { [key: string]: number }
      if (warnAt === undefined || failAt === undefined) continue
      expect(grade(0, { warnAt, failAt, clearBy }, 'warn')).toBe('pass')
      expect(grade(0, { warnAt, failAt, clearBy }, 'fail')).toBe('pass')
    }
  })
})
