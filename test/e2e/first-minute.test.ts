import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'failweb-first-'))
let stop = () => {}
afterEach(() => {
  stop()
  rmSync(folder, { recursive: true })
})

test('npm start builds what it needs and serves, with its flags passed on', async () => {
  for (const name of ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'src', 'checks']) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true })
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  const npm = spawn('npm', ['start', '--', '--port', '0'], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  stop = () => void (npm.pid && process.kill(-npm.pid, 'SIGTERM'))
  const ended = new Promise((resolve) => npm.on('close', resolve))
  let printed = ''
  const url = await new Promise<string>((resolve) => {
    npm.stdout.on('data', (chunk) => {
      printed += chunk
      const [, found] = /"url":"([^"]+)"/.exec(printed) ?? []
      if (found) resolve(found)
    })
  })
  expect(await (await fetch(url)).text()).toBe('Hello, World!\n')
  stop()
  stop = () => {}
  await ended
}, 60_000)
