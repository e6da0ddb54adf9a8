import { describe, expect, test } from 'vitest'
import { parseListen } from '../../src/core/listen.ts'
import { createGuard } from '../../src/guard/guard.ts'
import { FakeClock } from '../fake-clock.ts'

describe('where the guard listens', () => {
  test.each([
    [8081, { port: 8081 }],
    [0, { port: 0 }],
    ['8081', { port: 8081 }],
    ['127.0.0.1:8081', { port: 8081, host: '127.0.0.1' }],
    ['localhost:0', { port: 0, host: 'localhost' }],
    ['[::1]:8081', { port: 8081, host: '::1' }],
  ])('%j', (listen, address) => {
    expect(parseListen(listen)).toEqual(address)
  })

  test.each([
    65_536,
    -1,
    8081.5,
    Number.NaN,
    '',
    'localhost',
    ':8081',
    '::1:8081',
    '[::1]',
    'tcp://10.0.0.1:80',
    'a b:1',
  ])('not %j', (listen) => {
    expect(parseListen(listen)).toBeUndefined()
  })

  test('every mistake in the settings is told at once', () => {
    const clock = new FakeClock()
    expect(() => createGuard({ clock, listen: 'nowhere', silenceMs: 999 })).toThrow(
      [
        'guard.listen: expected a port (8081), or an address with one (127.0.0.1:8081, [::1]:8081); got "nowhere"',
        'guard.silenceMs: expected at least 1000; got 999',
      ].join('\n'),
    )
    expect(() => createGuard({ clock, silenceMs: Number.NaN })).toThrow(
      'guard.silenceMs: expected at least 1000; got NaN',
    )
  })
})
