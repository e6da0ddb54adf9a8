import { afterEach, expect, test } from 'vitest'
import type { Check } from '../../src/core/check.ts'
import { steady } from '../assignments.ts'
import { type Fixture, serveApp } from '../http/service-fixture.ts'

let fixture: Fixture
afterEach(() => fixture.close())

const failing = (name: string, because: string): Check => ({
  ...steady(name, 'fail', { rhythm: { toWorsen: 1 } }),
  judge: () => ({ status: 'fail', because, values: {} }),
})

/** Once, a sentence that quoted a whole page left no room for any other, and its line ends could forge lines. */
test('one long sentence hides no other, and stays one line', async () => {
  fixture = await serveApp([
    failing('first', `upstream said: ${'<html>'.repeat(3_000)}`),
    failing('second', 'a\n[+]fake ok\u001b[31m'),
  ])
  const { body } = await fixture.ask('/healthz?verbose')
  expect(body).toMatch(/^\[-\]first failed: upstream said: .*…$/m)
  expect(body).toMatch(/^\[-\]second failed: a \[\+\]fake ok \[31m$/m)
  expect(body).not.toContain('\u001b')
  expect((await fixture.ask('/healthz?exclude=x%0A%5B%2B%5Dfake')).body).not.toMatch(/^\[\+\]fake/m)
})

test('a request target that is no URL is the sender’s mistake', async () => {
  fixture = await serveApp([])
  const { port } = new URL(fixture.url)
  const { connect } = await import('node:net')
  const reply = await new Promise<string>((resolve) => {
    const socket = connect(Number(port), '127.0.0.1')
    socket.on('data', (chunk) => {
      resolve(String(chunk))
      socket.destroy()
    })
    socket.write('GET http://[ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  })
  expect(reply).toMatch(/^HTTP\/1\.1 400 /)
})
