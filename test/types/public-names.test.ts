import * as failweb from 'failweb'
import * as checks from 'failweb/checks'
import * as testing from 'failweb/testing'
import { describe, expect, expectTypeOf, test } from 'vitest'

describe('the front doors', () => {
  test('has these names and no others', () => {
    expect(Object.keys(failweb).sort()).toEqual(['CannotTell', 'SetupError', 'createHealth', 'defineCheck', 'grade'])
  })

  test('the checks of the house have a door of their own', () => {
    expect(Object.keys(checks).sort()).toEqual([
      'builtInChecks',
      'cacheSize',
      'cpu',
      'descriptors',
      'diskUsage',
      'errors',
      'eventLoop',
      'latency',
      'memoryGrowth',
      'memoryHeadroom',
      'numbers',
    ])
    expect(Object.keys(testing)).toEqual(['FakeClock'])
  })

  test('a check of the house is called by its own name in messages', () => {
    const { builtInChecks: _, ...choosers } = checks
    expect(Object.values(choosers).map(({ name }) => name)).toEqual(Object.keys(choosers))
  })

  test('defineCheck knows reading, settings and what is held from what was written', () => {
    failweb.defineCheck({
      name: 'typed',
      about: 'x',
      cure: 'wait',
      open: () => new Map<string, number>(),
      sense: ({ held, signal }) => {
        expectTypeOf(held).toEqualTypeOf<Map<string, number>>()
        expectTypeOf(signal).toEqualTypeOf<AbortSignal>()
        return { depth: held.size }
      },
      judge: ([sample]) => {
        expectTypeOf(sample.reading).toEqualTypeOf<{ depth: number }>()
        return { status: 'pass', because: 'x', values: {} }
      },
    })
  })

  test('what is wrong does not compile', () => {
    // @ts-expect-error unknown is the engine's word
    const verdict: failweb.Verdict = { status: 'unknown', because: 'x', values: {} }
    // @ts-expect-error no such cure
    const cure: failweb.Cure = 'reboot'
    // @ts-expect-error a setting that latency does not have
    const choice = () => checks.latency({ tresholdMs: 5 })
    // @ts-expect-error a threshold is a number
    const other = () => checks.latency({ thresholdMs: '5' })
    expect([verdict, cure, choice, other]).toHaveLength(4)
  })

  test('a list of checks of any readings needs no any', () => {
    const one = failweb.defineCheck({
      name: 'one',
      about: 'x',
      cure: 'wait',
      sense: () => 1,
      judge: ([{ reading }]) => ({ status: 'pass', because: `${reading.toFixed()}`, values: {} }),
    })
    const two = failweb.defineCheck({
      name: 'two',
      about: 'x',
      cure: 'wait',
      sense: () => 'text',
      judge: ([{ reading }]) => ({ status: 'pass', because: reading.trim(), values: {} }),
    })
    expect(() => failweb.createHealth({ checks: [one, two, checks.diskUsage({ paths: ['/'] })] })).not.toThrow()
  })

  test('every mistake in the options is told at once', () => {
    expect(() =>
      failweb.createHealth({ checks: [checks.latency({ thresholdMs: -1 }), checks.diskUsage({ warnAt: 2 })] }),
    ).toThrow(/^checks\.latency\.thresholdMs: .*\nchecks\.disk-usage\.warnAt: /)
  })
})
