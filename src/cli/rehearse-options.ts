import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { SetupError } from '../core/setup-error.ts'
import { builtFile } from '../package.ts'
import { KUBELETS, type KubeletProfile } from '../rehearse/kubelet/profile.ts'
import { type Manifest, readManifests } from '../rehearse/manifest/manifest.ts'
import type { ContainerSpec, Place, PodSpec } from '../rehearse/manifest/pod-spec.ts'
import { splitWords } from '../rehearse/manifest/quotes.ts'
import { decayStepOf, serviceArguments, settingOf } from '../rehearse/manifest/service-settings.ts'
import {
  asksHeartbeat,
  decayModel,
  type FailureModel,
  historyModel,
  rateModel,
} from '../rehearse/simulation/failure-model.ts'
import { takeApart } from './flags.ts'
import { OptionReader } from './option-reader.ts'

/** What `failweb rehearse` was asked for, checked. */
export interface RehearseOptions {
  readonly pod: Manifest['pods'][number]
  readonly notes: readonly string[]
  readonly kubelet: KubeletProfile
  readonly forMs: number
  readonly restarts: number | undefined
  readonly command: (container: ContainerSpec) => readonly string[]
  readonly port: number | undefined
  readonly json: boolean
  readonly describe: boolean
  readonly logs: boolean
  readonly checkOnly: boolean
  readonly simulation: { readonly model: FailureModel; readonly runs: number; readonly stopTakesMs: number } | undefined
  readonly seed: number
}

const SWITCHES = ['json', 'describe', 'logs', 'exec', 'check-only', 'simulate']
const OPTIONS = [
  'kubelet',
  'for',
  'restarts',
  'command',
  'port',
  'pod',
  'seed',
  'runs',
  'step',
  'rate',
  'history',
  'stop-takes',
]
const SIMULATION_OPTIONS = ['runs', 'step', 'rate', 'history', 'stop-takes']

/** @throws {SetupError} with every mistake of the options; after them, with every mistake of the manifests */
export function readOptions(args: readonly string[]): RehearseOptions {
  const { values, switches, positionals } = takeApart(args, SWITCHES)
  const reader = new OptionReader('rehearse', values, OPTIONS)
  if (positionals.length === 0) reader.mistakes.push('rehearse: expected a manifest, such as deploy.yml')
  if (positionals.includes('')) reader.mistakes.push('rehearse: expected a manifest, such as deploy.yml; got nothing')
  const stray = switches.has('simulate') ? [] : SIMULATION_OPTIONS.filter((name) => reader.has(name))
  for (const name of stray) reader.mistakes.push(`--${name}: belongs to --simulate`)
  const options = {
    kubelet: KUBELETS[reader.word('kubelet', ['1.20', 'current'], 'current')],
    forMs: reader.duration('for', 300_000, 1000),
    restarts: reader.count('restarts', undefined),
    command: readCommand(reader),
    port: reader.count('port', undefined, 65_535),
    seed: reader.count('seed', Math.ceil(Math.random() * 2 ** 32), 2 ** 32),
    json: switches.has('json'),
    describe: switches.has('describe'),
    logs: switches.has('logs'),
    checkOnly: switches.has('check-only'),
  }
  const runs = reader.count('runs', 1000)
  const stopTakesMs = reader.duration('stop-takes', 0)
  const model = switches.has('simulate') ? readModel(reader) : undefined
  reader.finish()
  const manifest = readManifests(positionals)
  const pod = choosePod(manifest, reader)
  const plays = !options.checkOnly && !model
  if (pod && plays && !switches.has('exec')) refuseExec(pod.spec, reader)
  reader.finish()
  if (!pod) throw new Error('a pod that was not chosen is a mistake, and told above')
  const simulation = model && { model: model(pod.spec), runs, stopTakesMs }
  return { ...options, pod, notes: manifest.notes, simulation }
}

