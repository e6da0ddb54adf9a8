import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { NOTHING_SEEN, type Observation, observe } from '../../src/baseline/observation.ts'
import { fileOf } from '../../src/baseline/report.ts'
import { thresholdsOf } from '../../src/baseline/thresholds.ts'

const element = (componentId: string, values: Record<string, number>, standing = 'pass') => ({
  componentId,
  values,
  standing,
})

const look = (p99: number, heap: number, standing = 'pass') => ({
  checks: {
    'latency:responseTime': [element('GET /', { p99_seconds: p99 }), element('GET /quiet', {})],
    'memory-growth:utilization': [
      element('heap', { used_bytes: heap }),
      element('working-set', { used_bytes: 2 * heap }),
    ],
    'cache-size:size': [element('greetings', { entries: 40 }, standing)],
    'disk-usage:utilization': [element('/', { used_ratio: 0.4 }), element('/ (inodes)', { inodes_used_ratio: 0.9 })],
  },
})

function seenAfter(...looks: ReturnType<typeof look>[]): Observation {
  return looks.reduce(observe, NOTHING_SEEN)
}

describe('an observation', () => {
  test('keeps the highest of each number over all looks', () => {
    const seen = seenAfter(look(0.1, 1000), look(0.2, 900))
    expect(seen.looks).toBe(2)
    expect([...seen.p99Seconds]).toEqual([['GET /', 0.2]])
    expect([...seen.memoryBytes]).toEqual([
      ['heap', 1000],
      ['working-set', 2000],
    ])
    expect([...seen.diskRatios]).toEqual([['/', 0.4]])
  })

  test('remembers which checks failed', () => {
    expect([...seenAfter(look(0.1, 1000), look(0.1, 1000, 'fail')).failing]).toEqual(['cache-size'])
  })
})

describe('thresholds', () => {
  test('stand the margin above the highest that was seen', () => {
    expect(thresholdsOf(seenAfter(look(0.2, 1000)), 0.5).checks).toEqual({
      latency: { thresholdMs: 300 },
      'memory-headroom': { baseline: { heapBytes: 1500, workingSetBytes: 3000 } },
      'cache-size': { entries: { warnAt: 1000, failAt: 10_000 } },
      'disk-usage': { warnAt: 0.6, failAt: 0.9 },
    })
  })

  test('are never so tight that noise decides, and never laxer for a disk than without', () => {
    const { checks } = thresholdsOf(seenAfter(look(0.001, 1)), 9)
    expect(checks).toMatchObject({ latency: { thresholdMs: 50 }, 'disk-usage': { warnAt: 0.8, failAt: 0.9 } })
  })

  test('leave a cache that stayed empty its default, and warn of no disk that is half empty', () => {
    const empty = {
      'cache-size:size': [element('greetings', { entries: 0 })],
      'disk-usage:utilization': [element('/', { used_ratio: 0.01 })],
    }
    expect(thresholdsOf(observe(NOTHING_SEEN, { checks: empty }), 0.5)).toEqual({
      checks: { 'disk-usage': { warnAt: 0.5, failAt: 0.9 } },
    })
  })

  test('leave out what was not seen', () => {
    expect(thresholdsOf(NOTHING_SEEN, 0.5)).toEqual({ checks: {} })
  })

  test('are written as YAML with date, machine, command and what was measured at its head', () => {
    const seen = seenAfter(look(0.2, 1000))
    const thresholds = thresholdsOf(seen, 0.5)
    const text = fileOf(thresholds, seen, { date: new Date(0), command: 'failweb baseline --for 1m', seconds: 60 })
    expect(parse(text)).toEqual(thresholds)
    expect(text).toMatch(/^# Thresholds measured by failweb baseline --for 1m\n# on 1970-01-01T00:00:00.000Z, Node /)
    expect(text).toContain('# p99  GET /  200 ms\n')
  })
})
