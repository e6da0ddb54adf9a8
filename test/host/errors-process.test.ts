import { describe, expect, test } from 'vitest'
import { runChild } from './children/child.ts'

interface Story {
  readonly wrong: string
  /** `--unhandled-rejections`. */
  readonly mode?: string
  readonly code: number
  readonly seen: Readonly<Record<string, unknown>>
}

const STORIES: readonly Story[] = [
  { wrong: 'nothing', code: 0, seen: { uncaught: 0, unhandled: 0 } },
  { wrong: 'rejection', code: 1, seen: { uncaught: 0, unhandled: 1, newest: 'TypeError' } },
  { wrong: 'exception', code: 1, seen: { uncaught: 1, unhandled: 0, newest: 'RangeError' } },
  { wrong: 'heard-rejection', code: 0, seen: { uncaught: 0, unhandled: 1, exhausted: { EMFILE: 1 } } },
  { wrong: 'heard-once', code: 1, seen: { uncaught: 0, unhandled: 2 } },
  { wrong: 'caught-exception', code: 0, seen: { uncaught: 1, unhandled: 0 } },
  { wrong: 'rejection', mode: 'warn', code: 0, seen: { uncaught: 0, unhandled: 1, newest: 'TypeError' } },
  { wrong: 'rejection', mode: 'none', code: 0, seen: { uncaught: 0, unhandled: 1, warnings: {} } },
  { wrong: 'rejection', mode: 'strict', code: 1, seen: { uncaught: 0, unhandled: 1 } },
  { wrong: 'rejection', mode: 'warn-with-error-code', code: 1, seen: { uncaught: 0, unhandled: 0 } },
  { wrong: 'heard-rejection', mode: 'warn', code: 0, seen: { uncaught: 0, unhandled: 1 } },
  { wrong: 'heard-both', mode: 'strict', code: 0, seen: { uncaught: 0, unhandled: 1 } },
  { wrong: 'listeners', code: 0, seen: { warnings: { MaxListenersExceededWarning: 1 } } },
]

describe('a real process that goes wrong', () => {
  test.each(STORIES)('$wrong $mode: ends as it would unwatched, and two watches see it', async (story) => {
    const { wrong, mode = 'throw', code, seen } = story
    const flags = `export NODE_OPTIONS=--unhandled-rejections=${mode}`
    const [alone, watched] = await Promise.all([
      runChild('errors.ts', [wrong, 'unwatched'], flags),
      runChild('errors.ts', [wrong, 'watched'], flags),
    ])
    expect([alone.code, watched.code]).toEqual([code, code])
    expect(messages(watched.err)).toEqual(messages(alone.err))
    const readings = watched.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(readings).toHaveLength(2)
    for (const reading of readings) expect(reading).toMatchObject(seen)
  })
})

/** What it complained of, without process ids, places and stacks. */
function messages(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => /\w*(?:Error|Warning): .*/.exec(line)?.[0] ?? [])
}
