import type { Hang } from '../core/previous-run.ts'
import type { Tried } from '../core/remedy.ts'
import { events } from './english.ts'
import type { RunBeforeWords } from './run-before.ts'

/** Of a run that was told to stop. @param orElse of what a probe may have failed, beside an answer that came too late */
function stoppedBy(instance: string, orElse = ''): string {
  return `Who stopped it is not known here: read ${events(instance)}. “Liveness probe failed” or “Startup probe failed” there: Kubernetes did, as that probe’s answer came too late${orElse}. Neither: a new release, fewer replicas, an eviction, or a person.`
}

/** After what a probe may have done. */
function unlessOther(instance: string): string {
  return `“Liveness probe failed” among ${events(instance)} confirms it; else somebody else stopped it.`
}

/** What came of a remedy in the run before. */
function triedThen({ remedy, checks, times, judged, helped }: Tried, at?: string): string {
  const often = times === 1 ? 'once' : `${times} times`
  const whatFor = checks.length > 0 ? `for ${checks.join(' and ')}` : 'by hand'
  const when = at === undefined ? '' : ` (${times === 1 ? '' : 'the last time '}at ${at})`
  return `${remedy}, ${often}${when}, ${whatFor}: ${effect({ times, judged, helped })}`
}

function effect({ times, judged, helped }: Pick<Tried, 'times' | 'judged' | 'helped'>): string {
  if (judged === 0) return 'not judged before the end'
  if (helped === 0) return 'it did not help'
  if (helped === times) return 'it helped at the time'
  return helped === 1 ? 'it helped once' : `it helped ${helped} times`
}

/** After that a run was told to stop: by whom, as far as that can be known. */
const TOLD_BY: RunBeforeWords['toldBy'] = {
  alive: (instance) =>
    `${stoppedBy(instance)} No check was failing, so nothing here can tell whether it is stopped again.`,
  warned: (instance) => stoppedBy(instance),
  late: (instance) =>
    `Most likely Kubernetes, as /livez was answered too late: “Liveness probe failed” among ${events(instance)} confirms it. Else a new release, fewer replicas, an eviction, or a person.`,
  failing: (instance) => `Its /livez passed then. ${stoppedBy(instance, ', or it asks /healthz, which failed')}`,
  dying: (instance) => `A liveness probe, if one asks, restarts it for that: ${unlessOther(instance)}`,
  drawn: (instance) =>
    `What failed was /healthz, not /livez: a liveness probe that asks /healthz restarts it for that: ${unlessOther(instance)}`,
}

const endedAt: RunBeforeWords['endedAt'] = (time, lived, end, exit, begun) => {
  const at = `at ${time}, ${lived} after its start`
  return {
    killed: `Killed ${begun === undefined ? at : `between ${time}, when ${begun.isGuards ? 'its guard' : 'it'} was last heard of (${lived} after its start), and ${begun.at}, when this run began`}. What it left`,
    left: `Stopped itself ${at}`,
    ended: `Ended ${at}`,
    told: `Told to stop (${exit}) ${at}. What stood then`,
  }[end]
}

/** Where Kubernetes tells what killed a run. */
function killed(instance: string, isHung: boolean): string {
  return isHung
    ? `If a liveness probe asked it, that had no answer, and most likely Kubernetes killed it: “Liveness probe failed” among ${events(instance)} confirms it. Else “Last State” there tells more: OOMKilled is a memory limit.`
    : `kubectl describe pod ${instance} tells what killed it: “Last State” (OOMKilled: a memory limit; Error with 137: SIGKILL, as after failed liveness probes), and the Events at its end.`
}

/** What ended a run that nobody had told to. */
const ENDED_BY: RunBeforeWords['endedBy'] = {
  uncaught: 'The error that is quoted, which nothing caught.',
  exit: 'It ended itself; why, only its log may tell.',
}

