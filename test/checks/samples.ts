import type { Check, Said, Sample, Verdict } from '../../src/core/check.ts'
import { DEFAULT_RHYTHM } from '../../src/core/rhythm.ts'
import { parseSettings } from '../../src/core/settings-schema.ts'
import { type Standing, UNSEEN } from '../../src/core/standing.ts'
import type { Judged, Status } from '../../src/core/status.ts'
import { standAfter } from '../stand-after.ts'

/** One look's worth: a reading, and what was seen of it and said. */
export interface Judgement {
  readonly at: number
  readonly sighting: Judged
  readonly said: Status
  readonly verdict: Verdict
}

/** Judges readings one after the other as the engine does: the last `keep` samples, what was said, patience. */
export function judgeAll<Reading, Settings, Held>(
  check: Check<Reading, Settings, Held>,
  samples: readonly Sample<Reading>[],
  settings: Settings,
): readonly Judgement[] {
  let standing: Standing = UNSEEN
  let parts: Said['parts'] = {}
  return samples.map((sample, index) => {
    const history = samples.slice(Math.max(0, index + 1 - (check.keep ?? 1)), index)
    const [first = sample, ...later] = [...history, sample]
    const verdict = check.judge([first, ...later], settings, { status: standing.said, parts })
    parts = Object.fromEntries((verdict.parts ?? []).map(({ subject, status }) => [subject, status]))
    standing = standAfter(standing, verdict, { ...DEFAULT_RHYTHM, ...check.rhythm })
    return { at: sample.at, sighting: verdict.status, said: standing.said, verdict }
  })
}

/** One look: a check judged by a single reading, or by one and its successor `everyMs` later. */
export function judgeOnce<Reading, Settings, Held>(
  check: Check<Reading, Settings, Held>,
  readings: readonly [Reading, ...Reading[]],
  settings: Settings,
  said?: Said,
): Verdict {
  const everyMs = check.rhythm?.everyMs ?? 10_000
  const [first, ...later] = readings.map((reading, nth) => ({ at: nth * everyMs, tookMs: 0, reading }))
  if (!first) throw new Error('a judge sees at least one sample')
  return check.judge([first, ...later], settings, said)
}

/** A check's settings with their defaults. */
export function defaultsOf<Reading, Settings, Held>({ settings }: Check<Reading, Settings, Held>): Settings {
  if (!settings) throw new Error('the check has no settings')
  const parsed = parseSettings(settings, {})
  if ('mistakes' in parsed) throw new Error(JSON.stringify(parsed.mistakes))
  return parsed.settings
}

/** What is wrong with settings that somebody gives. */
export function mistakesIn<Reading, Settings, Held>({ settings }: Check<Reading, Settings, Held>, given: object) {
  const parsed = settings && parseSettings(settings, given)
  return parsed && 'mistakes' in parsed ? parsed.mistakes.map(({ text }) => text) : []
}
