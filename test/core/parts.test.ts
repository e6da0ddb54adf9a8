import { describe, expect, test } from 'vitest'
import { CannotTell, type Part } from '../../src/core/check.ts'
import { partsInWords, saidOf, verdictOf } from '../../src/core/parts.ts'
import type { Judged } from '../../src/core/status.ts'

const part = (subject: string, status: Judged): Part => ({
  subject,
  status,
  because: `${subject} is at ${status}`,
  values: { used_ratio: 0.5 },
})
const dead = { subject: '/dead', because: 'no answer' }

describe('the verdict of several parts', () => {
  test('the worst speaks, and names those that are as bad', () => {
    const verdict = verdictOf([part('/', 'warn'), part('/a', 'fail'), part('/b', 'fail')])
    expect(verdict.status).toBe('fail')
    expect(verdict.because).toBe('/a is at fail (likewise /b)')
    expect(verdict.parts).toHaveLength(3)
  })

  test('of whom a part’s sentence is, is told where it does not begin with that', () => {
    const parts = [part('/a', 'fail'), part('/b', 'warn'), part('/c', 'fail')]
    expect(partsInWords(parts, 'fail')).toBe('/a is at fail (likewise /c)')
    expect(partsInWords([{ ...part('a', 'warn'), because: 'all of it is used' }], 'warn')).toBe('a: all of it is used')
  })

  test('when all is well the first speaks, alone', () => {
    expect(verdictOf([part('/', 'pass'), part('/a', 'pass')]).because).toBe('/ is at pass')
  })

  test('what was not seen makes the whole unknown, and what warns is told with it', () => {
    expect(() => verdictOf([part('/', 'pass')], [dead])).toThrow(
      new CannotTell('/dead could not be looked at: no answer'),
    )
    expect(() => verdictOf([part('/', 'warn')], [dead])).toThrow(
      '/dead could not be looked at: no answer; / is at warn',
    )
  })

  test('a failing part is said though another was not seen', () => {
    const verdict = verdictOf([part('/', 'fail')], [dead])
    expect(verdict.status).toBe('fail')
    expect(verdict.because).toBe('/ is at fail; /dead could not be looked at: no answer')
  })

  test('no parts at all are nothing to judge by', () => {
    expect(() => verdictOf([])).toThrow(CannotTell)
  })
})

describe('what was said of one part', () => {
  test.each([
    ['fail', 'fail', 'fail'],
    // One look saw it fail, patience has not said so yet: the band must not hold it there.
    ['pass', 'fail', 'pass'],
    ['warn', 'fail', 'warn'],
    // Another part makes the whole fail.
    ['fail', 'pass', 'pass'],
    ['unknown', 'fail', 'unknown'],
  ] as const)('the whole at %s and the part at %s: %s', (status, seen, said) => {
    expect(saidOf('/', { status, parts: { '/': seen } })).toBe(said)
  })

  test('nothing, of a part that is new', () => {
    expect(saidOf('/new', { status: 'fail', parts: {} })).toBeUndefined()
    expect(saidOf('/new')).toBeUndefined()
    expect(saidOf('constructor', { status: 'fail', parts: {} })).toBeUndefined()
  })
})
