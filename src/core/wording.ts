import { inParts, twoDigits } from './rounding.ts'

/** A number as a sentence says it. @param more how many digits more than usual */
export type Wording = (number: number, more?: number) => string

/** A length of time as a sentence says it: `3.1 ms`, `380 ms`, `1.5 s`, `12 min`, `3.5 h`, `2.5 d`. */
export function inWords(milliseconds: number, more = 0): string {
  const length = Math.abs(milliseconds)
  const nth = UNITS.findIndex(({ ms }) => length >= ms)
  const unit = UNITS[nth] ?? SMALLEST
  const larger = nth < 0 ? undefined : UNITS[nth - 1]
  const shown = twoDigits(milliseconds / unit.ms, more)
  // Rounded up to the next unit it is one of those: `1 min`, never `60 s`.
  const isOne = larger !== undefined && Math.abs(shown) * unit.ms >= larger.ms
  return isOne ? `${Math.sign(shown)} ${larger.name}` : `${shown} ${unit.name}`
}

/** A share as a sentence says it: `0.3%`, `12%`, `79.9%`. */
export function inPercent(ratio: number, more = 0): string {
  const percent = ratio * 100
  const digits = Math.abs(percent) < 1 ? 2 : 1
  return `${more > 0 ? Number(percent.toFixed(digits + more)) : inParts(percent, digits)}%`
}

/** What differs by less than so many digits more can show differs by the noise of reckoning. */
const MOST_MORE = 9

/**
 * How a number and the limits that it is held against are said in one sentence: with as many digits as it takes to tell them apart.
 * Rounded alone, 93.97 % is `94%`, and seems to have reached a limit of 94 % that it is below.
 */
export function apart(word: Wording, seen: number, limits: readonly number[]): (number: number) => string {
  const areApart = (more: number) => limits.every((limit) => limit === seen || word(limit, more) !== word(seen, more))
  let more = 0
  while (more <= MOST_MORE && !areApart(more)) more++
  return (number) => word(number, more <= MOST_MORE ? more : 0)
}

/** `1 request`, `412 requests`. */
export function inNumber(count: number, one: string, many: string = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

const SMALLEST = { ms: 1, name: 'ms' } as const
const UNITS = [
  { ms: 86_400_000, name: 'd' },
  { ms: 3_600_000, name: 'h' },
  { ms: 60_000, name: 'min' },
  { ms: 1000, name: 's' },
  SMALLEST,
] as const

/** The longest sentence that is told: one that quotes a whole page must not push out all others. Advice is several, and its author’s own words. */
const [LONGEST_SENTENCE, LONGEST_ADVICE] = [400, 1_000]

/**
 * A sentence in one line of text: control characters, which could forge lines or drive a terminal, become spaces; the marks that turn the
 * direction of writing go; what is too long is cut.
 */
export function inOneLine(sentence: string): string {
  return line(sentence, LONGEST_SENTENCE)
}

/** The same of advice, which may be longer. */
export function adviceInOneLine(advice: string): string {
  return line(advice, LONGEST_ADVICE)
}

function line(text: string, longest: number): string {
  const one = text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/\p{Bidi_Control}/gu, '')
    .trim()
  return one.length <= longest ? one : `${one.slice(0, longest - 1)}…`
}
