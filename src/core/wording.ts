import { inParts, twoDigits } from './rounding.ts'

/** A length of time as a sentence says it: `3.1 ms`, `380 ms`, `1.5 s`, `12 min`, `3.5 h`, `2.5 d`. */
export function inWords(milliseconds: number): string {
  const length = Math.abs(milliseconds)
  for (const { ms, name } of UNITS) if (length >= ms) return `${twoDigits(milliseconds / ms)} ${name}`
  return `${twoDigits(milliseconds)} ms`
}

/** A share as a sentence says it: `0.3%`, `12%`, `79.9%`, which is not yet the 80 % that a limit may be at. */
export function inPercent(ratio: number): string {
  const percent = ratio * 100
  return `${inParts(percent, Math.abs(percent) < 1 ? 2 : 1)}%`
}

/** `1 request`, `412 requests`. */
export function inNumber(count: number, one: string, many: string = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

const UNITS = [
  { ms: 86_400_000, name: 'd' },
  { ms: 3_600_000, name: 'h' },
  { ms: 60_000, name: 'min' },
  { ms: 1000, name: 's' },
] as const

/** The longest sentence that is told: one that quotes a whole page must not push out all others. */
const LONGEST_SENTENCE = 400

/**
 * A sentence in one line of text: control characters, which could forge lines or drive a terminal, become spaces; the marks that turn the
 * direction of writing go; what is too long is cut.
 */
export function inOneLine(sentence: string): string {
  const line = sentence
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/\p{Bidi_Control}/gu, '')
    .trim()
  return line.length <= LONGEST_SENTENCE ? line : `${line.slice(0, LONGEST_SENTENCE - 1)}…`
}
