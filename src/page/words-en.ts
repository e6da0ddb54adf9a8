import { inNumber, inWords } from '../core/wording.ts'
import type { Words } from './words.ts'

export const ENGLISH: Words = {
  overall: { pass: 'All well', warn: 'Warning', unknown: 'Cannot tell', fail: 'Failing', stopping: 'Stopping' },
  status: { pass: 'ok', warn: 'warning', unknown: 'unknown', fail: 'failing' },
  headings: {
    told: 'What Kubernetes is told now',
    wasTold: 'What Kubernetes was told then',
    checks: 'Checks',
    wrong: 'What is wrong',
    well: 'What is well',
    run: 'This run',
    decay: 'The heartbeat’s counter',
    previous: 'The run before',
    visits: 'Who asked',
    timeline: 'What happened',
    controls: 'What you can do here',
  },
  subheadings: { remedies: 'Remedies', faults: 'Faults on purpose' },
  labels: {
    doNow: 'What to do',
    looksAt: 'Looks at',
    fatal: 'When it is fatal',
    tried: 'What was tried',
    lastDay: 'The last 24 hours',
    values: 'All values',
    more: 'More',
    parts: 'Each by itself',
    release: 'Release',
    instance: 'Instance',
    up: 'Up for',
    since: 'Since',
  },
  nothing: {
    visits: 'Nobody has asked a probe yet.',
    previous: 'Nothing is known of a run before this one: no journal is kept, or this is the first.',
    checks: 'This service has no checks.',
  },
  notAllowed:
    'You may look, but not change anything. Without a token only this machine itself may, by its loopback address (kubectl port-forward comes from there).',
  noScripts: 'Without scripts this page stands still.',
  reload: 'Load it again',
  otherLanguage: '日本語',
  utc: 'Times are UTC.',
  skip: 'Skip to the checks',
  brief: inWords,
  lasting: (ms) => lasting(ms),
  since: (time, lasting) => `since ${time}, ${lasting}`,
  allPass: (count, young) =>
    `${count === 1 ? 'The one check passes' : `All ${count} checks pass`}${young ? ', so far: this run has just begun' : ''}.`,
  wellBut: 'Checks pass, but read on',
  notPassing: (bad, all) => `${bad} of ${inNumber(all, 'check')} ${bad === 1 ? 'needs' : 'need'} a look`,
  drawFailed: (percent) =>
    `The last heartbeat failed by lot, with a chance of ${percent}, and by no check: this service is built so that its heartbeats fail more and more often until it is restarted.`,
  failedOnPurpose:
    'The last heartbeat was made to fail on purpose, by a fault that somebody set; the service itself is not the cause.',
  inARow: (count) => (count === 1 ? 'It is the first,' : `It is the ${ordinal(count)} in a row,`),
  endedBadly: 'This run replaced one that ended badly:',
  wasFailing: 'The run before this one was told to stop while something failed:',
  wasStopped: 'The run before this one:',
  badEnds: (count) => `${count} runs have ended badly within an hour.`,
  selfDrained: 'It left by itself, while there was time to do so in good order (self-drain).',
  endedAt: (time, lived, end) =>
    ({
      killed: `Its last sign of life was at ${time}, ${lived} after its start; what it left`,
      left: `Left by itself at ${time}, ${lived} after its start`,
      ended: `Ended at ${time}, ${lived} after its start`,
      told: `Told to stop at ${time}, ${lived} after its start. What stood then`,
    })[end],
  toldBy: {
    alive: 'By whom, “Events” in kubectl describe pod say.',
    failing: 'Its /livez still passed then, so this need not be why: “Events” in kubectl describe pod say by whom.',
    dying: 'A liveness probe ends a run for that: “Events” in kubectl describe pod say whether one did.',
  },
  stopping: 'It takes no more requests; a new run, or another instance, takes its place.',
  toldToStop: (by, time) =>
    `Told to stop (${by}) at ${time}. By whom, “Events” in kubectl describe pod say: Kubernetes does so when a liveness probe has failed often enough, and when a pod is replaced.`,
  leavesBySelf: (time) =>
    `Leaves by itself since ${time}, while there is time to do so in good order (self-drain): what follows would end it soon.`,
  cure({ cure, status, instance, soon, after }) {
    const fails = status === 'fail'
    const byHand = `kubectl delete pod ${instance}`
    if (status === 'unknown') {
      return 'It cannot look, so nothing is known. Clear away what keeps it from looking; the sentence above says what.'
    }
    if (cure === 'restart') {
      const gains = `A restart gains about as long as this run took to come to this (${after}); the cause stays.`
      if (fails)
        return `Kubernetes restarts the container by itself if a liveness probe asks /livez; by hand: ${byHand}. ${gains}`
      return soon
        ? `There is little time. A restart comes by itself when it fails; to choose the moment: ${byHand}. ${gains}`
        : `Nothing at once. If it comes to fail, it is restarted; better plan that for a quiet hour (${byHand}). ${gains}`
    }
    if (cure === 'wait') {
      return fails
        ? 'Kubernetes sends no requests here while /readyz fails, and again when it passes.'
        : 'Look into it while it lasts.'
    }
    return fails
      ? 'Somebody has to act: Kubernetes does nothing about it by itself, and a restart rarely cures it for long.'
      : 'Look into it before it fails: Kubernetes will do nothing about it by itself.'
  },
  noAdvice: 'The sentence above says what to look at.',
  seen: (word, looks) => `The newest look saw: ${word}. It takes ${looks} in a row until that is said.`,
  look: (every, took, at) => `every ${every}; the last look ended at ${at} and took ${took}`,
  forecast: (limit, likely, soonest, latest) =>
    `reaches ${limit} in about ${likely}; at the soonest in ${soonest}, ${latest === null ? 'perhaps never' : `at the latest in ${latest}`}`,
  reached: (limit) => `has reached ${limit} now`,
  limit: (level, value) => `${level === 'warn' ? 'warns' : 'fails'} at ${value}`,
  chart: {
    now: 'now',
    ago: (lasting) => `${lasting} ago`,
    ahead: (lasting) => `in ${lasting}`,
    about: (value, lasting, now, least, most) =>
      `${value} over the last ${lasting}: now ${now}, least ${least}, most ${most}`,
  },
  attempt: (remedy, result, took) =>
    ({
      done: `${remedy} ran for ${took}`,
      failed: `${remedy} failed after ${took}`,
      late: `${remedy} had not returned after ${took}`,
      'dry-run': `${remedy} would have been tried (dry run)`,
    })[result],
  helped: 'it helped',
  didNotHelp: 'it did not help',
  byHand: 'by hand',
  told: {
    live: [
      'the container keeps running',
      'so many of these in a row as failureThreshold says, 3 by default, restart the container',
    ],
    ready: ['requests are sent here', 'no requests are sent here'],
    startup: ['the start is over', 'still starting'],
    heartbeat: ['the last heartbeat passed', 'the last heartbeat failed'],
  },
  odds: {
    counter: 'The last heartbeat’s chance to fail',
    next: 'The next one fails with',
    nextThree: 'The next three all fail with',
    half: 'Three failures in a row',
    heartbeats: (half, most) =>
      `in half of all courses within ${inNumber(half, 'heartbeat')}${most === undefined ? '' : `, in nine of ten within ${most}`}`,
    never: 'not to be expected',
    about: 'Computed exactly from the counter. The chapter’s probe restarts after three failures in a row.',
  },
  ended: (why, exit) => `${why} (${exit})`,
  killed: 'It was killed: by what, “Last State” and “Events” in kubectl describe pod say.',
  agents: { 'kube-probe': 'the kubelet', prometheus: 'Prometheus', other: 'somebody else' },
  visitColumns: ['Who', 'Asked', 'How often', 'Last', 'Got'],
  every: (time) => `every ${time}`,
  times: (count) => `${count}×`,
  firstLooks: (count) => `${inNumber(count, 'check')} looked for the first time and found nothing wrong`,
  became: (from, to) => `${from} → ${to}`,
  began: (release) => `this run began, release ${release}`,
  more: (count) => `and ${count} more`,
  notLive: 'What follows is old',
  lastHeard: 'When last heard of:',
  unasked: 'No kubelet has asked it on this port yet; who asks the guard’s is not counted here.',
  live: (instance) => ({
    on: 'Live. Last news at',
    lost: `No connection; this page tries again by itself. The service has ended, is starting anew, or your way to it is cut: kubectl get pod ${instance} tells by RESTARTS and AGE; kubectl logs --previous ${instance}: what an ended run logged last. What you see is from`,
    silent: `No word from the service: it hangs, or your way to it is cut. kubectl describe pod ${instance} tells: “Liveness probe failed” among its newest Events is a hang, which Kubernetes ends by a restart (by hand: kubectl delete pod ${instance}); if no probe fails there, it is your connection. What you see is from`,
    full: 'Too many readers for live news; trying again. What you see is from',
    bye: `The service has stopped; why is said below. Kubernetes starts it anew, which this page shows by itself, or has put another pod in its place: then open it again. kubectl logs --previous ${instance}: what it logged last. What you see is from`,
    anew: 'Another run answers than the one that you were watching. It began at',
    local: 'Times are those of your time zone:',
    working: 'Working…',
    done: 'Done:',
    refused: 'Refused:',
  }),
  mayHelp: (remedies) =>
    `${remedies.length === 1 ? 'The remedy' : 'The remedies'} ${remedies.join(' and ')} may help at once.`,
  run: (remedy) => `Run ${remedy}`,
  fault: { start: 'Start', stop: 'Stop', active: 'active', forSeconds: 'for (seconds)' },
  faultUntil: (time) => `ends by itself at ${time}`,
  faultsActive: (names) => `Set on purpose just now: ${names}. What you see may come from that.`,
  faultsNeedScripts: 'Faults are set here with scripts only. Without: curl -X PUT …/faults/NAME, and DELETE.',
}

function ordinal(count: number): string {
  const [tens, ones] = [count % 100, count % 10]
  const ending = tens > 10 && tens < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][ones] ?? 'th')
  return `${count}${ending}`
}

function lasting(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 1) return 'less than 1 min'
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`
  const days = Math.floor(hours / 24)
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`
}
