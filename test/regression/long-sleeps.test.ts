import { afterEach, expect, test, vi } from 'vitest'
import { systemClock } from '../../src/system-clock.ts'

afterEach(() => {
  vi.useRealTimers()
})

test('who sleeps longer than a timer can wait sleeps on: such a timer would be one of a millisecond', async () => {
  vi.useFakeTimers()
  let awake = false
  systemClock.sleep(2 ** 31 + 1_000).then(() => {
    awake = true
  })
  await vi.advanceTimersByTimeAsync(2 ** 31)
  expect(awake).toBe(false)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(awake).toBe(true)
})
