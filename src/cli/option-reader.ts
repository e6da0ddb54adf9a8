import { SetupError } from '../core/setup-error.ts'

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** `5m`, `90s`, `1h30m`, `500ms` in milliseconds; undefined where it is none. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)
  return [...parts].reduce((total, [, amount, unit = '']) => total + Number(amount) * (UNITS_MS[unit] ?? 0), 0)
}

/** Reads a command's options, and finds every mistake before any is told. */
export class OptionReader {
  readonly mistakes: string[] = []
  readonly #values: ReadonlyMap<string, string>

  /** @param known every option that takes a value; one that is not among them is a mistake */
  constructor(command: string, values: ReadonlyMap<string, string>, known: readonly string[]) {
    this.#values = values
    for (const name of values.keys()) {
      if (!known.includes(name)) this.mistakes.push(`--${name}: failweb ${command} has no such option; see its --help`)
    }
  }

  has(name: string): boolean {
    return this.#values.has(name)
  }

  /** Never an empty text: that is what a variable leaves behind which is not set, `--url="$URL"`. @param expected what it is, in words */
  text<Fallback extends string | undefined>(name: string, fallback: Fallback, expected: string): string | Fallback {
    const text = this.#values.get(name)
    if (text === undefined) return fallback
    return text.trim() === '' ? this.#refuse(name, expected, text, fallback) : text
  }

  /** Milliseconds. */
  duration<Fallback extends number | undefined>(name: string, fallback: Fallback, leastMs = 0): number | Fallback {
    const text = this.#values.get(name)
    if (text === undefined) return fallback
    const ms = parseDuration(text)
    if (ms !== undefined && ms >= leastMs) return ms
    return this.#refuse(name, 'a duration such as 90s, 5m or 1h30m', text, fallback)
  }

  number<Fallback extends number | undefined>(
    name: string,
    fallback: Fallback,
    [least, most]: readonly [number, number],
  ): number | Fallback {
    const text = this.#values.get(name)
    if (text === undefined) return fallback
    const number = text.trim() === '' ? Number.NaN : Number(text)
    if (number >= least && number <= most) return number
    return this.#refuse(name, `a number from ${least} to ${most}`, text, fallback)
  }

  count<Fallback extends number | undefined>(name: string, fallback: Fallback, most = 1_000_000): number | Fallback {
    const text = this.#values.get(name)
    if (text === undefined) return fallback
    if (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= most) return Number(text)
    return this.#refuse(name, `a whole number from 1 to ${most}`, text, fallback)
  }

  word<Word extends string>(name: string, words: readonly Word[], fallback: Word): Word {
    const text = this.#values.get(name)
    if (text === undefined) return fallback
    return words.find((word) => word === text) ?? this.#refuse(name, words.join(' or '), text, fallback)
  }

  /** @throws {SetupError} with every mistake found so far */
  finish(): void {
    if (this.mistakes.length > 0) throw new SetupError(this.mistakes)
  }

  #refuse<Fallback>(name: string, expected: string, text: string, fallback: Fallback): Fallback {
    this.mistakes.push(`--${name}: expected ${expected}; got ${text.trim() || 'nothing'}`)
    return fallback
  }
}
