import { stripVTControlCharacters } from 'node:util'
import type { Colour, Paint } from '../rehearse/view/paint.ts'

/** A piece of a line, in one colour. Its text is harmless. */
export interface Piece {
  readonly text: string
  readonly colour?: Colour | undefined
}

export type Line = readonly Piece[]

/**
 * Text from elsewhere as it may go to a terminal: without escape sequences, control characters, and the invisible ones
 * that turn the direction of writing; all in one line.
 */
export function harmless(text: string): string {
  const visible = stripVTControlCharacters(text.replace(/\p{Cs}/gu, '\ufffd')).replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
  return visible.replace(/\p{Cf}/gu, '').trim()
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Wide in a terminal: most of what East Asian Width calls W or F (Unicode 16), and what is drawn as an emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{17000}-\u{18cff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u

/** How many cells of a terminal a text takes; colours take none. */
export function widthOf(text: string): number {
  const plain = stripVTControlCharacters(text)
  if (/^[\x20-\x7e]*$/.test(plain)) return plain.length
  return [...graphemes.segment(plain)].reduce((sum, { segment }) => sum + cellsOf(segment), 0)
}

function cellsOf(grapheme: string): number {
  if (/^[\p{M}\p{Cf}\p{Cc}]*$/u.test(grapheme)) return 0
  return WIDE.test(grapheme) ? 2 : 1
}

export function padTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

/** Text without colours, cut to a width; `…` stands for what is missing. */
export function cutTo(text: string, width: number): string {
  return widthOf(text) <= width ? text : `${beginningOf(text, width - 1)}…`
}

function beginningOf(text: string, width: number): string {
  let cells = 0
  for (const { segment, index } of graphemes.segment(text)) {
    cells += cellsOf(segment)
    if (cells > width) return text.slice(0, index)
  }
  return text
}

/** A text in lines of at most `width`, two at the least, broken between words where there are any; an infinite width breaks nothing. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let rest = text
  const most = Math.max(2, width)
  while (widthOf(rest) > most) {
    const whole = beginningOf(rest, most)
    const space = rest[whole.length] === ' ' ? whole.length : whole.lastIndexOf(' ')
    const end = space > whole.length / 3 ? space : whole.length
    // Blanks alone go where a line breaks: other spaces are what somebody wrote.
    lines.push(rest.slice(0, end).replace(/ +$/, ''))
    rest = rest.slice(end).replace(/^ +/, '')
  }
  return [...lines, rest]
}

/** A line as it is written: painted, and no wider than the terminal. */
export function written(line: Line, columns: number, paint: Paint): string {
  let left = columns
  let text = ''
  for (const piece of line) {
    const shown = cutTo(piece.text, left)
    text += piece.colour && shown !== '' ? paint(piece.colour, shown) : shown
    left -= widthOf(shown)
    if (shown !== piece.text) break
  }
  return text.trimEnd()
}
