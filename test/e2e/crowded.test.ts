import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test, vi } from 'vitest'
import type { Calling } from '../bench/detection/real-callers.ts'
import type { CrowdedLife, FromCrowd } from '../bench/detection/real-crowd.ts'

const children: ChildProcess[] = []
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
  }
})

function child(script: string, life: CrowdedLife | Calling): ChildProcess {
  const begun = fork(fileURLToPath(new URL(`../bench/detection/${script}`, import.meta.url)), [JSON.stringify(life)], {
    execArgv: ['--import', 'tsx'],
  })
  children.push(begun)
  return begun
}

test('a service that more callers come to than it can answer says so, though each that it takes up is answered at once', async () => {
  const service = child('real-crowd.ts', { workMs: 20, everyMs: 1_000 })
  const heard: FromCrowd[] = []
  service.on('message', (message) => heard.push(message as FromCrowd))
  const port = await vi.waitFor(() => {
    const found = heard.find((message) => 'port' in message)
    if (!found) throw new Error('it does not listen')
    return found.port
  }, 30_000)
  const callers = child('real-callers.ts', { port, perSecond: 90, seconds: 90 })
  const trouble = await vi.waitFor(() => {
    const found = heard.find((message) => 'to' in message && message.name === 'latency' && message.to !== 'pass')
    if (!found) throw new Error('latency says nothing')
    return found
  }, 60_000)
  callers.kill('SIGKILL')
  expect(trouble).toMatchObject({
    because: expect.stringMatching(
      /took over 250 ms.*; \d+ new connections wait in the kernel’s accept queue, the next to be taken up for \d/,
    ),
  })
  service.send('tell')
  const known = await vi.waitFor(() => {
    const found = heard.find((message) => 'latency' in message)
    if (!found) throw new Error('it does not tell')
    return found
  }, 30_000)
  expect(known.handledP99Ms).toBeLessThan(known.toldP99Ms / 2)
}, 130_000)
