import { goDuration } from '../kubelet/human-duration.ts'
import { rowsText } from '../view/broken.ts'
import { spreadText } from '../view/summary.ts'
import type { SimulationSummary } from './simulation.ts'

/** A simulation's summary, for people. */
export function simulationText(
  summary: SimulationSummary,
  model: string,
  { forMs, seed }: { readonly forMs: number; readonly seed: number },
  columns = Number.POSITIVE_INFINITY,
): string {
  const { runs, probesUntilKill, livesStillGoing, restarts, crashLoopShare, crashLoopAfterSeconds, readyRatio } =
    summary
  const rows = [
    ['model', model],
    ['runs', `${runs} of ${goDuration(forMs)} each, seed ${seed}`],
    ...(probesUntilKill ? [['probes until a kill', spreadText(probesUntilKill)]] : []),
    ...(livesStillGoing > 0 ? [['still going', stillGoingText(summary)]] : []),
    ...(restarts ? [['restarts', spreadText(restarts)]] : []),
    ['CrashLoopBackOff', `in ${(crashLoopShare * 100).toFixed(1)} % of runs`],
    ...(crashLoopAfterSeconds ? [['first after, seconds', spreadText(crashLoopAfterSeconds)]] : []),
    ...(readyRatio ? [['ready, share of time', spreadText(readyRatio)]] : []),
  ]
  return rowsText(rows, columns)
}

function stillGoingText({ lives, livesStillGoing, probesUntilKill }: SimulationSummary): string {
  const counted = `${livesStillGoing} of ${lives} lives, when the time was over`
  return probesUntilKill ? `${counted}; they are not in the line above, which is too low without them` : counted
}
