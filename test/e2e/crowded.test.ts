import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import autocannon from 'autocannon'
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

/** A service whose requests keep its only thread busy, and what it says. */
async function crowded(workMs: number) {
  const service = child('real-crowd.ts', { workMs, everyMs: 1_000 })
  const heard: FromCrowd[] = []
  service.on('message', (message) => heard.push(message as FromCrowd))
  const port = await vi.waitFor(() => {
    const found = heard.find((message) => 'port' in message)
    if (!found) throw new Error('it does not listen')
    return found.port
  }, 30_000)
  const said = (words: RegExp) =>
    vi.waitFor(() => {
      const isSaid = (one: FromCrowd) => 'to' in one && one.name === 'latency' && words.test(one.because)
      if (!heard.some(isSaid)) throw new Error('latency does not say so')
    }, 60_000)
  const tell = async () => {
    service.send('tell')
    return vi.waitFor(() => {
      const found = heard.find((message) => 'latency' in message)
      if (!found) throw new Error('it does not tell')
      return found
    }, 30_000)
  }
  return { port, said, tell }
}

const SLOW = /% of \d+ requests in 5 min took over 250 ms/

test('a service that more callers come to than it can answer says so, though each that it takes up is answered at once', async () => {
  const { port, said, tell } = await crowded(20)
  const callers = child('real-callers.ts', { port, perSecond: 90, seconds: 90 })
  await said(/\d+ new connections wait in the kernel’s accept queue, the next to be taken up for \d/)
  await said(SLOW)
  callers.kill('SIGKILL')
  const known = await tell()
  expect(known.handledP99Ms).toBeLessThan(known.toldP99Ms / 2)
}, 130_000)

test('so does one whose callers keep their connections, and wait for each other in every turn of its loop', async () => {
  const { port, said, tell } = await crowded(12)
  const callers = autocannon({ url: `http://127.0.0.1:${port}`, connections: 40, duration: 90 }, () => {})
  await said(SLOW)
  callers.stop()
  await once(callers, 'done')
  const known = await tell()
  expect(known.handledP99Ms).toBeLessThan(known.toldP99Ms / 2)
}, 130_000)
