import { describe, expect, test } from 'vitest'
import { SetupError } from '../../src/core/setup-error.ts'
import { type LadderSettings, laddersFrom } from '../../src/remedies/ladder-settings.ts'

const KNOWN = { checks: ['cache-size', 'memory-growth', 'disk-usage'], remedies: ['purge-cache', 'gc'] }

describe('the ladders of a service', () => {
  test('by default caches are purged when they fail, and memory is made room for when it warns', () => {
    expect(laddersFrom({}, KNOWN)).toEqual([
      {
        check: 'cache-size',
        remedies: ['purge-cache'],
        from: 'fail',
        waitMs: 0,
        cooldownMs: 60_000,
        perHour: 6,
        holdMs: 150_000,
      },
      {
        check: 'memory-growth',
        remedies: ['purge-cache', 'gc'],
        from: 'warn',
        waitMs: 10_000,
        cooldownMs: 60_000,
        perHour: 6,
        holdMs: 150_000,
      },
    ])
  })

  test('where Node does not expose gc, the defaults do without', () => {
    const [, growth] = laddersFrom({}, { ...KNOWN, remedies: ['purge-cache'] })
    expect(growth?.remedies).toEqual(['purge-cache'])
  })

  test('one is changed, one added, one turned off', () => {
    const ladders = laddersFrom(
      {
        'cache-size': { perHour: 1 },
        'disk-usage': { try: ['purge-cache'], from: 'warn' },
        'memory-growth': { try: [] },
      },
      KNOWN,
    )
    expect(ladders.map(({ check, from, perHour }) => [check, from, perHour])).toEqual([
      ['cache-size', 'fail', 1],
      ['disk-usage', 'warn', 6],
    ])
  })

  test.each<[string, Record<string, LadderSettings>, string]>([
    [
      'an unknown check',
      { 'dsik-usage': {} },
      'remedies.ladders.dsik-usage: expected one of cache-size, memory-growth',
    ],
    [
      'an unknown remedy',
      { 'cache-size': { try: ['purge'] } },
      'remedies.ladders.cache-size.try: expected any of purge-cache, gc; got "purge"',
    ],
  ])('%s is a mistake', (_title, settings, mistake) => {
    expect(() => laddersFrom(settings, KNOWN)).toThrow(SetupError)
    expect(() => laddersFrom(settings, KNOWN)).toThrow(mistake)
  })

  test('gc that was asked for and is not there is a mistake, with the way to have it', () => {
    const ask = () => laddersFrom({ 'cache-size': { try: ['gc'] } }, { ...KNOWN, remedies: ['purge-cache'] })
    expect(ask).toThrow('got "gc" (gc is there with node --expose-gc)')
  })
})
