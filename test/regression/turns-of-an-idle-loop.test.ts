import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

/** Once, the next of many checks began when something else woke the event loop: of a thousand most had not looked after ten seconds. */
test('an idle event loop turns at once for a sleep of nothing', async () => {
  const clock = new URL('../../src/system-clock.ts', import.meta.url).href
  const script = `
    import { systemClock } from ${JSON.stringify(clock)}
    const nothingElse = setInterval(() => {}, 60_000)
    for (let turn = 0; turn < 20; turn++) await systemClock.sleep(0)
    clearInterval(nothingElse)
    console.log('turned')`
  const run = promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script])
  expect((await run).stdout).toBe('turned\n')
})
