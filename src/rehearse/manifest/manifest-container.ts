import { shown } from '../../core/setup-error.ts'
import { type Downward, readEnv } from './manifest-env.ts'
import type { Field } from './manifest-file.ts'
import { readAction, readProbe } from './manifest-probe.ts'
import { isSaid, type ManifestReader } from './manifest-reader.ts'
import type { ContainerSpec, EmptyDirMount, ProbeKind, ProbeSpec } from './pod-spec.ts'
import { parseQuantity } from './quantity.ts'

const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/
const PORT_NAME = /^(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/

/** Source: Kubernetes 1.34, the API reference's Container. */
const CONTAINER_FIELDS = [
  'name',
  'image',
  'imagePullPolicy',
  'command',
  'args',
  'workingDir',
  'env',
  'envFrom',
  'ports',
  'startupProbe',
  'livenessProbe',
  'readinessProbe',
  'lifecycle',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'securityContext',
  'stdin',
  'stdinOnce',
  'terminationMessagePath',
  'terminationMessagePolicy',
  'tty',
  'volumeDevices',
  'volumeMounts',
]

/** What a container gets from its pod. */
export interface FromPod {
  readonly downward: Downward
  /** The names of its emptyDirs. */
  readonly emptyDirs: ReadonlySet<string>
}

export function readContainer(field: Field, { downward, emptyDirs }: FromPod, reader: ManifestReader): ContainerSpec {
  reader.known(field, CONTAINER_FIELDS)
  reader.known(field.at('lifecycle'), ['postStart', 'preStop', 'stopSignal'])
  reader.known(field.at('lifecycle').at('preStop'), ['exec', 'httpGet', 'tcpSocket', 'sleep'])
  reader.known(field.at('resources'), ['limits', 'requests', 'claims'])
  const name = readLabel(field.at('name'), reader)
  const ports = readPorts(field.at('ports'), reader)
  const memoryLimitBytes = readMemoryLimit(field.at('resources'), reader)
  const hook = field.at('lifecycle').at('preStop')
  const preStop = isSaid(hook) ? readAction(hook, ports, reader) : undefined
  return {
    name,
    image: reader.text(field.at('image')),
    command: reader.texts(field.at('command')),
    args: reader.texts(field.at('args')),
    ...readEnv(field, downward, reader),
    ports,
    emptyDirs: readMounts(field.at('volumeMounts'), reader).filter(({ volume }) => emptyDirs.has(volume)),
    probes: readProbes(field, ports, reader),
    ...(preStop ? { preStop } : {}),
    ...(memoryLimitBytes === undefined ? {} : { memoryLimitBytes }),
    terminationMessagePolicy: reader.word(
      field.at('terminationMessagePolicy'),
      ['File', 'FallbackToLogsOnError'],
      'File',
    ),
    place: field.place,
  }
}

/** The name of a container or a volume. */
export function readLabel(field: Field, reader: ManifestReader): string {
  const name = reader.text(field)
  if (name !== '' && !LABEL.test(name)) {
    reader.mistake(field.place, `must be lower case letters, digits and -; got ${shown(name)}`)
  }
  return name
}

function readProbes(field: Field, ports: ContainerSpec['ports'], reader: ManifestReader): ContainerSpec['probes'] {
  const probes: Partial<Record<ProbeKind, ProbeSpec>> = {}
  for (const kind of ['startup', 'liveness', 'readiness'] as const) {
    const probe = readProbe(field.at(`${kind}Probe`), kind, ports, reader)
    if (probe) probes[kind] = probe
  }
  return probes
}

function readPorts(field: Field, reader: ManifestReader): ContainerSpec['ports'] {
  const names = new Set<string>()
  return reader.items(field).map((item) => {
    reader.known(item, ['name', 'containerPort', 'protocol', 'hostIP', 'hostPort'])
    reader.word(item.at('protocol'), ['TCP', 'UDP', 'SCTP'], 'TCP')
    const port = item.at('containerPort')
    if (!isSaid(port)) reader.mistake(port.place, 'is required')
    const containerPort = reader.count(port, 0, [1, 65_535])
    const name = reader.textOr(item.at('name'), '')
    if (name === '') return { containerPort }
    const place = item.at('name').place
    if (!PORT_NAME.test(name)) reader.mistake(place, 'must be 1 to 15 lower case letters, digits and -, with a letter')
    if (names.has(name)) reader.mistake(place, `duplicate value: ${name}`)
    names.add(name)
    return { name, containerPort }
  })
}

function readMounts(field: Field, reader: ManifestReader): readonly EmptyDirMount[] {
  return reader.items(field).map((item) => {
    const subPath = reader.textOr(item.at('subPath'), '')
    if (subPath.startsWith('/') || subPath.split('/').includes('..')) {
      reader.mistake(item.at('subPath').place, `must be a path within the volume, without ..; got ${shown(subPath)}`)
    }
    return { volume: reader.text(item.at('name')), mountPath: reader.text(item.at('mountPath')), subPath }
  })
}

function readMemoryLimit(field: Field, reader: ManifestReader): number | undefined {
  const [limit, request] = (['limits', 'requests'] as const).map((which) => {
    const memory = field.at(which).at('memory')
    const bytes = isSaid(memory) ? parseQuantity(memory.value) : undefined
    if (isSaid(memory) && bytes === undefined) {
      reader.mistake(memory.place, `must be a quantity, such as 128Mi; got ${shown(memory.value)}`)
    }
    return bytes
  })
  if (limit !== undefined && request !== undefined && request > limit) {
    reader.mistake(field.at('requests').at('memory').place, 'must be less than or equal to memory limit')
  }
  return limit
}
