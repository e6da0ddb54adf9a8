/** Wrong setup: thrown at start, with every mistake found, one line each. The command line exits 2 with it. */
export class SetupError extends Error {
  override readonly name = 'SetupError'
  readonly mistakes: readonly string[]

  constructor(mistakes: readonly string[]) {
    // A mistake that quotes somebody else's message stays one line.
    const lines = mistakes.map((mistake) => mistake.replaceAll(/\s*[\r\n]\s*/g, ' '))
    super(lines.join('\n'))
    this.mistakes = lines
  }
}

/** What came, as a message shows it: `"abc"`, `NaN`, `undefined`, `[1,2]`, `a function`. Never longer than a line. */
export function shown(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'symbol') return String(value)
  return cut(asJson(value) ?? String(value), 80)
}

function asJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`
}
