/** A length of time as a sentence says it: `3.1 ms`, `380 ms`, `1.5 s`, `12 min`, `3.5 h`, `2.5 d`. */
export function inWords(milliseconds: number): string {
  const [size, unit] = UNITS.find(([size]) => Math.abs(milliseconds) >= size) ?? [1, 'ms']
  return `${rounded(milliseconds / size)} ${unit}`
}

/** A share as a sentence says it: `0.3%`, `12%`, `79.9%`, which is not yet the 80 % that a limit may be at. */
export function inPercent(ratio: number): string {
  const percent = ratio * 100
  return `${Number(percent.toFixed(Math.abs(percent) < 1 ? 2 : 1))}%`
}

/** `1 request`, `412 requests`. */
export function inNumber(count: number, one: string, many: string = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
] as const

/** Two digits that count, and all of those before the point. */
function rounded(number: number): number {
  return Math.abs(number) >= 10 ? Math.round(number) : Number(number.toPrecision(2))
}

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
