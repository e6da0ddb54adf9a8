import { expect, test } from 'vitest'
import { messageOf } from '../../src/core/thrown.ts'

test.each<[string, unknown, string]>([
  ['an error', new TypeError('no such thing'), 'no such thing'],
  ['an error without a message', new Error(), ''],
  ['a text', 'gone', 'gone'],
  ['nothing', undefined, 'undefined'],
  ['a symbol', Symbol('odd'), 'Symbol(odd)'],
  ['an object without a prototype', Object.create(null), 'it threw something that cannot be read'],
])('the message of %s', (_what, thrown, message) => {
  expect(messageOf(thrown)).toBe(message)
})
