import { DECAY } from '../core/answer.ts'
import type { Cause, Hang, Kind } from '../core/previous-run.ts'
import { withoutAgain } from '../core/remedy.ts'
import { DRAWN, HEALTHY_AGAIN, NOTED } from './last-words.ts'
import { type Line, wordsIn } from './line.ts'
import { howUncaught, placeIn } from './place.ts'

/**
 * Reads the end of a run from its lines. A killed one could not say why: its last words may have, which begin with the worst; else it is
 * what was failing when it was last heard of.
 */
export function causeOf(lines: readonly Line[], lastWords = ''): Cause {
  const cause = endOf(lines, lastWords)
  return { ...cause, ...kindOf(cause.why) }
}

/** The guard's sentence is the one that begins so. */
const SILENT = 'the main thread'

/** In the guard's words, which come after how long it was silent. */
function hangIn(why: string): Hang {
  const [, found = ''] = why.split(': ')
  if (found.startsWith('executing')) return 'computes'
  if (found.startsWith('blocked')) return 'waits'
  return found.startsWith('starved') || found.startsWith('frozen') ? 'kept' : 'other'
}

function kindOf(why: string): Kind {
  return {
    ...(why.startsWith(DRAWN) && { drawn: why.includes(DECAY) ? 'counter' : 'fault' }),
    ...(why.startsWith(SILENT) && { hung: hangIn(why) }),
    ...(why.includes(NOTED) && { noted: true }),
  }
}

function endOf(lines: readonly Line[], lastWords: string): Cause {
  const newest = (entry: string) => lines.findLast((line) => line.entry === entry)
  const [stopping, ended, uncaught, exit] = [newest('stopping'), newest('end'), newest('uncaught'), newest('exit')]
  const isCutShort = stopping && uncaught && !ended && uncaught.n > stopping.n
  if (stopping && !isCutShort) return stoppedFor(stopping, ended !== undefined, exit)
  if (uncaught) {
    const why = `${howUncaught(uncaught['origin'])} ${text(uncaught, 'because')}${placeIn(uncaught['stack'])}`
    return {
      end: 'uncaught',
      exit: 'uncaught',
      why: stopping ? `${why}, while it stopped for ${text(stopping, 'by')}` : why,
    }
  }
  if (exit) return exitedWith(Number(wordsIn(exit['code'])))
  if (ended) return { end: 'clean', exit: 'stopped', why: 'it was stopped' }
  const [words = ''] = lastWords.split('\n')
  return { end: 'killed', exit: 'killed', ...killedFor(words, lines) }
}

function killedFor(words: string, lines: readonly Line[]): Pick<Cause, 'why' | 'failing'> {
  if (words !== '' && !words.startsWith(HEALTHY_AGAIN)) return { why: words, failing: true }
  const heard = lastHeard(lines)
  // What had passed by then was not what it was killed for, unless something else has failed since.
  return words === '' || heard.failing ? heard : { why: words, failing: false }
}

function stoppedFor(stopping: Line, ended: boolean, exit: Line | undefined): Cause {
  const [by, why] = [text(stopping, 'by'), text(stopping, 'why')]
  const end = stopping['unhealthy'] === true ? 'unhealthy' : 'clean'
  const [failing, warned] = [stopping['failing'] === true, stopping['warned'] === true]
  const advice = [stopping['advice']].flat().flatMap((one) => wordsIn(one) ?? [])
  const checkAdvice = Object.entries(stopping['checkAdvice'] ?? {}).flatMap(([name, advice]) => {
    const words = wordsIn(advice)
    return words === undefined ? [] : [[name, words] as const]
  })
  if (ended)
    return {
      end,
      exit: by,
      why,
      failing,
      ...(warned && { warned }),
      ...(stopping['late'] === true && { late: true }),
      ...(advice.length > 0 && { advice }),
      ...(checkAdvice.length > 0 && { checkAdvice: Object.fromEntries(checkAdvice) }),
      orderly: true,
    }
  if (exit) return { end, exit: by, why: `${why}; cut short with exit ${text(exit, 'code')}` }
  return { end: 'killed', exit: 'killed', why: `it had not yet stopped for ${by}: ${why}` }
}

/** Exit codes as the command line has them: 0 is a clean stop, 69 one while unhealthy. Any other was nobody's order. */
function exitedWith(code: number): Cause {
  const end = code === 0 ? 'clean' : code === 69 ? 'unhealthy' : 'uncaught'
  return { end, exit: `exit ${code}`, why: `it ended itself with exit code ${code}` }
}

/** This many reasons are told; the others are counted. */
const MOST_REASONS = 3

/** What stood against a run when it was last heard of: the newest first. */
function lastHeard(lines: readonly Line[]): Pick<Cause, 'why' | 'failing'> {
  const standing = new Map<string, Line>()
  for (const line of lines.filter(({ entry }) => entry === 'transition')) {
    standing.delete(text(line, 'name'))
    standing.set(text(line, 'name'), line)
  }
  const newest = [...standing.values()].reverse()
  const reasons = newest.filter((line) => line['to'] === 'fail').map(reasonIn)
  if (reasons.length > 0) return { why: listed(reasons), failing: true }
  const warnings = newest.filter((line) => line['to'] === 'warn').map(reasonIn)
  const warned = warnings.length > 0 ? `warned: ${listed(warnings)}; ` : ''
  return { why: `${warned}no check was failing when it was last heard of`, failing: false }
}

function reasonIn(line: Line): string {
  return `${text(line, 'name')}: ${withoutAgain(text(line, 'because'))}`
}

function listed(reasons: readonly string[]): string {
  const more = reasons.length - MOST_REASONS
  return reasons.slice(0, MOST_REASONS).join('; ') + (more > 0 ? `; and ${more} more` : '')
}

function text(line: Line, detail: string): string {
  return wordsIn(line[detail]) ?? `(${detail} not told)`
}
