import { ownFlags, valueOfFlag } from './node-flags.ts'

/** What went wrong in this process since the watch began, counted. */
export interface ErrorReading {
  /** Exceptions that nothing caught. */
  readonly uncaught: number
  /** Promises that were rejected and that nobody listened to. */
  readonly unhandled: number
  /** Those of the two that said that the machine has run out of something, by code: `EMFILE`, `ENOSPC`. */
  readonly exhausted: Readonly<Record<string, number>>
  /** Warnings of Node and of libraries by name: `MaxListenersExceededWarning`. */
  readonly warnings: Readonly<Record<string, number>>
  /** The newest error's name, and code where it has one; never its message, which may hold what users wrote. */
  readonly newest?: string
}

/** Counts until it is told to stop. Looking changes nothing. */
export interface ErrorWatch {
  look(): ErrorReading
  stop(): void
}

/** The part of `process` that tells of errors. */
export type ErrorSource = Pick<NodeJS.EventEmitter, 'on' | 'off' | 'listeners'>

/** Out of descriptors (of the process, of the machine), of disk space, of memory. */
export const EXHAUSTION_CODES: readonly string[] = ['EMFILE', 'ENFILE', 'ENOSPC', 'ENOMEM']

/** This many names are told apart; what comes after them is counted as `other`. */
const MOST_NAMES = 20

/** On every listener of ours, whichever copy of this module it comes from. */
const OURS = Symbol.for('failweb.error-watch')

/**
 * Counts errors without changing what becomes of them. `uncaughtExceptionMonitor` is made for that. A listener on
 * `unhandledRejection` is not: it alone keeps the process from crashing, so there is one of ours only while there is one of
 * somebody else's (and only then is it needed: the monitor, which else sees rejections too, is silent then). With
 * `--unhandled-rejections=warn` or `none` nothing crashes and the monitor is silent, so there is always one; with `strict` the monitor sees all.
 */
export function watchErrors(source: ErrorSource = process): ErrorWatch {
  const counts = new ErrorCounts()
  const mode = valueOfFlag(ownFlags(), 'unhandled-rejections') ?? 'throw'
  const stopRejections = watchRejections(source, mode, (reason) => counts.unhandled(reason))
  const onUncaught = (error: unknown, origin?: string) => {
    if (origin === 'unhandledRejection') counts.unhandled(error)
    else counts.uncaught(error)
  }
  const onWarning = (warning: unknown) => counts.warning(warning)
  source.on('uncaughtExceptionMonitor', onUncaught).on('warning', onWarning)
  return {
    look: () => counts.look(),
    stop() {
      source.off('uncaughtExceptionMonitor', onUncaught).off('warning', onWarning)
      stopRejections()
    },
  }
}

function watchRejections(source: ErrorSource, mode: string, count: (reason: unknown) => void): () => void {
  const onRejection = Object.assign((reason: unknown) => count(reason), { [OURS]: true })
  if (mode === 'strict') return () => {}
  if (mode === 'warn' || mode === 'none') {
    source.on('unhandledRejection', onRejection)
    return () => source.off('unhandledRejection', onRejection)
  }
  const follow = () => {
    source.off('unhandledRejection', onRejection)
    if (source.listeners('unhandledRejection').some(isForeign)) source.on('unhandledRejection', onRejection)
  }
  // `newListener` comes before the listener is there, `removeListener` after it has gone.
  const onNew = (event: unknown, listener: unknown) => {
    if (event !== 'unhandledRejection' || !isForeign(listener)) return
    source.off('unhandledRejection', onRejection).on('unhandledRejection', onRejection)
  }
  const onRemoved = (event: unknown, listener: unknown) => {
    if (event === 'unhandledRejection' && isForeign(listener)) follow()
  }
  source.on('newListener', onNew).on('removeListener', onRemoved)
  follow()
  return () => {
    source.off('newListener', onNew).off('removeListener', onRemoved)
    source.off('unhandledRejection', onRejection)
  }
}

function isForeign(listener: unknown): boolean {
  return typeof listener === 'function' && !(OURS in listener)
}

class ErrorCounts {
  #uncaught = 0
  #unhandled = 0
  #newest: string | undefined
  readonly #exhausted = new Map<string, number>()
  readonly #warnings = new Map<string, number>()

  uncaught(error: unknown): void {
    this.#uncaught += 1
    this.#note(error)
  }

  unhandled(reason: unknown): void {
    this.#unhandled += 1
    this.#note(reason)
  }

  warning(warning: unknown): void {
    add(this.#warnings, textOf(warning, 'name') ?? 'Warning')
  }

  look(): ErrorReading {
    return {
      uncaught: this.#uncaught,
      unhandled: this.#unhandled,
      exhausted: Object.fromEntries(this.#exhausted),
      warnings: Object.fromEntries(this.#warnings),
      ...(this.#newest !== undefined && { newest: this.#newest }),
    }
  }

  #note(error: unknown): void {
    const code = textOf(error, 'code')
    this.#newest = [textOf(error, 'name') ?? `a thrown ${typeof error}`, code].filter(Boolean).join(' ')
    if (code !== undefined && EXHAUSTION_CODES.includes(code)) add(this.#exhausted, code)
  }
}

function add(counts: Map<string, number>, name: string): void {
  const key = counts.has(name) || counts.size < MOST_NAMES ? name : 'other'
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

/** A short text property of whatever was thrown. Anything may be thrown, a proxy that throws as well. */
function textOf(thrown: unknown, key: string): string | undefined {
  try {
    const text = (thrown as Record<string, unknown> | null | undefined)?.[key]
    return typeof text === 'string' ? text.slice(0, 60) : undefined
  } catch {
    return undefined
  }
}
