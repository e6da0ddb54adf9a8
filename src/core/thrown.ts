import { cut } from './setup-error.ts'

/** A chain of causes may be long, or lead back to itself. */
const MOST_LINKS = 5
const LONGEST = 1_000
const UNREADABLE = 'it threw something that cannot be read'

/** One of a chain of causes: the first is what was thrown. */
interface Link {
  readonly message: string
  readonly code?: string
}

/**
 * What was thrown, in words: its message, those of its causes, and a code that none of them holds, as in `fetch failed: connect ECONNREFUSED
 * 127.0.0.1:2` and `duplicate key (23505)`. An error that says nothing at all is an empty text. Anything may be thrown, and not everything
 * can be read: an object without a prototype, a message that throws.
 */
export function messageOf(thrown: unknown): string {
  const links = chainOf(thrown)
  if (!links) return UNREADABLE
  const said = links.map(({ message }) => message).join(' ')
  const told: string[] = []
  for (const { message, code } of links) {
    // Many an error quotes its cause.
    if (message !== '' && !told.some((earlier) => earlier.includes(message))) told.push(message)
    if (code === undefined || [said, ...told].some((text) => text.includes(code))) continue
    told.push(message === '' ? code : `${told.pop()} (${code})`)
  }
  return cut(told.join(': '), LONGEST)
}

/** The same with the kind of error before it, as a log has it: `TypeError: fetch failed: …`. */
export function namedMessageOf(thrown: unknown): string {
  const message = messageOf(thrown)
  if (message === UNREADABLE) return 'something that cannot be shown'
  const name = isError(thrown) ? fieldOf(thrown, 'name') : undefined
  return typeof name === 'string' && message !== name ? [name, message].filter(Boolean).join(': ') : message
}

/** Undefined where there is none, or none that can be read. */
export function stackOf(thrown: unknown): string | undefined {
  const stack = fieldOf(thrown, 'stack')
  return typeof stack === 'string' ? stack : undefined
}

/** Undefined where not even the first can be read. */
function chainOf(thrown: unknown): readonly Link[] | undefined {
  const links: Link[] = []
  const seen = new Set<unknown>()
  for (let next = thrown; links.length < MOST_LINKS && !seen.has(next); next = causeOf(next)) {
    if (links.length > 0 && (next === undefined || next === null)) break
    const link = linkOf(next)
    if (!link) break
    seen.add(next)
    links.push(link)
  }
  return links.length > 0 ? links : undefined
}

function linkOf(thrown: unknown): Link | undefined {
  try {
    const code = codeOf(thrown)
    const message = cut(textOf(thrown, code), LONGEST)
    return { message, ...(code !== undefined && !(message !== '' && tellsNothing(code)) && { code: String(code) }) }
  } catch {
    return undefined
  }
}

/** @throws whatever its message, its prototype or its `toString` throw */
function textOf(thrown: unknown, code: unknown): string {
  if (typeof thrown === 'function') return 'a function'
  if (typeof thrown !== 'object' || thrown === null) return String(thrown)
  const { message } = thrown as { message?: unknown }
  if (thrown instanceof Error) return String(message ?? '') || kindOf(thrown, code)
  if (typeof message === 'string' && message !== '') return message
  const text = String(thrown)
  if (text !== '[object Object]') return text
  // Not what they hold: a thrown answer or request has tokens in it.
  return code === undefined
    ? `an object with ${cut(Object.keys(thrown).slice(0, 9).join(', ') || 'no fields', 80)}`
    : ''
}

/** `TypeError`, where nothing else is said. */
function kindOf(error: Error, code: unknown): string {
  const isSaid = code !== undefined || causeOf(error) !== undefined
  const { name } = error
  return isSaid || name === 'Error' || typeof name !== 'string' ? '' : name
}

type Code = string | number

function codeOf(thrown: unknown): Code | undefined {
  const code = fieldOf(thrown, 'code')
  return (typeof code === 'string' && code !== '' && code.length <= 60) || typeof code === 'number' ? code : undefined
}

/** Beside a message: Node's own codes are its message in short, and a number is mostly one that nobody knows by heart. */
function tellsNothing(code: Code): boolean {
  return typeof code === 'number' || code.startsWith('ERR_')
}

/** What nothing but its parts tells, as a connection that failed by both protocols, is told by the first of them. */
function causeOf(thrown: unknown): unknown {
  const errors = fieldOf(thrown, 'errors')
  return fieldOf(thrown, 'cause') ?? (fieldOf(thrown, 'message') === '' ? fieldOf(errors, 0) : undefined)
}

function fieldOf(thrown: unknown, key: string | number): unknown {
  try {
    return typeof thrown === 'object' ? (thrown as Record<string | number, unknown> | null)?.[key] : undefined
  } catch {
    return undefined
  }
}

/** A proxy may refuse to be asked even that. */
function isError(thrown: unknown): boolean {
  try {
    return thrown instanceof Error
  } catch {
    return false
  }
}
