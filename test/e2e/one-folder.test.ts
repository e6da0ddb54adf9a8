import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { signIn } from '../../src/journal/sign-of-life.ts'
import { holds } from '../needs.ts'
import { type ServiceProcess, startService, until } from './service-process.ts'

const mayUnshare = holds(process.getuid?.() === 0, 'this user is root, who may make a PID namespace')

/** As in a container: process 1 of a PID namespace of its own, which is killed with `unshare`. */
const AS_PROCESS_1 = ['unshare', '--fork', '--pid', '--mount-proc', '--kill-child']

let folder: string
const running: ServiceProcess[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'failweb-one-folder-'))
})
afterEach(async () => {
  await Promise.all(running.splice(0).map(kill))
  rmSync(folder, { recursive: true, force: true })
})

async function serve(under: readonly string[] = []): Promise<ServiceProcess> {
  const service = await startService({ args: ['--journal.folder', folder], under })
  running.push(service)
  return service
}

function kill(service: ServiceProcess) {
  service.signal('SIGKILL')
  return service.exited
}

/** What a service's log says of its journal, beside how the previous run ended. */
const toldBy = ({ events }: ServiceProcess) =>
  events.filter(({ event }) => event === 'journal').map(({ told }) => `${told}`)

const previousOf = ({ events }: ServiceProcess) => events.find(({ event }) => event === 'previous-run')?.['told']

const pidOf = ({ events }: ServiceProcess) => events.find(({ event }) => event === 'listening')?.['pid']

/** Waits until a run has signed that it has lived so long: as often as it has signed, it has looked for another. */
const signs = (seconds: number, isMeant: (run: string | undefined) => boolean = () => true) =>
  until(
    async () => signIn(readFileSync(join(folder, 'alive'), 'utf8')),
    (sign) => sign !== undefined && sign.up >= seconds && isMeant(sign.run),
  )

const both = (services: readonly ServiceProcess[]) =>
  until(
    async () => services.map(toldBy),
    (told) => told.every((sentences) => sentences.length > 0),
  )

const sentence = (pid: unknown) =>
  new RegExp(
    `^another service keeps its journal in ${folder} too \\(pid ${pid} on ${hostname()}, up for .*\\): .*give each a journal.folder of its own$`,
  )

describe('two services that are given one journal.folder', () => {
  test('both start, and each says once who the other is and what to do', async () => {
    const elder = await serve()
    const younger = await serve()
    await both([elder, younger])
    await signs(4)
    expect(toldBy(elder)).toEqual([expect.stringMatching(sentence(pidOf(younger)))])
    expect(toldBy(younger)).toEqual([expect.stringMatching(sentence(pidOf(elder)))])
    for (const service of [elder, younger]) expect((await service.ask('/livez')).status).toBe(200)
  })

  test.skipIf(!mayUnshare)('say so too where each is process 1 of its own container', async () => {
    const services = [await serve(AS_PROCESS_1), await serve(AS_PROCESS_1)]
    await both(services)
    await signs(4)
    for (const service of services) expect(toldBy(service)).toEqual([expect.stringMatching(sentence(1))])
  })
})

describe('a service that comes after another', () => {
  test.each([
    ['the one before was killed', [], 'SIGKILL', /and was killed: .*no check was failing/],
    ['the one before was stopped', [], 'SIGTERM', /: .*no check was failing$/],
  ] as const)('says nothing of others where %s', async (_how, under, signal, previous) => {
    await comesAfter(under, signal, previous)
  })

  test.skipIf(!mayUnshare)(
    'says nothing of others where the one before was killed and both are process 1',
    async () => {
      await comesAfter(AS_PROCESS_1, 'SIGKILL', /and was killed: .*no check was failing/)
    },
  )

  async function comesAfter(under: readonly string[], signal: NodeJS.Signals, previous: RegExp) {
    const before = await serve(under)
    const its = await signs(1)
    before.signal(signal)
    await before.exited
    const after = await serve(under)
    await signs(3, (run) => run !== its?.run)
    expect(previousOf(after)).toMatch(previous)
    expect(toldBy(after)).toEqual([])
  }
})
