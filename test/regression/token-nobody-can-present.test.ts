import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { loadConfig } from '../../src/config/config.ts'

const folder = mkdtempSync(join(tmpdir(), 'failweb-token-'))
afterAll(() => rmSync(folder, { recursive: true }))

const load = (env: Record<string, string>) => loadConfig({ checks: [], env, flags: new Map() })
const tokenFrom = async (env: Record<string, string>) => (await load(env)).service.token

function tokenFile(text: string): string {
  const path = join(folder, 'token')
  writeFileSync(path, text)
  return path
}

test.each([
  ['a newline at its end', 'sesame\n', 'sesame'],
  ['spaces around it', ' sesame\t', 'sesame'],
  ['the look of JSON', '[1]', '[1]'],
])('a token with %s is what is left without', async (_what, given, token) => {
  expect(await tokenFrom({ FAILWEB_TOKEN: given })).toBe(token)
  expect(await tokenFrom({ FAILWEB_TOKEN_FILE: tokenFile(given) })).toBe(token)
})

test.each([
  ['a space in it', 'open sesame'],
  ['letters beyond ASCII', 'sésame'],
  ['a control character', 'ses\u0007ame'],
])('a token with %s is refused, and not shown', async (_what, given) => {
  const what = 'holds something else than one word of visible ASCII, as Authorization: Bearer needs it'
  await expect(load({ FAILWEB_TOKEN: given })).rejects.toMatchObject({ message: `token: FAILWEB_TOKEN ${what}` })
  const path = tokenFile(given)
  await expect(load({ FAILWEB_TOKEN_FILE: path })).rejects.toMatchObject({ message: `tokenFile: ${path} ${what}` })
})

test('a wrong token is told together with every other mistake', async () => {
  await expect(load({ FAILWEB_TOKEN: ' ', FAILWEB_DEKAY: '1' })).rejects.toMatchObject({
    mistakes: [expect.stringMatching(/^FAILWEB_DEKAY: /), 'token: FAILWEB_TOKEN holds no token'],
  })
})
