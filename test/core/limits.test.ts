import { describe, expect, test } from 'vitest'
import { CannotTell } from '../../src/core/check.ts'
import { grade } from '../../src/core/limits.ts'
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
