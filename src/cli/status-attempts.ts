import { inBytes } from '../core/byte-size.ts'
import { bytesOf } from '../core/remedy.ts'
import { inWords } from '../core/wording.ts'
import { harmless } from './display.ts'

/** A remedy that was tried, for a check or by hand. */
export interface ReportedAttempt {
  /** Absent where somebody asked for it. */
  readonly check?: string
  /** ISO 8601. */
  readonly time: string
  /** What ran, what it did, and whether it helped: one harmless line. */
  readonly told: string
}

/** Of the `attempts` of the detail, oldest first. */
export function readAttempts(json: unknown): readonly ReportedAttempt[] {
  return (Array.isArray(json) ? json : []).map((attempt) => ({
    ...(typeof attempt?.check === 'string' && { check: harmless(attempt.check) }),
    time: harmless(String(attempt?.time)),
    told: harmless(toldOf(attempt ?? {})),
  }))
}

interface Fields {
  readonly [name: string]: unknown
}

function toldOf({ remedy, result, took, error, helped, ...effects }: Fields): string {
  const ran = `${remedy} ${result}${typeof took === 'number' ? ` in ${inWords(took * 1000)}` : ''}`
  const did = [
    effectIn(effects['entries'], 'entries', String),
    effectIn(effects['bytes'], bytesOf(String(remedy)), inBytes),
  ]
  const outcome = typeof helped === 'boolean' ? [helped ? 'it helped' : 'it did not help'] : []
  return [ran, ...did.flat(), ...(error === undefined ? [] : [String(error)]), ...outcome].join('; ')
}

function effectIn(effect: unknown, noun: string, inUnit: (number: number) => string): readonly string[] {
  const { before, after } = (effect ?? {}) as Fields
  return typeof before === 'number' && typeof after === 'number' ? [`${noun} ${inUnit(before)} → ${inUnit(after)}`] : []
}
