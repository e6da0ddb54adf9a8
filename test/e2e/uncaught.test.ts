import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { EXIT } from '../../src/cli/command.ts'
import { FAILWEB } from './service-process.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** A service with a check that throws where nobody catches, until it has ended. */
function servedUntilItThrows(thrown: string): Promise<{ code: number; err: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'failweb-uncaught-'))
  folders.push(folder)
  const sense = `sense() { setTimeout(() => { throw ${thrown} }); return 1 }`
  const check = `{ name: 'guilty', about: 'throws', cure: 'wait', ${sense}, judge: () => ({ status: 'pass', because: 'x' }) }`
  writeFileSync(join(folder, 'guilty.mjs'), `export const guilty = ${check}`)
  const args = [FAILWEB, 'serve', '--port', '0', '--host', '127.0.0.1', '--checks', folder]
  return new Promise((resolve) => {
    execFile(process.execPath, args, { timeout: 20_000 }, (error, _, err) =>
      resolve({ code: Number(error?.code), err }),
    )
  })
}

describe('an uncaught error ends the service, and its log', () => {
  test.each([
    [
      'tells what caused it',
      'new Error("query failed", { cause: new Error("deadlock") })',
      /^failweb: uncaught error\nError: query failed: deadlock\nError: query failed\n {4}at .*guilty\.mjs/m,
    ],
    ['tells it once where nothing caused it', 'new Error("gone")', /^failweb: uncaught error\nError: gone\n {4}at /m],
    [
      'says so where it cannot be shown',
      'Object.create(null)',
      /^failweb: uncaught error\nsomething that cannot be shown\n/m,
    ],
  ])('%s', async (_, thrown, told) => {
    const { code, err } = await servedUntilItThrows(thrown)
    expect(err).toMatch(told)
    expect(code).toBe(EXIT.uncaught)
  })
})
