import { expect, test } from 'vitest'
import { createHealth } from '../../src/health.ts'
import { FakeClock, settle } from '../fake-clock.ts'

test('a health service that was stopped says that it does not start again, and has not done so silently', async () => {
  const clock = new FakeClock()
  const health = createHealth({ clock, checks: [] })
  await health.start()
  const stopped = health.stop()
  await clock.advance(1)
  await stopped
  await expect(health.start()).rejects.toThrow('a health service that was stopped does not start again; create another')
  await settle()
})
