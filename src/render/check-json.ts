import type { Forecast, ValueLimits, Values } from '../core/check.ts'
import type { CheckState } from '../core/snapshot.ts'
import type { Status } from '../core/status.ts'
import type { Scene } from './scene.ts'

type Json = Record<string, unknown>

/** Every check under its key, with an element for each of its parts. Who may not see reasons gets its status alone. */
export function checksJson(checks: readonly CheckState[], scene: Scene): Json {
  return Object.fromEntries(checks.map((check) => [keyOf(check), elementsOf(check, scene)]))
}

function keyOf({ name, observes }: CheckState): string {
  return observes ? `${name}:${observes.measurement}` : name
}

function elementsOf(check: CheckState, scene: Scene): readonly Json[] {
  if (!scene.open) return [{ componentType: 'component', ...statusJson(check.status) }]
  const whole = { ...statusJson(check.status), ...timesOf(check, scene), cure: check.cure }
  if (check.parts.length === 0) return [{ componentType: 'component', ...whole, ...subjectJson(check, check) }]
  return check.parts.map((part) => ({
    componentId: part.subject,
    componentType: 'component',
    ...whole,
    ...subjectJson(part, check),
    // Patience, and with it the standing, is the check's; a part's own status is as it was last seen.
    ...(check.status !== 'unknown' && { status: part.status }),
  }))
}

interface Subject {
  readonly status: Status
  readonly because: string
  readonly values: Values
  readonly limits?: ValueLimits
  readonly forecast?: Forecast
}

function subjectJson(subject: Subject, { observes, advice }: Pick<CheckState, 'observes' | 'advice'>): Json {
  const { status, because, values, limits, forecast } = subject
  const observed = observes && values[observes.value]
  const isWrong = status === 'warn' || status === 'fail'
  return {
    ...(observed !== undefined && { observedValue: observed, observedUnit: unitOf(observes?.value ?? '') }),
    ...(status !== 'pass' && { output: because }),
    because,
    ...(isWrong && advice !== undefined && { advice }),
    values,
    ...(limits && { limits }),
    ...(forecast && { forecast }),
  }
}

function statusJson(status: Status): Json {
  return { status: status === 'unknown' ? 'warn' : status, standing: status }
}

function timesOf({ since, lookedAt }: CheckState, { now }: Scene): Json {
  if (lookedAt === null) return { time: iso(now), since: iso(since) }
  return { time: iso(lookedAt), since: iso(since), age: round(Math.max(0, now - lookedAt) / 1000) }
}

const UNITS: readonly (readonly [ending: string, unit: string])[] = [
  ['_seconds', 's'],
  ['_bytes', 'bytes'],
  ['_ratio', 'ratio'],
  ['_percent', 'percent'],
]

function unitOf(valueName: string): string {
  return UNITS.find(([ending]) => valueName.endsWith(ending))?.[1] ?? valueName.slice(valueName.lastIndexOf('_') + 1)
}

/** ISO 8601 UTC. */
export const iso = (at: number) => new Date(at).toISOString()
/** Seconds, to a thousandth. */
export const round = (seconds: number) => Math.round(seconds * 1000) / 1000
