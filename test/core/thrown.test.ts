import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { messageOf, namedMessageOf, stackOf } from '../../src/core/thrown.ts'

const because = (message: string, cause: unknown) => new Error(message, { cause })
const coded = (error: object, code: unknown) => Object.assign(error, { code })

test.each<[string, unknown, string]>([
  ['an error', new TypeError('no such thing'), 'no such thing'],
  ['an error without a message', new Error(), ''],
  ['an error without a message, of a kind', new TypeError(), 'TypeError'],
  ['an error without a message, with a code', coded(new Error(''), 'ENOBODY'), 'ENOBODY'],
  [
    'an error with a code that its message holds',
    coded(new Error('ENOENT: no such file'), 'ENOENT'),
    'ENOENT: no such file',
  ],
  ['an error with a code that adds something', coded(new Error('duplicate key'), '23505'), 'duplicate key (23505)'],
  ['an error with a code of Node’s own', coded(new Error('not a path'), 'ERR_INVALID_ARG_TYPE'), 'not a path'],
  ['an aborted call, which has the code 20', new DOMException('it was aborted', 'AbortError'), 'it was aborted'],
  ['an error with a cause', because('query failed', new Error('deadlock')), 'query failed: deadlock'],
  ['an error with a cause that is a text', because('query failed', 'deadlock'), 'query failed: deadlock'],
  [
    'an error that quotes its cause',
    because('query failed: deadlock', new Error('deadlock')),
    'query failed: deadlock',
  ],
  ['an error without a cause', because('query failed', null), 'query failed'],
  [
    'a cause with a code of its own',
    because('query failed', coded(new Error('gone away'), 'ECONNRESET')),
    'query failed: gone away (ECONNRESET)',
  ],
  [
    'a cause without a message, but with a code',
    because('fetch failed', coded(new Error(''), 'UND_ERR_SOCKET')),
    'fetch failed: UND_ERR_SOCKET',
  ],
  [
    'errors that failed together',
    because(
      'fetch failed',
      coded(new AggregateError([new Error('connect ECONNREFUSED ::1:2'), new Error('other')]), 'ECONNREFUSED'),
    ),
    'fetch failed: connect ECONNREFUSED ::1:2',
  ],
  ['an object with message and code', { message: 'told', code: 'E1' }, 'told (E1)'],
  ['an object with a code', { code: 'E1' }, 'E1'],
  ['an object that tells nothing', { status: 500, token: 'secret' }, 'an object with status, token'],
  ['an empty object', {}, 'an object with no fields'],
  ['a text', 'gone', 'gone'],
  ['a function', () => 'secret', 'a function'],
  ['nothing', undefined, 'undefined'],
  ['a symbol', Symbol('odd'), 'Symbol(odd)'],
  ['an object without a prototype', Object.create(null), 'it threw something that cannot be read'],
])('the message of %s', (_what, thrown, message) => {
  expect(messageOf(thrown)).toBe(message)
})

test('a request to nobody names whom it could not reach', async () => {
  // A port that was just free: nobody listens there any more.
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  const thrown = await fetch(`http://127.0.0.1:${port}`).catch((error: unknown) => error)
  expect(messageOf(thrown)).toBe(`fetch failed: connect ECONNREFUSED 127.0.0.1:${port}`)
  expect(namedMessageOf(thrown)).toBe(`TypeError: fetch failed: connect ECONNREFUSED 127.0.0.1:${port}`)
})

describe('a chain of causes', () => {
  test('that leads back to itself is told once', () => {
    const [first, second] = [new Error('first'), new Error('second')]
    first.cause = second
    second.cause = first
    expect(messageOf(first)).toBe('first: second')
  })

  test('without an end, or of endless messages, is cut', () => {
    const endless = (): object => ({
      message: `more ${Math.random()}`,
      get cause() {
        return endless()
      },
    })
    expect(messageOf(endless()).split(': ').length).toBeLessThanOrEqual(5)
    expect(messageOf(because('x'.repeat(1e6), new Error('y'.repeat(1e6))))).toHaveLength(1_000)
  })

  test('ends at what cannot be read', () => {
    const traps = new Proxy(
      {},
      {
        get: () => {
          throw new Error('no')
        },
      },
    )
    expect(messageOf(because('query failed', traps))).toBe('query failed')
    const hidden = Object.defineProperty(new Error('query failed'), 'cause', {
      get: () => {
        throw new Error('no')
      },
    })
    expect(messageOf(hidden)).toBe('query failed')
  })
})

test('whatever is thrown, it is words, and no longer than a thousand letters', () => {
  const trap = () => {
    throw new Error('not even this')
  }
  const handlers = fc.subarray(['get', 'getPrototypeOf', 'ownKeys', 'has', 'getOwnPropertyDescriptor'] as const)
  const proxies = fc.tuple(fc.object(), handlers).map(
    ([target, traps]) =>
      () =>
        new Proxy(target, Object.fromEntries(traps.map((name) => [name, trap]))),
  )
  const errors = fc
    .record({
      message: fc.anything(),
      code: fc.anything(),
      cause: fc.anything(),
      errors: fc.anything(),
      name: fc.anything(),
      stack: fc.anything(),
    })
    .map((fields) => () => Object.assign(new Error(), fields))
  const values = fc.anything({ withNullPrototype: true }).map((value) => () => value)
  fc.assert(
    fc.property(fc.oneof(values, proxies, errors), (made) => {
      const thrown = made()
      for (const words of [messageOf(thrown), namedMessageOf(thrown), stackOf(thrown) ?? ''])
        expect(typeof words).toBe('string')
      expect(messageOf(thrown).length).toBeLessThanOrEqual(1_000)
    }),
  )
})
