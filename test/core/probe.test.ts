import { describe, expect, test } from 'vitest'
import { CURES } from '../../src/core/check.ts'
import { hasSay, objects, PROBES } from '../../src/core/probe.ts'
import { STATUSES } from '../../src/core/status.ts'

describe('who has a say', () => {
  const table = PROBES.map((probe) => [probe, CURES.filter((cure) => hasSay(probe, { cure }, ['restart']))])
  test('liveness asks what a restart cures, readiness also what time cures, startup everything', () => {
    expect(Object.fromEntries(table)).toEqual({
      heartbeat: ['restart'],
      live: ['restart'],
      ready: ['restart', 'wait'],
      startup: ['restart', 'wait', 'person'],
    })
  })
})

describe('what is an objection', () => {
  const table = PROBES.map((probe) => [probe, STATUSES.filter((status) => objects(probe, { status, looked: true }))])
  test('not being able to look is a reason to wait, never to kill', () => {
    expect(Object.fromEntries(table)).toEqual({
      heartbeat: ['fail'],
      live: ['fail'],
      ready: ['unknown', 'fail'],
      startup: [],
    })
    expect(objects('startup', { status: 'unknown', looked: false })).toBe(true)
  })
})
