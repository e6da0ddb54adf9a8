import type { Values } from '../core/check.ts'
import type { Caps } from './caps.ts'
import type { Effects, Fault } from './fault.ts'

/** One fault, as `GET /faults` shows it. Times are of the day, in ISO 8601. */
export interface FaultState {
  readonly name: string
  readonly about: string
  readonly active: boolean
  /** The settings in force; absent when it is not active. */
  readonly settings?: Readonly<Record<string, unknown>>
  readonly since?: string
  /** When it ends by itself. */
  readonly until?: string
  /** How far it has come. */
  readonly progress?: Values
  /** How it ended the last time: `expired`, `cleared`, `replaced`, or `failed: ` and why. */
  readonly ended?: string
  /** What may be set, in words, with its default. */
  readonly accepts: Readonly<Record<string, string>>
}

/** A fault that is active. Times are of the day, in milliseconds since 1970. */
export interface Run {
  readonly fault: Fault
  readonly settings: Readonly<Record<string, unknown>>
  readonly since: number
  readonly until: number
  readonly over: AbortController
  readonly effects: Effects
}

export function stateOf({ name, about, fields }: Fault, caps: Caps, run?: Run, ended?: string): FaultState {
  return {
    name,
    about,
    active: run !== undefined,
    ...(run && shownRun(run)),
    ...(ended !== undefined && { ended }),
    accepts: inWords(fields(caps)),
  }
}

function shownRun({ settings, since, until, effects }: Run) {
  const progress = effects.progress?.()
  const times = { since: new Date(since).toISOString(), until: new Date(until).toISOString() }
  return { settings, ...times, ...(progress && { progress }) }
}

function inWords(fields: ReturnType<Fault['fields']>): Readonly<Record<string, string>> {
  const words = Object.entries(fields).map(([key, { expected, fallback }]) => {
    const otherwise = fallback?.value === undefined ? '' : `; ${JSON.stringify(fallback.value)} by default`
    return [key, `${expected}${otherwise}`]
  })
  return Object.fromEntries(words)
}
