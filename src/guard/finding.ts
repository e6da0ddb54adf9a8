import { inWords } from '../core/wording.ts'
import type { Attribution } from './attribution.ts'
import { type Capture, frameInWords } from './stack.ts'

/** What was found out about one stall. */
export interface Finding {
  readonly attribution: Attribution
  /** Absent until the stack was asked for. */
  readonly capture?: Capture
}

/** `the main thread has been silent for 12 s: executing in spin (/app/spin.js:12)`. */
export function silentSentence(silentMs: number, finding: Finding): string {
  return `the main thread has been silent for ${inWords(silentMs)}: ${whatItDoes(finding)}`
}

/** The same of a silence that is over. */
export function wasSilentSentence(silentMs: number, finding: Finding): string {
  return `the main thread was silent for ${inWords(silentMs)}: ${whatItDoes(finding)}`
}

export function stackLines({ capture }: Finding): readonly string[] {
  return capture && 'frames' in capture ? capture.frames.map(frameInWords) : []
}

/**
 * The text of the termination message: what was found, where it hangs, then what the main thread would have said.
 * @param when the sentence is true: `at 2026-01-01T00:00:00.000Z`
 */
export function lastWords(sentence: string, finding: Finding, when: string, posted = ''): string {
  const stack = stackLines(finding).map((line) => `  at ${line}\n`)
  return `${sentence} (${when})\n${stack.join('')}${posted}`
}

/** `executing in spin (/app/spin.js:12)`, `blocked in a call: read`. */
export function whatItDoes({ attribution, capture }: Finding): string {
  const { cause, words } = attribution
  if (!capture) return words
  if ('frames' in capture) return `${words}${cause === 'executing' ? '' : ','} in ${frameInWords(capture.frames[0])}`
  if (capture.halted) return capture.because
  // A call that blocks runs no JavaScript; to say so explains nothing.
  return cause === 'blocked' ? words : `${words}; ${capture.because}`
}
