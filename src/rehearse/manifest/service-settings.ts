import { DEFAULT_STEP } from '../../core/draw.ts'
import type { ContainerSpec, OutsideEnv } from './pod-spec.ts'
import { filledIn, namesIn } from './variables.ts'

/** Settings that what is played, simulated and advised depends on, with their variables. */
const VARIABLES = {
  'decay.step': 'FAILWEB_DECAY_STEP',
  'heartbeat.asks': 'FAILWEB_HEARTBEAT_ASKS',
  'guard.enabled': 'FAILWEB_GUARD_ENABLED',
  'guard.listen': 'FAILWEB_GUARD_LISTEN',
} as const

/** Where the guard listens when nothing is said. */
const GUARD_PORT = 8081

/**
 * What a container's failweb is given as arguments, as the manifest writes them: what follows the program in `command` and `args`, or
 * all of `args` where failweb's own image knows the program. None where something else is run.
 */
export function serviceArguments({ image, command, args }: ContainerSpec): readonly string[] {
  if (command.length === 0) return /(^|\/)failweb(:|@|$)/.test(image) ? args : []
  const words = [...command, ...args]
  const program = words.findIndex((word) => /(^|\/)(failweb|cli\/main(\.js)?)$/.test(word))
  return program < 0 ? [] : words.slice(program + 1)
}

/** A setting of a container's service. */
export interface Said {
  /** What says it, or would: `--decay.step`, `FAILWEB_DECAY_STEP`. */
  readonly name: string
  readonly text: string | undefined
  /** Whether it is the cluster that says it, and not the text. */
  readonly isOutside: 'no' | 'perhaps' | 'yes'
}

/** A flag goes before a variable, as in the service itself. */
export function settingOf(container: ContainerSpec, key: keyof typeof VARIABLES): Said {
  const { env } = container
  const words = serviceArguments(container).map((word) => filledIn(word, env))
  const name = `--${key}`
  const at = words.findIndex((word) => word === name || word.startsWith(`${name}=`))
  if (at < 0) {
    const variable = VARIABLES[key]
    return { name: variable, text: env[variable], isOutside: isOutside(container, [variable]) }
  }
  const text = words[at] === name ? words[at + 1] : words[at]?.slice(name.length + 1)
  return { name, text, isOutside: isOutside(container, namesIn(text ?? '')) }
}

/** Whether one of some variables comes from the cluster; `env` goes before `envFrom`. */
function isOutside({ env, outsideEnv = [] }: ContainerSpec, variables: readonly string[]): Said['isOutside'] {
  const unsaid = variables.filter((variable) => !Object.hasOwn(env, variable))
  if (outsideEnv.some(({ name, isPrefix }) => !isPrefix && unsaid.includes(name))) return 'yes'
  const mayBring = ({ name, isPrefix }: OutsideEnv) => isPrefix && unsaid.some((variable) => variable.startsWith(name))
  return outsideEnv.some(mayBring) ? 'perhaps' : 'no'
}

/** Percentage points that each draw adds; NaN where what is said is no such number, or only the cluster knows it. */
export function decayStepOf(container: ContainerSpec): number {
  const { text, isOutside } = settingOf(container, 'decay.step')
  if (isOutside === 'yes') return Number.NaN
  if (text === undefined) return DEFAULT_STEP
  const step = text.trim() === '' ? Number.NaN : Number(text)
  return step >= 0 && step <= 100 ? step : Number.NaN
}

/** The port of the service's guard; undefined where it has none. */
export function guardPortOf(container: ContainerSpec): number | undefined {
  if (settingOf(container, 'guard.enabled').text !== 'true') return undefined
  const { text } = settingOf(container, 'guard.listen')
  return text === undefined ? GUARD_PORT : Number(/\d+$/.exec(text)?.[0])
}
