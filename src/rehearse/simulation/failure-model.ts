import { SetupError } from '../../core/setup-error.ts'
import { createDecay } from '../../failweb/decay.ts'
import type { ProbeOutcome } from '../kubelet/http-probe.ts'
import type { Action, ProbeKind } from '../manifest/pod-spec.ts'

type Asked = Exclude<Action, { how: 'sleep' }>

/** How a service fails: what a simulation plays in place of a process. */
export interface FailureModel {
  /** One line for people. */
  readonly about: string
  /** A new life. `random` is the run's own. */
  begin(life: number, random: () => number): ModelledLife
}

export interface ModelledLife {
  /** Whether this access fails. */
  fails(action: Asked): boolean
  /** After how long it ends by itself, and how; undefined where it does not. */
  readonly exit?: { readonly afterMs: number; readonly code: number }
}

/** The chapter's decay: each access to the heartbeat makes the next failure likelier, whoever asks. Other paths never fail. */
export function decayModel(step: number): FailureModel {
  return {
    about: `decay of ${step} points an access to /healthz`,
    begin(_, random) {
      const decay = createDecay({ step, seed: Math.floor(random() * 2 ** 32) })
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

/** Lives that were recorded by `failweb rehearse --json`, drawn at random; past its end a life's last result stands. */
export function historyModel(file: string, text: string): FailureModel {
  const lives = recordedLives(file, text)
  return {
    about: `${lives.length} recorded lives of ${file}`,
    begin(_, random) {
      const recorded = lives[Math.floor(random() * lives.length)] ?? { results: [] }
      let next = 0
      const fails = () => recorded.results[Math.min(next++, recorded.results.length - 1)] ?? false
      return { fails, ...('exit' in recorded && recorded.exit ? { exit: recorded.exit } : {}) }
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

function drawn(action: Action, decay: ReturnType<typeof createDecay>): boolean {
  return isDraw(action) ? decay.draw().failed : decay.last.failed
}

interface RecordedLife {
  readonly results: boolean[]
  exit?: { readonly afterMs: number; readonly code: number }
}

interface RecordedLine {
  readonly kind?: string
  readonly container?: string
  readonly life?: number
  readonly probe?: ProbeKind
  readonly result?: string
  readonly killedBy?: string
  readonly livedMs?: number
  readonly ending?: { readonly exitCode: number }
}

function recordedLives(file: string, text: string): readonly RecordedLife[] {
  const lives = new Map<string, RecordedLife>()
  for (const line of parsedLines(file, text)) {
    const key = `${line.container} ${line.life}`
    const life = lives.get(key) ?? { results: [] }
    if (line.kind === 'probe' && line.probe === 'liveness' && line.result !== 'error') {
      life.results.push(line.result === 'failure')
    } else if (line.kind === 'end' && line.killedBy === undefined && line.ending && !line.ending.exitCode === false) {
      life.exit = { afterMs: line.livedMs ?? 0, code: line.ending.exitCode }
    } else continue
    lives.set(key, life)
  }
  const probed = [...lives.values()].filter(({ results }) => results.length > 0)
  if (probed.length === 0)
    throw new SetupError([`${file}: holds no liveness probes; failweb rehearse --json writes them`])
  return probed
}

function parsedLines(file: string, text: string): readonly RecordedLine[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return []
    try {
      return [JSON.parse(line) as RecordedLine]
    } catch {
      throw new SetupError([
        `${file}:${index + 1}: expected one JSON object a line, as failweb rehearse --json writes them`,
      ])
    }
  })
}
