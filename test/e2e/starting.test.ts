import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { listen } from '../http/service-fixture.ts'
import { type ServiceProcess, startService, until } from './service-process.ts'

let service: ServiceProcess | undefined
afterEach(() => service?.child.kill('SIGKILL'))

describe('starting', () => {
  test('works with every variable that a kubelet sets beside a Service named failweb', async () => {
    service = await startService({
      env: {
        FAILWEB_PORT: 'tcp://10.96.0.1:80',
        FAILWEB_SERVICE_HOST: '10.96.0.1',
        FAILWEB_SERVICE_PORT: '80',
        FAILWEB_PORT_80_TCP: 'tcp://10.96.0.1:80',
        FAILWEB_PORT_80_TCP_PROTO: 'tcp',
        FAILWEB_PORT_80_TCP_PORT: '80',
        FAILWEB_PORT_80_TCP_ADDR: '10.96.0.1',
      },
    })
    expect((await service.ask('/healthz')).body).toMatch(/^(OK|Server Error) 2%\n/)
  })

  test('every check looks, none fails to look, and the service becomes ready', async () => {
    service = await startService({ args: ['--decay.step', '0', '--checks.cpu.everyMs', '500'] })
    const asked = service
    await until(
      () => asked.ask('/startupz'),
      ({ status }) => status === 200,
    )
    await until(
      () => asked.ask('/readyz'),
      ({ status }) => status === 200,
    )
    // A look may come too late once on a machine that is busy with other tests.
    const { body } = await until(
      () => asked.ask('/healthz?verbose'),
      (seen) => !seen.body.includes('[?]'),
    )
    expect(body.match(/^\[.\]/gm)).toHaveLength(11)
  })

  test.each<[string, readonly string[], boolean]>([
    ['loads nothing of the status page for probes and scrapes', ['/livez', '/healthz?verbose', '/metrics'], false],
    ['loads it for who opens it', ['/status'], true],
  ])('%s', async (_title, paths, expected) => {
    const NODE_V8_COVERAGE = mkdtempSync(join(tmpdir(), 'failweb-loaded-'))
    const started = await startService({ env: { NODE_V8_COVERAGE } })
    for (const path of paths) await started.ask(path)
    started.signal('SIGTERM')
    await started.exited
    const files = filesLoaded(NODE_V8_COVERAGE)
    rmSync(NODE_V8_COVERAGE, { recursive: true })
    expect(files.some((file) => file.endsWith('/src/cli/main.js'))).toBe(true)
    expect(files.some((file) => file.endsWith('/http/status-answers.js'))).toBe(expected)
  })

  test('a port in use is one message and exit 2', async () => {
    const taken = createServer()
    const { port } = new URL(await listen(taken))
    await expect(startService({ args: ['--port', port, '--host', '127.0.0.1'] })).rejects.toThrow(
      `failweb ended with 2 before it listened: failweb: port ${port} is in use on 127.0.0.1; choose another with --port or PORT\n`,
    )
    taken.close()
  })

  test('the purge by hand frees the greeting cache, and cache-size recovers', async () => {
    service = await startService({
      args: [
        '--decay.step',
        '0',
        '--checks.cache-size.entries.warnAt',
        '5',
        '--checks.cache-size.entries.failAt',
        '10',
        '--checks.cache-size.everyMs',
        '200',
        '--remedies.automatic',
        'false',
      ],
    })
    const asked = service
    for (let i = 0; i < 20; i++) await service.ask(`/?name=n${i}`)
    const failing = await until(
      () => asked.ask('/healthz'),
      ({ status }) => status === 500,
    )
    expect(failing.body).toMatch(/^Server Error 0%\ncache-size: greetings holds \d+ entries/)
    const purged = await service.ask('/remedies/purge-cache', { method: 'POST' })
    expect(JSON.parse(purged.body).entries).toEqual({ before: 20, after: 0 })
    await until(
      () => asked.ask('/healthz'),
      ({ status }) => status === 200,
    )
  })
})

/** Every file whose code a process has loaded, by the folder to which it wrote what it covered. */
function filesLoaded(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((file) => {
    const { result } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { result: readonly { url: string }[] }
    return result.map(({ url }) => url)
  })
}
