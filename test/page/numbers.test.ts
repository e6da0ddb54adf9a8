import { expect, test } from 'vitest'
import { shownName, shownValue } from '../../src/page/numbers.ts'

test.each<[string, number, string]>([
  ['used_bytes', 410 * 1024 ** 2, '410 MiB'],
  ['growth_bytes_per_minute', 3 * 1024 ** 2, '3 MiB'],
  ['used_ratio', 0.853, '85.3%'],
  ['p99_seconds', 0.0031, '3.1 ms'],
  ['p99_seconds', 0, '0 s'],
  ['entries', 112_000, '112000'],
  ['entries_per_minute', 2400.4, '2400'],
  ['load', 0.12345, '0.123'],
])('%s = %d reads %s', (name, value, shown) => expect(shownValue(name, value)).toBe(shown))

test('a name loses its unit, which the number carries', () => {
  expect(['used_ratio', 'entries_per_minute', 'ratio'].map(shownName)).toEqual(['used', 'entries per minute', 'ratio'])
})