/** Against what made the main thread hang. */
const HUNG_CODE: Readonly<Record<Hang, string>> = {
  computes:
    'Against the cause: do what it computes in pieces, or in a worker thread; a regular expression that tries too much is to be written anew.',
  waits:
    'Against the cause: have nothing wait on the main thread. Give that call a deadline, or make it without blocking.',
  kept: 'Against the cause: see what kept it from running: its CPU limit, a crowded node, or who stopped it. Where code is named, that was at work meanwhile, and may be what takes so long.',
  other:
    'Against the cause: look at what is named there; where nothing is, a CPU profile shows it, taken while it lasts.',
}

export const RUN_BEFORE: RunBeforeWords = {
  runBefore: {
    alive: 'The run before this one:',
    warned: 'The run before this one was told to stop while not all was well:',
    failing: 'The run before this one was told to stop while something failed:',
    dying: 'This run replaced one that ended badly:',
    left: 'The run before this one stopped itself before it would have died:',
  },
  badEnds: (count) => `${count} runs have ended badly within an hour.`,
  selfDrained: 'It stopped itself in good order, before it would have died of that (self-drain).',
  endedAt,
  endedBy: ENDED_BY,
  toldBy: TOLD_BY,
  triedThen,
  hungCode: (hang, isPlaced) =>
    hang === 'waits' && !isPlaced
      ? `${HUNG_CODE.waits} The code that makes it is not known: look for what makes that call, most likely a function whose name ends in Sync.`
      : HUNG_CODE[hang],
  stopped: { whole: 'It then stopped in good order.', short: 'It did not come to the end of that.' },
  byCounter: 'That is no check, but the counter behind /healthz, by which this service fails on purpose.',
  outlived: 'This run has lived longer than that.',
  mayComeAgain: (lived) => `If the cause is still there, it comes again as soon, within about ${lived} of the start.`,
  mayFailAgain: (after) =>
    `If the cause is still there, it fails again as soon: about ${after} after the start, to which this run has yet to come.`,
  isPast: (after) =>
    `It had come to that about ${after} after its start; this run is older than that, which does not show that it is over.`,
  mayStandAgain: (after, isPast) =>
    `If the cause is still there, what is quoted comes again${after === undefined ? '' : ` (in that run about ${after} after the start${isPast ? '; this run is older than that, which does not show that it is over' : ', to which this run has yet to come'})`}; whether this run is then stopped too depends on who stopped that one.`,
  unforetold:
    'No check could see that coming, so nothing here can tell whether it comes again: that depends on its cause.',
  faultsThen: (names) =>
    `Set on purpose in it: ${names}. What failed may have come of that alone; a fault ends with its run.`,
  forCause: (name, isUnseen) =>
    `Against the cause of ${name}${isUnseen ? ' (nothing of it is seen in this run so far, and what there was to see may be gone)' : ''}:`,
  ofThisRun: (checks) => `What this page says of ${checks.join(' and ')} is of this run, not of that one.`,
  beginWith: {
    killed: 'Read what killed it first: what is to be mended depends on that.',
    alive: 'Nothing, unless those Events name a probe that failed.',
    counter: 'Nothing: it is built to fail by its counter (decay.step), and counts from the beginning after a restart.',
    fault: (instance) =>
      `Nothing: the fault ended with its run. Who had set it, its log tells (kubectl logs --previous ${instance}) in the line whose event is “change”.`,
    ended: 'Look for the cause in its log.',
    placed: 'Look at that place in the code, and in its log for what led there.',
    noted: (instance) => `What users and probes were told is in its log: kubectl logs --previous ${instance}.`,
  },
  ifAgain: 'Should it come again, while it lasts:',
  sinceStart: (time, after, failing) =>
    `${time}, ${after} after its start, when the first of it was seen${failing === undefined ? '' : `; failing since ${failing}`}`,
  above: 'How it ended stands at the top of the page.',
  killed,
  crashed: (instance) => `kubectl logs --previous ${instance} has what it logged last.`,
}
