/** Whether the main thread turns its event loop. `late`: silent for over a second. `stopped`: silent for `silenceMs`. */
export type Turning = 'turning' | 'late' | 'stopped'

export const TURNINGS: readonly Turning[] = ['turning', 'late', 'stopped']

/** How often the main thread beats, and how often its guard looks. */
export const BEAT_MS = 100
export const LOOK_MS = 250
/** From this silence on the main thread is late. */
export const LATE_MS = 1_000

/** No more than this counts as silence between two looks: what is over it, the guard itself did not run. */
const MOST_BETWEEN_LOOKS_MS = 2 * LOOK_MS

/** What is known of the main thread at one moment. */
export interface Pulse {
  readonly state: Turning
  /** For how long it has been silent, less the time in which the guard itself did not run. */
  readonly silentMs: number
  /** How often it was late or stopped, this time included. */
  readonly stalls: number
  readonly longestMs: number
  /** For how long the guard itself did not run, in all: no verdict is given for that. */
  readonly creditedMs: number
  /** When it was seen, on a monotonic clock, and how often the main thread had beaten then. */
  readonly at: number
  readonly beats: number
}

export function firstPulse(at: number, beats: number): Pulse {
  return { state: 'turning', silentMs: 0, stalls: 0, longestMs: 0, creditedMs: 0, at, beats }
}

/**
 * The pulse after another look. A process that is stopped (SIGSTOP, a throttled or frozen cgroup) stops its guard too: both
 * come back at once, and the guard may be first. Then nobody was silent, and nobody is to be judged for it.
 */
export function observe(pulse: Pulse, at: number, beats: number, silenceMs: number): Pulse {
  const elapsedMs = at - pulse.at
  const countedMs = Math.min(elapsedMs, MOST_BETWEEN_LOOKS_MS)
  const silentMs = beats === pulse.beats ? pulse.silentMs + countedMs : 0
  const state = stateAfter(silentMs, silenceMs)
  const isNewStall = pulse.state === 'turning' && state !== 'turning'
  return {
    state,
    silentMs,
    stalls: pulse.stalls + (isNewStall ? 1 : 0),
    longestMs: state === 'turning' ? pulse.longestMs : Math.max(pulse.longestMs, silentMs),
    creditedMs: pulse.creditedMs + elapsedMs - countedMs,
    at,
    beats,
  }
}

function stateAfter(silentMs: number, silenceMs: number): Turning {
  if (silentMs >= silenceMs) return 'stopped'
  return silentMs >= LATE_MS ? 'late' : 'turning'
}
