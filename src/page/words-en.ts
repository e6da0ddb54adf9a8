import { inNumber, inWords } from '../core/wording.ts'
import { cureOf, DRAWS, events, lasting, lost, ordinal, silent, UNASKED } from './english.ts'
import { RUN_BEFORE } from './run-before-en.ts'
import type { Words } from './words.ts'

export const ENGLISH: Words = {
  overall: { pass: 'All well', warn: 'Warning', unknown: 'Cannot tell', fail: 'Failing', stopping: 'Stopping' },
  status: { pass: 'ok', warn: 'warning', unknown: 'unknown', fail: 'failing' },
  headings: {
    told: 'What a probe is told now',
    wasTold: 'What a probe was told then',
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
    ended: 'How it ended',
    endedBy: 'What ended it',
    again: 'Whether it comes again',
    goesOn: 'Whether it goes on',
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
    previous:
      'Nothing is known of a run before this one: this is the first that its journal saw. A new pod begins with an empty one; what its container has restarted from, kubectl describe pod tells (Restart Count, Last State).',
    journal:
      'Nothing is known of a run before this one: no journal is kept (journal.folder). The RESTARTS of kubectl get pod count them.',
    tried: 'Nothing, by the service itself.',
    checks: 'This service has no checks.',
  },
  noForecast: {
    restart: 'No time can be foretold. If it goes on, the process ends, or serves nobody.',
    wait: 'By itself it ends nothing: requests wait for it. Probes that are answered too late for it count as failed: three in a row (failureThreshold) restart the container, or keep requests away.',
    person:
      'No time can be foretold. Neither /livez nor /readyz asks for it, so that no probe ends it; one that asks /healthz as its liveness probe restarts the container for it.',
    unknown: 'Nothing is known, nor when.',
  },
  notAllowed:
    'You may look, but not change anything. Without a token only this machine itself may, by its loopback address (kubectl port-forward comes from there).',
  noScripts: 'Without scripts this page stands still.',
  reload: 'Load it again',
  otherLanguage: '日本語',
  utc: 'Times are UTC.',
  skip: 'Skip to the checks',
  brief: inWords,
  lasting,
  since: (time, lasting) => `since ${time}, ${lasting}`,
  warnedSince: (time) => `(first warned at ${time})`,
  allPass: (count, young) =>
    `${count === 1 ? 'The one check passes' : `All ${count} checks pass`}${young ? ', so far: this run has just begun' : ''}.`,
  healed: (time, check) => `It helped itself at ${time}, when ${check} was not well`,
  lasts: (times) =>
    times === 1
      ? 'The first time within an hour; whether it comes again shows here:'
      : `For the ${ordinal(times)} time within an hour, so it comes again until its cause is found:`,
  instead: {
    well: 'Checks pass, but not all is well',
    after: 'Well so far, after a run that was not',
    unknown: 'Not all is well, and not all can be looked at',
  },
  notPassing: (bad, all) => `${bad} of ${inNumber(all, 'check')} ${bad === 1 ? 'needs' : 'need'} a look`,
  drawFailed: (percent) =>
    `The last heartbeat failed by lot, with a chance of ${percent}, and by no check: this service is built so that its heartbeats fail more and more often until it is restarted.`,
  failedOnPurpose:
    'The last heartbeat was made to fail on purpose, by a fault that somebody set; the service itself is not the cause.',
  draws: DRAWS,
  inARow: (count) => (count === 1 ? 'It is the first,' : `It is the ${ordinal(count)} failed heartbeat in a row,`),
  ...RUN_BEFORE,
  stopping: 'It takes no more requests; a new run, or another instance, takes its place.',
  toldToStop: (by, time, instance) =>
    `Told to stop (${by}) at ${time}. ${events(instance, true)} say by whom: a kubelet does so when a liveness probe has failed often enough, and when the pod is replaced.`,
  leavesBySelf: (time, after) =>
    `It has been stopping itself since ${time}, in good order (self-drain), before it would die of what is listed here. The next run comes to it too, about as soon (${after}), until the cause is found.`,
  cure: cureOf,
  looksSoon: 'Nothing yet: it is about to look for the first time.',
  endFaults: (names) =>
    `First end what is set on purpose (${names}; “Faults on purpose” below). What then still stands:`,
  noAdvice: 'The sentence above says what to look at.',
  seen: (word, looks) => `The newest look saw: ${word}. It takes ${looks} in a row until that is said.`,
  sawFirst: (word, looks) => `, of which one look saw “${word}” (it takes ${looks} in a row until that is said)`,
  look: (every, took, at) => `every ${every}; the last look ended at ${at} and took ${took}`,
  forecast: (limit, likely, soonest, latest) =>
    `reaches ${limit} in about ${likely}; at the soonest in ${soonest}, ${latest === null ? 'perhaps never' : `at the latest in ${latest}`}`,
  reached: (limit) =>
    `${limit} is reached already: it may end at any moment. Only a ceiling that is set by hand (ceilingBytes) may be passed; what a container may take (resources.limits.memory) is enforced`,
  limit: (level, value) => `${level === 'warn' ? 'warns' : 'fails'} at ${value}`,
  chart: {
    now: 'now',
    bar: 'bar:',
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
    live: ['the container keeps running', 'after 3 of these in a row (failureThreshold) the container is restarted'],
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
    about:
      'Computed exactly from the counter. A liveness probe that asks /healthz restarts after three failures in a row (failureThreshold).',
  },
  agents: { 'kube-probe': 'the kubelet', prometheus: 'Prometheus', other: 'others' },
  visitColumns: ['Who', 'Asked', 'How often', 'Last', 'Got'],
  every: (time) => `every ${time}`,
  noAnswer: 'gone unanswered',
  times: (count) => `${count}×`,
  lastAt: (time) => `last at ${time}`,
  firstLooks: (count) =>
    `${inNumber(count, 'check')} found nothing wrong at ${count === 1 ? 'its' : 'their'} first look`,
  became: (from, to) => `${from} → ${to}`,
  began: (release) => `this run began${release === undefined ? '' : `, release ${release}`}`,
  more: (count) => `and ${count} more`,
  notLive: 'What follows is old',
  lastHeard: 'When last heard of:',
  unasked: UNASKED,
  live: ({ instance, ...more }) => ({
    on: 'Live. Last news at',
    lost: lost(instance),
    silent: silent({ instance, ...more }),
    full: 'Too many readers for live news; trying again. What you see is from',
    bye: `The service has stopped; below stands why. If its container is started anew, this page shows the new run by itself; if another pod takes its place, open that one’s. Its last lines, as long as the pod is there: kubectl logs --previous ${instance}. What you see is from`,
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
  faultsActive: (names) =>
    `Set on purpose just now: ${names}. What you see may come from that: end it first (“Faults on purpose” below), then look again.`,
  faultsNeedScripts: 'Faults are set here with scripts only. Without: curl -X PUT …/faults/NAME, and DELETE.',
}
