import type { CheckHistory, HistoryPoint } from '../core/history.ts'
import type { Remark } from '../core/remark.ts'
import type { CheckState, Snapshot } from '../core/snapshot.ts'
import { inPercent } from '../core/wording.ts'
import type { Mishaps } from './mishaps.ts'

/** From this share on, whoever asks waits for what the main thread is at. */
const BUSY = 0.9

/** A start keeps the thread busy, and is over by then. */
const STARTED_MS = 10_000

/** What somebody who is called should read though every check passes. */
export function remarksOf(
  snapshot: Snapshot,
  mishaps: Mishaps,
  uptimeMs: number,
  history: (name: string) => CheckHistory | undefined,
): readonly Remark[] {
  return [...mishaps.remarks(), ...(uptimeMs >= STARTED_MS ? busy(snapshot, history) : [])]
}

function busy({ checks }: Snapshot, history: (name: string) => CheckHistory | undefined): readonly Remark[] {
  const [busiest] = checks.toSorted((a, b) => utilizationOf(b) - utilizationOf(a))
  // What fails is likelier to be the cause than the effect: a full heap keeps the thread busy with collecting. Stalls are their check's to tell.
  const isTold = checks.some(
    (check) => check.status === 'fail' || (utilizationOf(check) > 0 && check.status !== 'pass'),
  )
  if (!busiest || utilizationOf(busiest) < BUSY || isTold) return []
  const now = inPercent(utilizationOf(busiest))
  const since = busySince(history(busiest.name)?.fine ?? [])
  const seen =
    since === undefined
      ? `${now} of the time of late`
      : `nine tenths of the time and more since ${new Date(since).toISOString().slice(0, 19)}Z (${now} at the newest look)`
  return [
    {
      seen: `the main thread has been busy ${seen}, and every request waits for it`,
      ...(since !== undefined && { since }),
      lately: 'so it was at the newest look, and comes again with whatever keeps it so busy',
      fatal:
        'of itself it ends nothing; probes that are answered too late for it count as failed, three in a row (failureThreshold) restart the container or keep requests away',
      advice:
        'take a CPU profile, which tells what to spread out or to move to a worker thread: kubectl exec POD -- kill -USR1 1 opens the inspector (kubectl port-forward POD 9229). Other checks that cannot be looked at, and slow answers, may come of this alone',
    },
  ]
}

/** When it came to be as busy as it has been ever since; of a single look that is not known. */
function busySince(points: readonly HistoryPoint[]): number | undefined {
  const calm = points.findLastIndex(({ value = 0 }) => value < BUSY)
  const [first, second] = points.slice(calm + 1)
  return second && first?.at
}

function utilizationOf({ values }: CheckState): number {
  return values['utilization_ratio'] ?? 0
}
