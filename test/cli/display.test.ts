import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cutTo, harmless, widthOf, wrap, written } from '../../src/cli/display.ts'
import { sparkline } from '../../src/cli/sparkline.ts'

describe('text from elsewhere', () => {
  test.each([
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u009b2Jcleared', 'cleared'],
    ['one\r\nfail forged: line', 'one fail forged: line'],
    ['bell\u0007 and\u0000 null', 'bell  and  null'],
    ['user\u202etxt.exe', 'usertxt.exe'],
    ['half \ud800 a pair', 'half \ufffd a pair'],
    ['ディスク 93% 使用中', 'ディスク 93% 使用中'],
  ])('%j is shown as %j', (text, shown) => {
    expect(harmless(text)).toBe(shown)
  })

  test('a new title for the terminal is none: Node 24 takes it out whole, older ones leave its text', () => {
    expect(['end', ';a new title end']).toContain(harmless('\u001b]0;a new title\u0007end'))
  })

  test('never reaches the terminal with anything that could drive it', () => {
    const pieces = fc.constantFrom(
      '\u001b',
      '\u009b',
      '[',
      ']',
      '31m',
      '2J',
      ';',
      '\u0007',
      '\n',
      '\u202e',
      'x',
      '界',
      '\ud800',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string({ unit: 'binary' }))), (texts) => {
        expect(harmless(texts.join(''))).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u)
      }),
      { numRuns: 50 },
    )
  })
})

describe('cells', () => {
  test.each([
    ['disk', 4],
    ['ディスク', 8],
    ['한글', 4],
    ['e\u0301', 1],
    ['👩‍🚀', 2],
    ['▁▂▃', 3],
    ['\u001b[31mred\u001b[0m', 3],
  ])('%j takes %d', (text, cells) => {
    expect(widthOf(text)).toBe(cells)
  })

  test('a cut text says so, and never takes more than its width', () => {
    expect([cutTo('disk-usage', 6), cutTo('ディスク', 6), cutTo('disk', 4)]).toEqual(['disk-…', 'ディ…', 'disk'])
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, width) => {
        expect(widthOf(cutTo(harmless(text), width))).toBeLessThanOrEqual(width)
      }),
      { numRuns: 50 },
    )
  })

  test('a wrapped text loses nothing, and no line of it is wider than it may be', () => {
    expect(wrap('93% of / is used; fails at 90%', 12)).toEqual(['93% of / is', 'used; fails', 'at 90%'])
    expect(wrap('x'.repeat(5), Number.POSITIVE_INFINITY)).toEqual(['xxxxx'])
    // A terminal that is narrower than what stands beside the text.
    expect(wrap('abcd', -1)).toEqual(['ab', 'cd'])
    expect(wrap('one\u3000two', 4)).toEqual(['one', '\u3000tw', 'o'])
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.integer({ min: 2, max: 40 }), (text, width) => {
        const lines = wrap(harmless(text), width)
        expect(lines.join('').replaceAll(' ', '')).toBe(harmless(text).replaceAll(' ', ''))
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width)
      }),
      { numRuns: 50 },
    )
  })

  test('a line is cut across its pieces, and colours are closed', () => {
    const paint = (colour: string, text: string) => `<${colour}>${text}</${colour}>`
    const line = [{ text: 'fail ', colour: 'red' as const }, { text: 'disk-usage' }, { text: ' more' }]
    expect(written(line, 8, paint)).toBe('<red>fail </red>di…')
    expect(written(line, 80, paint)).toBe('<red>fail </red>disk-usage more')
  })
})

describe('a sparkline', () => {
  const drawn = (...args: Parameters<typeof sparkline>) =>
    sparkline(...args)
      .map(({ text }) => text)
      .join('')
  const points = (...values: number[]) => values.map((value) => ({ status: 'pass' as const, value }))

  test('rises with its values, the newest at the right', () => {
    expect(drawn(points(0, 1, 2, 3, 4, 5, 6, 7), { width: 10 })).toBe('  ▁▂▃▄▅▆▇█')
  })

  test('stands as high as its limit is near', () => {
    expect(drawn(points(0.45, 0.9), { width: 2, limits: { warn: 0.8, fail: 0.9 } })).toBe('▅█')
  })

  test('hardly moves where the value hardly does', () => {
    expect(drawn(points(100, 101, 100), { width: 3 })).toBe('▁▁▁')
  })

  test('draws many points together: the greatest value, the worst status', () => {
    const many = [...points(1, 1, 1, 9), { status: 'fail' as const, value: 1 }, { status: 'pass' as const }]
    expect(sparkline(many, { width: 3 })).toEqual([
      { text: '' },
      { text: '▁', colour: 'green' },
      { text: '█', colour: 'green' },
      { text: '▁', colour: 'red' },
    ])
  })

  test('shows where there was no value, and nothing at all for nothing', () => {
    expect(drawn([{ status: 'unknown' }, ...points(1)], { width: 4 })).toBe('  ·▁')
    expect(drawn([], { width: 4 })).toBe('    ')
  })
})
