import { inBytes } from '../core/byte-size.ts'
import type { Forecast } from '../core/check.ts'
import type { Judged } from '../core/status.ts'
import { inWords } from '../core/wording.ts'
import type { Filling } from '../stats/filling.ts'
import type { Followed } from './disks.ts'
import type { WatchedSize } from './folders.ts'
import { latelyInWords } from './lately.ts'
import type { MountSpace } from './mounts.ts'

/** How it grows, as a sentence goes on: when it will be `what` where that is foretold, else what was seen of late. */
export function trendInWords(
  { lately }: Pick<Followed<object>, 'lately'>,
  status: Judged,
  what: string,
  fill?: Filling,
): string {
  if (fill) return inTime(fill, what)
  // Of what is too full: a fact, where there is not enough to foretell from.
  return status === 'pass' ? '' : latelyInWords(lately, 'it', inBytes)
}

/**
 * Of a folder that is too large for its limit, how far its file system is from full. Known where that is looked at for itself: nothing is
 * asked for this, since a look at a dead file system may never return.
 */
export function roomBehind({ device }: WatchedSize, mounts: readonly MountSpace[], status: Judged): string {
  const behind = status === 'pass' ? undefined : mounts.find((mount) => mount.device === device)
  return behind ? `; its file system has ${inBytes(behind.availableBytes)} left` : ''
}

export function forecastOf({ soonest, likely, latest }: Filling, limit: string): Forecast {
  return { limit, etaSeconds: [soonest / 1000, likely / 1000, latest === null ? null : latest / 1000] }
}

function inTime(fill: Filling, what: string): string {
  const latest = fill.latest === null ? 'never' : inWords(fill.latest)
  const likely = `${what} in about ${inWords(fill.likely)} (${inWords(fill.soonest)} at the soonest, ${latest} at the latest)`
  return `; ${likely}, growing by ${inBytes(fill.slope * 3_600_000)} an hour over ${inWords(fill.span)}`
}
