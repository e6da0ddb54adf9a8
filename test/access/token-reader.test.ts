import { describe, expect, test } from 'vitest'
import { GUESSES_PER_MINUTE } from '../../src/access/guesses.ts'
import { createTokenReader } from '../../src/access/token-reader.ts'
import { FakeClock } from '../fake-clock.ts'

const HERE = '192.0.2.1'
const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`

describe('a token', () => {
  test.each([
    [undefined, false],
    ['', false],
    ['Bearer s3cret', false],
    ['s3cret:with colon', false],
    [basic('anyone:wrong'), false],
    [basic('anyone:s3cret:with colon'), true],
    [basic(':s3cret:with colon'), true],
  ])('%j: %s', (header, known) => {
    expect(createTokenReader('s3cret:with colon', new FakeClock()).knows(header, HERE)).toBe(known)
  })

  test('as Bearer, whatever the case of the scheme', () => {
    const { knows } = createTokenReader('abc', new FakeClock())
    expect(['bearer abc', 'BEARER abc', 'Bearer ABC'].map((header) => knows(header, HERE))).toEqual([true, true, false])
  })

  test('is compared with so many wrong ones a minute, and then the right one is not known either', async () => {
    const clock = new FakeClock()
    const { knows, waitSeconds } = createTokenReader('abc', clock)
    for (let guess = 0; guess < GUESSES_PER_MINUTE; guess++) expect(knows(`Bearer ${guess}`, HERE)).toBe(false)
    expect(knows('Bearer abc', HERE)).toBe(false)
    expect(waitSeconds('Bearer abc', HERE)).toBe(6)
    expect(waitSeconds(undefined, HERE)).toBe(0)
    await clock.advance(6_000)
    expect(knows('Bearer abc', HERE)).toBe(true)
  })

  test('guessed at over IPv6 as over IPv4 is guessed at by one', () => {
    const { knows, waitSeconds } = createTokenReader('abc', new FakeClock())
    for (let guess = 0; guess < GUESSES_PER_MINUTE; guess++) knows(`Bearer ${guess}`, `2001:db8::${guess + 1}`)
    expect(waitSeconds('Bearer abc', '2001:db8::ffff')).toBe(6)
  })
})
