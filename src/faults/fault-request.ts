import { shown } from '../core/setup-error.ts'
import { RefusedFault } from './refused-fault.ts'

/** What the body of `PUT /faults/NAME` asks for; neither settings nor time to live are validated yet. */
export interface FaultRequest {
  readonly settings: Readonly<Record<string, unknown>>
  readonly ttlSeconds?: unknown
}

/** Reads `{"headersMs":500,"ttlSeconds":30}`: the settings, and beside them the time to live. An empty body takes every default. */
export function readFaultRequest(body: string): FaultRequest {
  const parsed: unknown = body.trim() === '' ? {} : parse(body)
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw wrongBody(shown(parsed))
  const { ttlSeconds, ...settings } = parsed as Record<string, unknown>
  return { settings, ...(ttlSeconds !== undefined && { ttlSeconds }) }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    throw wrongBody(shown(body))
  }
}

function wrongBody(got: string): RefusedFault {
  return new RefusedFault(400, `body: expected a JSON object such as {"ttlSeconds":30}; got ${got}`)
}
