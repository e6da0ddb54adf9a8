import type { Clock } from '../core/clock.ts'
import { LISTEN_EXPECTED, parseListen } from '../core/listen.ts'
import { SetupError, shown } from '../core/setup-error.ts'
import { type Answers, NOTHING_POSTED, type Posting } from './contract.ts'
import { Employment, type GuardEvent } from './employment.ts'
import { BEAT_MS } from './pulse.ts'

export type { Answers, Stall, Told } from './contract.ts'
export type { GuardEvent } from './employment.ts'

export interface GuardSettings {
  readonly clock: Clock
  /** A port, or `host:port`; 0 takes a free port. Default 8081, on every address. */
  readonly listen?: number | string
  /** The main thread counts as stopped, and liveness fails, when it was silent for so long. At least 1000. Default 10 000. */
  readonly silenceMs?: number
  /** Where to leave last words when the main thread is stopped. Default: nowhere. */
  readonly terminationMessagePath?: string
  /** Where to leave a copy of them for the next run. Default: nowhere. */
  readonly lastWordsPath?: string
  /** With one, reasons and metrics need it. Default: everybody may read them. */
  readonly token?: string
  /** Whether metrics are open even with a token. Default false. */
  readonly metricsPublic?: boolean
  /** Told of what the main thread can hear of: it does so late, when it was the one that was silent. */
  readonly onEvent?: (event: GuardEvent) => void
}

/** A worker thread that answers for the main thread, on a port of its own, also when that hangs. */
export interface Guard {
  /** Resolves to the port once the guard listens. @throws {SetupError} when it cannot listen there */
  start(): Promise<number>
  /**
   * What to answer from now on. Cheap: the worker is told ten times a second at most, and `answers` is asked when it is, so that
   * it says what is so then. May be called before `start`.
   */
  post(answers: () => Answers): void
  /** Ends the worker: resolves when it has ended. */
  stop(): Promise<void>
}

const DEFAULT_PORT = 8081
const DEFAULT_SILENCE_MS = 10_000
const SHORTEST_SILENCE_MS = 1_000

/** @throws {SetupError} with every mistake in the settings */
export function createGuard(settings: GuardSettings): Guard {
  const posting = postingOf(settings)
  const { beats } = posting
  const { clock, onEvent = () => {} } = settings
  let answers = () => NOTHING_POSTED
  let isSent = true
  let sentSinceBeat = false
  const handed = () => {
    isSent = true
    return { ...posting, answers: answers() }
  }
  let stopBeating = () => {}
  const employment = new Employment(clock, handed, onEvent)
  const send = () => {
    if (isSent) return
    isSent = true
    sentSinceBeat = true
    employment.send(answers())
  }
  return {
    start() {
      const beat = () => {
        Atomics.add(beats, 0, 1)
        sentSinceBeat = false
        send()
      }
      beat()
      stopBeating = clock.every(BEAT_MS, beat)
      return employment.begin()
    },
    post(newest) {
      answers = newest
      isSent = false
      if (!sentSinceBeat) send()
    },
    stop() {
      stopBeating()
      return employment.end()
    },
  }
}

function postingOf(settings: GuardSettings): Omit<Posting, 'answers'> {
  const { listen = DEFAULT_PORT, silenceMs = DEFAULT_SILENCE_MS, metricsPublic = false } = settings
  const { terminationMessagePath, lastWordsPath, token } = settings
  const address = parseListen(listen)
  const mistakes: string[] = []
  if (!address) mistakes.push(`guard.listen: expected ${LISTEN_EXPECTED}; got ${shown(listen)}`)
  if (!(silenceMs >= SHORTEST_SILENCE_MS && Number.isFinite(silenceMs))) {
    mistakes.push(`guard.silenceMs: expected at least ${SHORTEST_SILENCE_MS}; got ${shown(silenceMs)}`)
  }
  if (!address || mistakes.length > 0) throw new SetupError(mistakes)
  return {
    ...address,
    silenceMs,
    metricsPublic,
    beats: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)),
    ...(terminationMessagePath !== undefined && { terminationMessagePath }),
    ...(lastWordsPath !== undefined && { lastWordsPath }),
    ...(token !== undefined && { token }),
  }
}
