import type { Snapshot } from '../core/snapshot.ts'
import { inPercent } from '../core/wording.ts'
import type { Mishaps } from './mishaps.ts'

/** From this share on, whoever asks waits for what the main thread is at. */
const BUSY = 0.9

/** A start keeps the thread busy, and is over by then. */
const STARTED_MS = 10_000

/** What somebody who is called should read though every check passes, one sentence each. */
export function remarksOf(snapshot: Snapshot, mishaps: Mishaps, uptimeMs: number): readonly string[] {
  return [...mishaps.sentences(), ...(uptimeMs >= STARTED_MS ? busy(snapshot) : [])]
}

function busy({ checks }: Snapshot): readonly string[] {
  const most = Math.max(0, ...checks.map(({ values }) => values['utilization_ratio'] ?? 0))
  // What fails is likelier to be the cause than the effect: a full heap keeps the thread busy with collecting.
  if (most < BUSY || checks.some(({ status }) => status === 'fail')) return []
  return [
    `the main thread is busy ${inPercent(most)} of the time since the look before, in pieces too short for a stall, and every request waits for it: kubectl exec POD -- kill -USR1 1 opens the inspector (port 9229) for a CPU profile, which tells what to spread out or to move to a worker thread`,
  ]
}
