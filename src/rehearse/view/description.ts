import type { Pod } from '../kubelet/pod.ts'
import type { PodContainer } from '../kubelet/pod-container.ts'
import { nameOf } from '../kubelet/prober.ts'
import type { Action, ContainerSpec, PROBE_KINDS, ProbeSpec } from '../manifest/pod-spec.ts'

/** Turns a time of the rehearsal's clock into a time of day. */
export type DateOf = (at: number) => Date

/** The containers as `kubectl describe pod` shows them, with what a dead one left in its termination message. */
export function describe(pod: Pod, dateOf: DateOf): string {
  const head = `Name:       ${pod.name}\nNamespace:  ${pod.spec.namespace}\nStatus:     ${pod.phase}\nContainers:\n`
  return head + pod.containers.map((container) => describeContainer(container, dateOf)).join('')
}

function describeContainer(container: PodContainer, dateOf: DateOf): string {
  const { spec, ready, restarts } = container
  const rows = [
    ['Image', spec.image],
    ...stateOf(container, dateOf),
    ...lastStateOf(container, dateOf),
    ['Ready', ready ? 'True' : 'False'],
    ['Restart Count', String(restarts)],
    ...(spec.memoryLimitBytes === undefined
      ? []
      : [['Limits', `memory ${spec.memoryLimitBytes / 2 ** 20}Mi`] as const]),
    ...probesOf(spec),
  ] as const
  const lines = rows.map(
    ([name, value]) => `    ${`${name}:`.padEnd(16)}${value.replaceAll('\n', `\n${' '.repeat(20)}`)}`,
  )
  return `  ${spec.name}:\n${lines.map((line) => `${line.trimEnd()}\n`).join('')}`
}

type Row = readonly [name: string, value: string]

function stateOf({ running, startedAt, waiting, exited }: PodContainer, dateOf: DateOf): readonly Row[] {
  if (running) return [['State', 'Running'], row('Started', when(startedAt, dateOf))]
  if (waiting) return [['State', 'Waiting'], row('Reason', waiting.reason), row('Message', waiting.message)]
  return exited
    ? [['State', 'Terminated'], ...endOf(exited, dateOf)]
    : [['State', 'Waiting'], row('Reason', 'ContainerCreating')]
}

function lastStateOf({ running, waiting, exited }: PodContainer, dateOf: DateOf): readonly Row[] {
  return exited && (running || waiting) ? [['Last State', 'Terminated'], ...endOf(exited, dateOf)] : []
}

function endOf(exited: NonNullable<PodContainer['exited']>, dateOf: DateOf): readonly Row[] {
  return [
    row('Reason', exited.reason),
    ...(exited.message === '' ? [] : [row('Message', exited.message.trimEnd())]),
    row('Exit Code', String(exited.exitCode)),
    row('Started', when(exited.startedAt, dateOf)),
    row('Finished', when(exited.finishedAt, dateOf)),
  ]
}

function row(name: string, value: string): Row {
  return [`  ${name}`, value]
}

function when(at: number, dateOf: DateOf): string {
  return dateOf(at).toUTCString().replace('GMT', '+0000')
}

function probesOf(spec: ContainerSpec): readonly Row[] {
  const order = ['liveness', 'readiness', 'startup'] as const satisfies typeof PROBE_KINDS
  return order.flatMap((kind) => {
    const probe = spec.probes[kind]
    return probe ? [[nameOf(kind), probeLine(probe)] as const] : []
  })
}

/** `http-get http://:8080/healthz delay=3s timeout=1s period=3s #success=1 #failure=3`. */
export function probeLine(probe: ProbeSpec): string {
  const { initialDelaySeconds, timeoutSeconds, periodSeconds, successThreshold, failureThreshold } = probe
  const times = `delay=${initialDelaySeconds}s timeout=${timeoutSeconds}s period=${periodSeconds}s`
  return `${actionLine(probe.action)} ${times} #success=${successThreshold} #failure=${failureThreshold}`
}

function actionLine(action: Action): string {
  switch (action.how) {
    case 'httpGet':
      return `http-get ${action.scheme.toLowerCase()}://:${action.port}${action.path}`
    case 'tcpSocket':
      return `tcp-socket :${action.port}`
    case 'exec':
      return `exec [${action.command.join(' ')}]`
    case 'sleep':
      return `sleep ${action.seconds}s`
  }
}