function choosePod({ pods }: Manifest, reader: OptionReader): Manifest['pods'][number] | undefined {
  const wanted = reader.text('pod', undefined, 'the name of a workload')
  const fitting = pods.filter(({ spec }) => wanted === undefined || spec.workload === wanted)
  const [pod, other] = fitting
  const names = pods.map(({ spec }) => spec.workload).join(', ')
  if (!pod) reader.mistakes.push(`--pod: there is no ${wanted}; there are ${names}`)
  if (other) reader.mistakes.push(`one pod is played at a time; choose with --pod: ${names}`)
  return pod
}

/** What the manifest would have run in a container would here be run on this machine: only when it was allowed. */
function refuseExec({ containers }: PodSpec, reader: OptionReader): void {
  const refuse = ({ file, line, path }: Place, what: string, command: readonly string[]) => {
    const where = `${file}${line === undefined ? '' : `:${line}`}: ${path}`
    reader.mistakes.push(`${where}: ${what} would run on this machine: ${command.join(' ')}; allow it with --exec`)
  }
  for (const { probes, preStop, place } of containers) {
    for (const { action, place } of Object.values(probes)) {
      if (action.how === 'exec') refuse(place, 'exec', action.command)
    }
    if (preStop?.how === 'exec') refuse(place, 'lifecycle.preStop.exec', preStop.command)
  }
}

const COMMAND_EXPECTED = 'a command, or the word manifest'

/** Without --command this package's own service is played; its arguments are the manifest's where that runs failweb too. */
function readCommand(reader: OptionReader): RehearseOptions['command'] {
  const line = reader.text('command', undefined, COMMAND_EXPECTED)
  if (line === undefined) return (container) => [...OWN_COMMAND, ...serviceArguments(container)]
  if (line === 'manifest') return manifestCommand
  const words = splitWords(line)
  if (!words) reader.mistakes.push(`--command: expected ${COMMAND_EXPECTED}; got ${line}`)
  return () => words ?? []
}

/** @throws {SetupError} where the image alone knows what is run */
function manifestCommand({ name, command, args }: ContainerSpec): readonly string[] {
  const words = [...command, ...args]
  if (words.length > 0) return words
  throw new SetupError([`--command manifest: expected a command of ${name} in the manifest; it has none`])
}

const OWN_COMMAND: readonly string[] = [process.execPath, fileURLToPath(builtFile('cli/main'))]

function readModel(reader: OptionReader): (spec: PodSpec) => FailureModel {
  const given = ['step', 'rate', 'history'].filter((name) => reader.has(name))
  if (given.length > 1) reader.mistakes.push(`--${given.join(', --')}: choose one of them`)
  const history = reader.text('history', undefined, 'the name of a file')
  const rate = reader.number('rate', undefined, [0, 1])
  const step = reader.number('step', undefined, [0, 100])
  if (history !== undefined) return () => historyModel(history, textOf(history, reader))
  if (rate !== undefined) return () => rateModel(rate)
  return ({ containers }) => decayModel(stepsOf(containers, step))
}

/**
 * The step of each container whose heartbeat is asked, by its name.
 * @throws {SetupError} where the manifest's is none, with which the service would not start, or is not told
 */
function stepsOf(containers: readonly ContainerSpec[], given: number | undefined): Readonly<Record<string, number>> {
  const asked = containers.filter(({ probes }) => Object.values(probes).some(({ action }) => asksHeartbeat(action)))
  const steps = asked.map((container) => [container, given ?? decayStepOf(container)] as const)
  const mistakes = steps.flatMap(([container, step]) => (Number.isNaN(step) ? [unsureStep(container)] : []))
  if (mistakes.length > 0) throw new SetupError(mistakes)
  return Object.fromEntries(steps.map(([{ name }, step]) => [name, step]))
}

function unsureStep(container: ContainerSpec): string {
  const { name, text, isOutside } = settingOf(container, 'decay.step')
  const what =
    isOutside === 'yes'
      ? 'comes from elsewhere, and the manifest does not tell it; give it with --step'
      : `expected a number from 0 to 100; got ${text}`
  return `${name} of ${container.name}: ${what}`
}

function textOf(file: string, reader: OptionReader): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    reader.mistakes.push(`--history: ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`)
    reader.finish()
    return ''
  }
}
