import { createDecay } from '../../failweb/decay.ts'
import type { ProbeOutcome } from '../kubelet/http-probe.ts'
import type { Action, ProbeKind } from '../manifest/pod-spec.ts'
import { type RecordedLife, recordedLives, saysSomething } from './recorded-lives.ts'

type Asked = Exclude<Action, { how: 'sleep' }>

/** How a service fails: what a simulation plays in place of a process. */
export interface FailureModel {
  /** One line for people. */
  readonly about: string
  /** A new life of a container. `random` is the run's own. */
  begin(container: string, random: () => number): ModelledLife
}

export interface ModelledLife {
  /** Whether this access fails, which a probe of that kind makes. */
  fails(action: Asked, kind: ProbeKind): boolean
  /** After how long it ends by itself, and how; undefined where it does not. */
  readonly exit?: { readonly afterMs: number; readonly code: number }
}

/**
 * The chapter's decay: each access to the heartbeat makes the next failure likelier, whoever asks. Other paths never fail. Each container
 * has its own step, by its name; one that is not named has none.
 */
export function decayModel(steps: Readonly<Record<string, number>>): FailureModel {
  return {
    about: aboutDecay(steps),
    begin(container, random) {
      const decay = createDecay({ step: steps[container] ?? 0, seed: Math.floor(random() * 2 ** 32) })
      return { fails: (action) => (asksHeartbeat(action) ? drawn(action, decay) : false) }
    },
  }
}

/** Every probe fails with the same chance, whatever it asks. */
export function rateModel(rate: number): FailureModel {
  return {
    about: `each probe fails with a chance of ${rate}`,
    begin: (_, random) => ({ fails: () => random() < rate }),
  }
}

/**
 * Lives that were recorded by `failweb rehearse --json`, drawn at random among those of the same container, or among all where it is not
 * in the recording. Each kind of probe meets its own results: past their end the last one stands, and where there are none it succeeds.
 */
export function historyModel(file: string, text: string): FailureModel {
  const lives = recordedLives(file, text)
  const told = lives.filter(saysSomething)
  return {
    about: `${told.length} recorded lives of ${file}`,
    begin(container, random) {
      const isKnown = lives.some((life) => life.container === container)
      const own = isKnown ? told.filter((life) => life.container === container) : told
      const { results, exit } = own[Math.floor(random() * own.length)] ?? NOTHING_RECORDED
      const next = { startup: 0, liveness: 0, readiness: 0 }
      const fails = (_: Asked, kind: ProbeKind) =>
        results[kind][Math.min(next[kind]++, results[kind].length - 1)] ?? false
      return { fails, ...(exit ? { exit } : {}) }
    },
  }
}

/** Whether an access is answered by the heartbeat. */
export function asksHeartbeat(action: Action): boolean {
  return action.how === 'httpGet' && /^\/healthz\/?(\?|$)/.test(action.path)
}

/** Whether an access moves the chapter's counter: one to the heartbeat without `?peek`. */
export function isDraw(action: Action): boolean {
  return asksHeartbeat(action) && action.how === 'httpGet' && !/[?&]peek(=|&|$)/.test(action.path)
}

export function outcomeOf(fails: boolean): ProbeOutcome {
  const message = fails ? 'HTTP probe failed with statuscode: 500' : 'OK'
  return { result: fails ? 'failure' : 'success', message, tookMs: 0 }
}

const NOTHING_RECORDED: Pick<RecordedLife, 'results' | 'exit'> = {
  results: { startup: [], liveness: [], readiness: [] },
}

function aboutDecay(steps: Readonly<Record<string, number>>): string {
  const [step, ...others] = new Set(Object.values(steps))
  if (step === undefined) return 'decay of /healthz, which no probe asks'
  const told = Object.entries(steps).map(([container, step]) => `${step} (${container})`)
  return `decay of ${others.length === 0 ? step : told.join(', ')} points an access to /healthz`
}

function drawn(action: Action, decay: ReturnType<typeof createDecay>): boolean {
  return isDraw(action) ? decay.draw().failed : decay.last.failed
}
