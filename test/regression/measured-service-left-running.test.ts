import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { until } from '../e2e/service-process.ts'

/** Measures in a process that ends as it is told to while its service runs. */
function endingWith(end: string) {
  const target = new URL('../../src/baseline/target.ts', import.meta.url)
  const script = `
    import { startOwn } from ${JSON.stringify(target.href)}
    const { url } = await startOwn({ args: [], env: {}, token: undefined, stop: new AbortController().signal })
    process.stdout.write(url)
    ${end}`
  return spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { encoding: 'utf8' })
}

test.each([
  ['exits', 'process.exit(3)', 3],
  ['throws', `throw new Error('unforeseen')`, 1],
  ['is killed', `process.kill(process.pid, 'SIGKILL')`, null],
])('the service that is measured ends when the measuring process %s', async (_how, end, code) => {
  const { status, stdout } = endingWith(end)
  expect(status).toBe(code)
  expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  // It is killed as the other ends, and gone a moment later.
  const refusal = () => fetch(stdout).then(String, ({ cause }) => cause.code)
  await until(refusal, (code) => code === 'ECONNREFUSED')
})
