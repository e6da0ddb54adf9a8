import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { broken, rowsText } from '../../src/rehearse/view/broken.ts'

describe('text for a terminal of few columns', () => {
  test.each([
    { text: 'a fixed delay is too short', columns: 12, indent: 2, lines: ['a fixed', '  delay is', '  too short'] },
    { text: '    because it ended', columns: 14, indent: 4, lines: ['    because it', '    ended'] },
    { text: 'p5 14   p10 17   p50 27', columns: 16, indent: 0, lines: ['p5 14   p10 17', 'p50 27'] },
    { text: 'short', columns: Number.POSITIVE_INFINITY, indent: 4, lines: ['short'] },
    {
      text: 'a http://127.0.0.1:8080/livez b',
      columns: 10,
      indent: 2,
      lines: ['a', '  http://127.0.0.1:8080/livez', '  b'],
    },
  ])('$text in $columns', ({ text, columns, indent, lines }) => {
    expect(broken(text, columns, indent)).toBe(lines.join('\n'))
  })

  test('no word is lost, and only a word makes a line longer than it may be', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,30}$/), { maxLength: 30 })
    const law = fc.property(words, fc.integer({ min: 5, max: 60 }), (given, columns) => {
      const lines = broken(given.join(' '), columns, 4).split('\n')
      expect(lines.join(' ').split(/ +/)).toEqual(given.length === 0 ? [''] : given)
      for (const line of lines) if (line.length > columns) expect(line.trim()).not.toContain(' ')
    })
    fc.assert(law)
  })

  test('rows stand beside their names, or below them where there is little room', () => {
    const rows = [['restarts', 'mean 5.67, sd 0.47']]
    expect(rowsText(rows, 80)).toBe('restarts              mean 5.67, sd 0.47\n')
    expect(rowsText(rows, 44)).toBe('restarts              mean 5.67, sd 0.47\n')
    expect(rowsText([['restarts', 'mean 5.67, sd 0.47, p10 5']], 44)).toBe(
      'restarts              mean 5.67, sd 0.47,\n                      p10 5\n',
    )
    expect(rowsText(rows, 20)).toBe('restarts\n  mean 5.67, sd 0.47\n')
  })
})
