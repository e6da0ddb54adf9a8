import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { builtInChecks } from '../../checks/index.ts'
import { grade } from '../../src/core/limits.ts'
import { parseSettings } from '../../src/core/settings-schema.ts'
import { limitsInOrder, ratioLimits } from '../../src/settings/limits.ts'
import { object } from '../../src/settings/object.ts'
import { defaultsOf } from '../checks/samples.ts'

describe('limits in order', () => {
  const limits = v.pipe(object(ratioLimits({ warnAt: 0.8, failAt: 0.9, clearBy: 0.02 })), limitsInOrder())
  const mistakesOf = (given: object) => {
    const parsed = parseSettings(limits, given)
    return 'mistakes' in parsed ? parsed.mistakes : []
  }

  test.each<[object, string | undefined]>([
    [{}, undefined],
    [{ warnAt: 0.9 }, undefined],
    [{ warnAt: 0.91 }, 'expected at most failAt (0.9); got 0.91'],
    [{ warnAt: 0.021 }, undefined],
    [{ warnAt: 0.02 }, 'expected more than clearBy (0.02), or what warns once would never clear; got 0.02'],
    [{ clearBy: 0.85 }, 'expected more than clearBy (0.85), or what warns once would never clear; got 0.8'],
    [{ warnAt: 0.01, clearBy: 0 }, undefined],
  ])('%j: %s', (given, message) => {
    expect(mistakesOf(given)).toEqual(message ? [{ path: ['warnAt'], text: message }] : [])
  })

  test('are the defaults of every check', () => {
    for (const check of builtInChecks) expect(() => defaultsOf(check), check.name).not.toThrow()
  })

  test('leave every warning a number at which it clears', () => {
    for (const check of builtInChecks) {
      const { warnAt, failAt, clearBy = 0 } = defaultsOf(check) as { [key: string]: number }
      if (warnAt === undefined || failAt === undefined) continue
      expect(grade(0, { warnAt, failAt, clearBy }, 'warn')).toBe('pass')
      expect(grade(0, { warnAt, failAt, clearBy }, 'fail')).toBe('pass')
    }
  })
})
