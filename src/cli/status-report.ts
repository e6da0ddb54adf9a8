import type { Forecast, ValueLimits } from '../core/check.ts'
import { STATUSES, type Status } from '../core/status.ts'
import { harmless } from './display.ts'
import type { Point } from './sparkline.ts'
import { type ReportedAttempt, readAttempts } from './status-attempts.ts'

/** What a running service says of itself, read from its detail. Every text is one harmless line. Times are ISO 8601. */
export interface StatusReport {
  readonly url: string
  readonly status: 'pass' | 'warn' | 'fail'
  /** Why it fails. */
  readonly output?: string
  /** The counter behind the heartbeat, in percent. */
  readonly percent?: number
  /** Whether reasons and values are kept from who does not know the token. */
  readonly withheld: boolean
  readonly release?: string
  readonly instance?: string
  readonly description?: string
  readonly notes: readonly string[]
  readonly checks: readonly ReportedCheck[]
  /** The remedies that were tried last, oldest first. */
  readonly attempts: readonly ReportedAttempt[]
  readonly run?: ReportedRun
}

export interface ReportedCheck {
  readonly name: string
  /** What is said of it. */
  readonly status: Status
  readonly since?: string
  /** Why it does not pass, in one sentence of the whole check. */
  readonly because?: string
  /** What would make it pass again: `restart`, `wait` or `person`. */
  readonly cure?: string
  /** What a person does about it. */
  readonly advice?: string
  /** One element where it has no parts. */
  readonly parts: readonly ReportedPart[]
  readonly history: readonly Point[]
}

export interface ReportedPart {
  readonly subject?: string
  readonly status: Status
  readonly because?: string
  readonly value?: number
  readonly limits?: ValueLimits
  readonly forecast?: Forecast
}

export interface ReportedRun {
  readonly startedAt: string
  readonly uptimeSeconds: number
  readonly previous?: {
    readonly endedAt: string
    readonly livedSeconds: number
    readonly why: string
    readonly exit: string
  }
}

/** The detail of `/healthz`; undefined where that is no such detail. */
export function readReport(url: string, json: unknown): StatusReport | undefined {
  const detail = fieldsOf(json)
  const status = (['pass', 'warn', 'fail'] as const).find((word) => word === detail['status'])
  const keys = isFields(detail['checks']) ? Object.entries(detail['checks']) : undefined
  if (!status || !keys) return undefined
  const [decay] = listIn(fieldsOf(detail['checks'])['decay:utilization'])
  const checks = keys
    .filter(([key]) => !key.startsWith('decay:'))
    .map(([key, elements]) => checkIn(key, listIn(elements)))
  return {
    url,
    status,
    ...textIn(detail, 'output'),
    ...numberIn(fieldsOf(decay), 'percent', 'observedValue'),
    withheld: !isFields(detail['run']),
    ...textIn(detail, 'release', 'releaseId'),
    ...textIn(detail, 'instance', 'serviceId'),
    ...textIn(detail, 'description'),
    notes: listIn(detail['notes']).map((note) => harmless(String(note))),
    checks,
    attempts: readAttempts(detail['attempts']),
    ...(isFields(detail['run']) && { run: runIn(detail['run']) }),
  }
}

/** What `GET /healthz/NAME` says of a check that does not pass; the detail of all has its parts alone. */
export function readBecause(name: string, json: unknown): { readonly because?: string } {
  const { because } = textIn(fieldsOf(json), 'because', 'output')
  return because === undefined ? {} : { because: because.replace(`${name}: `, '') }
}

/** The points of `GET /healthz/NAME?history`, oldest first. */
export function readHistory(json: unknown): readonly Point[] {
  const history = fieldsOf(fieldsOf(json)['history'])
  return listIn(history['fine']).map((point) => {
    const fields = fieldsOf(point)
    return { status: statusIn(fields['standing']), ...numberIn(fields, 'value') }
  })
}

type Fields = Readonly<Record<string, unknown>>

function checkIn(key: string, elements: readonly unknown[]): ReportedCheck {
  const whole = fieldsOf(elements[0])
  return {
    name: harmless(key.replace(/:.*$/s, '')),
    status: statusIn(whole['standing'] ?? whole['status']),
    ...textIn(whole, 'since'),
    ...textIn(whole, 'cure'),
    ...textIn(fieldsOf(elements.find((element) => 'advice' in fieldsOf(element))), 'advice'),
    parts: elements.map((element) => partIn(fieldsOf(element))),
    history: [],
  }
}

function partIn(element: Fields): ReportedPart {
  const limits = fieldsOf(element['limits'])
  const forecast = fieldsOf(element['forecast'])
  const [soonest, likely, latest] = listIn(forecast['etaSeconds'])
  return {
    ...textIn(element, 'subject', 'componentId'),
    status: statusIn(element['standing'] === 'unknown' ? 'unknown' : element['status']),
    ...textIn(element, 'because'),
    ...numberIn(element, 'value', 'observedValue'),
    ...(isFields(element['limits']) && { limits: { ...numberIn(limits, 'warn'), ...numberIn(limits, 'fail') } }),
    ...(isNumber(soonest) &&
      isNumber(likely) && {
        forecast: {
          limit: harmless(String(forecast['limit'])),
          etaSeconds: [soonest, likely, isNumber(latest) ? latest : null],
        },
      }),
  }
}

function runIn(run: Fields): ReportedRun {
  const previous = fieldsOf(run['previous'])
  return {
    startedAt: harmless(String(run['startedAt'])),
    uptimeSeconds: isNumber(run['uptimeSeconds']) ? run['uptimeSeconds'] : 0,
    ...(isFields(run['previous']) && {
      previous: {
        endedAt: harmless(String(previous['endedAt'])),
        livedSeconds: isNumber(previous['lived']) ? previous['lived'] : 0,
        why: harmless(String(previous['why'])),
        exit: harmless(String(previous['exit'])),
      },
    }),
  }
}

/** A word that is none of ours is not a pass. */
function statusIn(word: unknown): Status {
  return STATUSES.find((status) => status === word) ?? 'unknown'
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {})
const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

/** The field `as`, where there is a text under `name`. */
function textIn<Key extends string>(fields: Fields, as: Key, name: string = as): { [K in Key]?: string } {
  const value = fields[name]
  return (typeof value === 'string' && value !== '' ? { [as]: harmless(value) } : {}) as { [K in Key]?: string }
}

function numberIn<Key extends string>(fields: Fields, as: Key, name: string = as): { [K in Key]?: number } {
  const value = fields[name]
  return (isNumber(value) ? { [as]: value } : {}) as { [K in Key]?: number }
}
