import { afterEach, expect, test } from 'vitest'
import { type ServiceProcess, startService } from './service-process.ts'

let service: ServiceProcess | undefined
afterEach(() => {
  service?.child.kill('SIGKILL')
})

test('asked at the guard’s port, the heartbeat never draws, whatever its form; asked at main’s it does', async () => {
  service = await startService({
    args: ['--decay.step', '2', '--guard.enabled', 'true', '--guard.listen', '127.0.0.1:0'],
  })
  const { port } = service.events.find(({ event }) => event === 'guard-listening') ?? {}
  for (const path of ['/healthz', '/healthz?peek', '/healthz?verbose', '/livez', '/metrics']) {
    for (const accept of ['*/*', 'application/health+json']) {
      await fetch(`http://127.0.0.1:${port}${path}`, { headers: { accept } })
    }
  }
  expect((await service.ask('/healthz?peek')).body).toBe('OK 0%\n')
  expect((await service.ask('/healthz')).body).toMatch(/ 2%\n/)
})
