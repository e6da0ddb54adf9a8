import type { Debugger, Session } from 'node:inspector'
import { fileURLToPath } from 'node:url'
import type { Clock } from '../core/clock.ts'
import { messageOf } from '../core/thrown.ts'

/** One function of a stack. `line` counts from 1. */
export interface Frame {
  readonly name: string
  readonly file: string
  readonly line: number
}

/** A stack, innermost function first; or why there is none. */
export type Capture = { readonly frames: readonly [Frame, ...Frame[]] } | NoStack

export interface NoStack {
  readonly because: string
  /** Whether somebody else's debugger has halted the thread: then that is why it is silent. */
  readonly halted: boolean
}

/** Native code answers no debugger. Longer than this nobody waits for one. */
const DEADLINE_MS = 2_000
const MOST_FRAMES = 8

/**
 * What the main thread is executing, asked by a worker through the inspector: it halts the thread for a moment, and lets it go.
 * Whatever happens, it is let go and the session ends: one that stayed would halt the thread at the next chance, for ever.
 * A thread that somebody else has halted is theirs, and stays as it is.
 * @param isSilent whether the thread has still not turned: the stack of one that has says nothing
 */
export async function captureStack(clock: Clock, isSilent: () => boolean): Promise<Capture> {
  try {
    // Loaded when it is needed: most guards never need it.
    const { Session } = await import('node:inspector')
    const session = new Session()
    session.connectToMainThread()
    return await halted(session, clock, isSilent)
  } catch (error) {
    return noStack(`its stack cannot be taken: ${messageOf(error)}`)
  }
}

function halted(session: Session, clock: Clock, isSilent: () => boolean): Promise<Capture> {
  const done = new AbortController()
  const files = new Map<string, string>()
  let asked = false
  return new Promise((resolve) => {
    const end = (capture: Capture) => {
      if (done.signal.aborted) return
      done.abort()
      letGo(session, 'frames' in capture || !capture.halted)
      resolve(capture)
    }
    // The frames of a halt name their files by number.
    session.on('Debugger.scriptParsed', ({ params }) => files.set(params.scriptId, params.url))
    session.on('Debugger.paused', ({ params }) => {
      if (!asked) end({ because: 'a debugger has halted it', halted: true })
      else if (!isSilent()) end(noStack('it turned again before its stack was taken'))
      else end(framesOf(params.callFrames, files))
    })
    session.post('Debugger.enable', (error) => {
      if (done.signal.aborted) return
      if (error) return end(noStack(`its stack cannot be taken: ${error.message}`))
      asked = true
      session.post('Debugger.pause')
    })
    clock.sleep(DEADLINE_MS, done.signal).then(() => end(noStack('it could not be halted within 2 s')))
  })
}

function letGo(session: Session, isOurs: boolean): void {
  try {
    if (isOurs) session.post('Debugger.resume')
  } finally {
    session.disconnect()
  }
}

function noStack(because: string): NoStack {
  return { because, halted: false }
}

/** The functions of the program; Node's own only where there are no others. */
function framesOf(callFrames: readonly Debugger.CallFrame[], files: ReadonlyMap<string, string>): Capture {
  const all = callFrames.map(({ functionName, location }) => ({
    name: functionName || 'an anonymous function',
    file: fileOf(files.get(location.scriptId) ?? ''),
    line: location.lineNumber + 1,
  }))
  const own = all.filter(({ file }) => !file.startsWith('node:'))
  const [first, ...others] = (own.length > 0 ? own : all).slice(0, MOST_FRAMES)
  return first ? { frames: [first, ...others] } : noStack('its stack is empty')
}

function fileOf(url: string): string {
  if (url === '') return 'code without a file'
  return url.startsWith('file:') ? fileURLToPath(url) : url
}

/** `spin (/app/dist/spin.js:12)`. */
export function frameInWords({ name, file, line }: Frame): string {
  return `${name} (${file}:${line})`
}
