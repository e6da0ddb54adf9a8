import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { holds } from '../needs.ts'
import { type ServiceProcess, startService, until } from './service-process.ts'

let service: ServiceProcess | undefined
afterEach(() => service?.child.kill('SIGKILL'))

const calm = ['--decay.step', '0']

describe('stopping', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('%s ends an idle service with 0', async (signal) => {
    service = await startService({ args: calm })
    expect(await service.ask('/')).toEqual({ status: 200, body: 'Hello, World!\n' })
    service.signal(signal)
    expect(await service.exited).toEqual({ code: 0, signal: null })
    expect(service.events.at(-1)).toMatchObject({ event: 'stopped' })
  })

  test('after a failed draw it exits 69, so that restartPolicy OnFailure restarts it', async () => {
    service = await startService({ args: ['--decay.step', '100'] })
    expect((await service.ask('/healthz')).status).toBe(500)
    service.signal('SIGTERM')
    expect(await service.exited).toEqual({ code: 69, signal: null })
  })

  test('while it drains it is not ready, still serves, and ends by itself', async () => {
    service = await startService({ args: [...calm, '--drainMs', '1500'] })
    const asked = service
    await until(
      () => asked.ask('/readyz'),
      ({ status }) => status === 200,
    )
    service.signal('SIGTERM')
    expect(
      (
        await until(
          () => asked.ask('/readyz'),
          ({ status }) => status === 503,
        )
      ).body,
    ).toMatch(/^Service Unavailable\ndraining: /)
    expect((await service.ask('/')).status).toBe(200)
    expect(await service.exited).toEqual({ code: 0, signal: null })
  })

  test('a second signal stops it at once', async () => {
    service = await startService({ args: [...calm, '--drainMs', '600000'] })
    service.signal('SIGTERM')
    const asked = service
    await until(
      async () => asked.events,
      (events) => events.some(({ event }) => event === 'stopping'),
    )
    service.signal('SIGTERM')
    expect(await service.exited).toEqual({ code: 143, signal: null })
  })

  test('connections that are kept alive, or say nothing, do not hold it', async () => {
    service = await startService({ args: calm })
    const { port } = new URL(service.url)
    const silent = connect(Number(port), '127.0.0.1')
    await new Promise<void>((resolve) => silent.on('connect', () => resolve()))
    await fetch(`${service.url}/`)
    service.signal('SIGTERM')
    expect(await service.exited).toEqual({ code: 0, signal: null })
    silent.destroy()
  })

  const mayUnshare = holds(process.getuid?.() === 0, 'this user is root, who may make a PID namespace')
  test.skipIf(!mayUnshare)('as PID 1, SIGTERM ends it at once when idle', async () => {
    service = await startService({ args: calm, under: ['unshare', '--fork', '--pid', '--mount-proc', '--kill-child'] })
    expect(service.events.find(({ event }) => event === 'listening')).toMatchObject({ pid: 1 })
    process.kill(childOf(service.child.pid ?? 0), 'SIGTERM')
    expect(await service.exited).toEqual({ code: 0, signal: null })
  })
})

function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim())
}
