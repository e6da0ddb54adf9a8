import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const FAILWEB = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url))

test('what is longer than a pipe holds comes whole, though its reader is slow', () => {
  const command = `"$0" "$1" odds --json --step 0.01 --rate 0.01 | { sleep 0.3; cat; }`
  const { stdout, status } = spawnSync('sh', ['-c', command, process.execPath, FAILWEB], { encoding: 'utf8' })
  expect(status).toBe(0)
  expect(stdout.length).toBeGreaterThan(65_536)
  expect(() => JSON.parse(stdout)).not.toThrow()
})

test('settings come through a pipe, too: it gives what it has once', () => {
  const command = `printf 'decay: {step: 5}' | "$0" "$1" config --config /dev/stdin`
  const { stdout } = spawnSync('sh', ['-c', command, process.execPath, FAILWEB], { encoding: 'utf8' })
  expect(stdout).toMatch(/^decay\.step +5 +\/dev\/stdin$/m)
})

test('an option in the place of a value is named, and nothing else is blamed', () => {
  const words = [FAILWEB, 'serve', '--guard.enabled', '--port', '9000']
  const { stderr, status } = spawnSync(process.execPath, words, { encoding: 'utf8' })
  expect([status, stderr]).toEqual([
    2,
    'failweb: --guard.enabled: expected a value after it; got --port (--guard.enabled=--port if that is one)\n',
  ])
})
