import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesIn, inBytes } from '../../src/core/byte-size.ts'

describe('byte sizes', () => {
  test.each([
    [0, '0 B'],
    [512, '512 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [3_600, '3.5 KiB'],
    [500 * 1024 ** 2, '500 MiB'],
    [1023.9 * 1024 ** 2, '1 GiB'],
    [1.25 * 1024 ** 3, '1.3 GiB'],
    [79 * 1024 ** 3, '79 GiB'],
    [2 * 1024 ** 5, '2 PiB'],
    [-2048, '-2 KiB'],
    [Number.NaN, 'NaN B'],
  ])('%d reads %s', (bytes, text) => {
    expect(inBytes(bytes)).toBe(text)
  })

  test.each([
    ['1048576', 1_048_576],
    ['500MiB', 500 * 1024 ** 2],
    ['500 MiB', 500 * 1024 ** 2],
    ['1.5Gi', 1.5 * 1024 ** 3],
    ['2k', 2048],
    ['2kB', 2000],
    ['1 GB', 1e9],
    ['7 B', 7],
  ])('%j is %d', (text, bytes) => {
    expect(bytesIn(text)).toBe(bytes)
  })

  test.each(['', 'MiB', '-1', '1 iB', '1 XB', '1 MiB/s', '1e3', 'ten', '5 i'])('%j is no size', (text) => {
    expect(bytesIn(text)).toBeUndefined()
  })

  test('what is said is what was meant, to its two digits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 52 }), (bytes) => {
        const read = bytesIn(inBytes(bytes).replace('PiB', 'TiB')) ?? Number.NaN
        const meant = inBytes(bytes).includes('PiB') ? read * 1024 : read
        expect(Math.abs(meant - bytes)).toBeLessThanOrEqual(0.051 * bytes)
      }),
    )
  })
})
