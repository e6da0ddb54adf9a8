import { shown } from '../../core/setup-error.ts'
import type { Field } from './manifest-file.ts'
import { isSaid, type ManifestReader } from './manifest-reader.ts'
import type { Action, ContainerSpec, ProbeKind, ProbeSpec } from './pod-spec.ts'

type Ports = ContainerSpec['ports']

const HANDLERS = ['httpGet', 'tcpSocket', 'exec', 'grpc', 'sleep'] as const
const PROBE_FIELDS = [
  'httpGet',
  'tcpSocket',
  'exec',
  'grpc',
  'initialDelaySeconds',
  'periodSeconds',
  'timeoutSeconds',
  'successThreshold',
  'failureThreshold',
  'terminationGracePeriodSeconds',
]

/** A probe with Kubernetes' defaults; undefined where none is said, or one that nothing can be made of. */
export function readProbe(field: Field, kind: ProbeKind, ports: Ports, reader: ManifestReader): ProbeSpec | undefined {
  if (!isSaid(field)) return undefined
  reader.known(field, PROBE_FIELDS)
  const action = readAction(field, ports, reader)
  const successThreshold = reader.count(field.at('successThreshold'), 1)
  if (kind !== 'readiness' && successThreshold !== 1) reader.mistake(field.at('successThreshold').place, 'must be 1')
  const grace = readGrace(field.at('terminationGracePeriodSeconds'), kind, reader)
  const times = {
    initialDelaySeconds: reader.count(field.at('initialDelaySeconds'), 0, [0, 2 ** 31 - 1]),
    periodSeconds: reader.count(field.at('periodSeconds'), 10),
    timeoutSeconds: reader.count(field.at('timeoutSeconds'), 1),
    failureThreshold: reader.count(field.at('failureThreshold'), 3),
  }
  if (!action || action.how === 'sleep') return undefined
  const places = Object.fromEntries(PROBE_FIELDS.map((key) => [key, field.at(key).place]))
  return { action, ...times, successThreshold, ...grace, place: field.place, places }
}

/** What a probe or a hook does: exactly one thing. */
export function readAction(field: Field, ports: Ports, reader: ManifestReader): Action | undefined {
  const said = HANDLERS.filter((handler) => isSaid(field.at(handler)))
  const [how] = said
  if (how === undefined) reader.mistake(field.place, 'must specify a handler type: httpGet, tcpSocket or exec')
  if (said.length > 1) reader.mistake(field.place, `may not specify more than 1 handler type; got ${said.join(', ')}`)
  if (how === undefined || said.length > 1) return undefined
  const body = field.at(how)
  switch (how) {
    case 'httpGet':
      return readHttpGet(body, ports, reader)
    case 'tcpSocket':
      reader.known(body, ['port', 'host'])
      return { how, port: readPort(body.at('port'), ports, reader) }
    case 'exec':
      return readExec(body, reader)
    case 'sleep':
      return { how, seconds: reader.count(body.at('seconds'), 0, [0, 2 ** 31 - 1]) }
    case 'grpc':
      reader.mistake(body.place, 'gRPC is not supported by the rehearsal; httpGet, tcpSocket and exec are')
      return undefined
  }
}

function readHttpGet(body: Field, ports: Ports, reader: ManifestReader): Action {
  reader.known(body, ['path', 'port', 'host', 'scheme', 'httpHeaders'])
  if (isSaid(body.at('host')))
    reader.mistake(body.at('host').place, 'the rehearsal asks the container only; leave it out')
  const path = reader.textOr(body.at('path'), '/')
  const headers = reader.items(body.at('httpHeaders')).map((header) => {
    const name = reader.text(header.at('name'))
    if (name !== '' && !/^[-A-Za-z0-9]+$/.test(name)) reader.mistake(header.at('name').place, 'must be a header name')
    return [name, readHeaderValue(header.at('value'), name, reader)]
  })
  return {
    how: 'httpGet',
    scheme: reader.word(body.at('scheme'), ['HTTP', 'HTTPS'], 'HTTP'),
    path: path.startsWith('/') ? path : `/${path}`,
    port: readPort(body.at('port'), ports, reader),
    headers: Object.fromEntries(headers),
  }
}

/** Go sends any bytes but control characters; with one of those every probe would fail. */
function readHeaderValue(field: Field, name: string, reader: ManifestReader): string {
  const value = reader.textOr(field, '')
  if ([...value].some((one) => (one < ' ' && one !== '\t') || one === '\x7f')) {
    reader.mistake(field.place, `header ${name} must be without control characters; got ${shown(value)}`)
  }
  return value
}

function readExec(body: Field, reader: ManifestReader): Action {
  const command = reader.texts(body.at('command'))
  if (command.length === 0) reader.mistake(body.at('command').place, 'is required')
  return { how: 'exec', command }
}

/** A number, or the name of one of the container's ports. */
function readPort(field: Field, ports: Ports, reader: ManifestReader): number {
  const { value, place } = field
  if (typeof value === 'string' && /^\d+$/.test(value)) {
    reader.mistake(place, `must contain at least one letter (a-z), or be a number without quotes; got ${shown(value)}`)
    return 0
  }
  if (typeof value === 'string') {
    const named = ports.find(({ name }) => name === value)
    const names = ports.flatMap(({ name }) => name ?? [])
    const known = names.length > 0 ? `it has ${names.join(', ')}` : 'it has no named ports'
    if (!named) reader.mistake(place, `the container has no port named ${shown(value)}; ${known}`)
    return named?.containerPort ?? 0
  }
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535) return value
  reader.mistake(place, value === undefined ? 'is required' : `must be a port from 1 to 65535; got ${shown(value)}`)
  return 0
}

function readGrace(field: Field, kind: ProbeKind, reader: ManifestReader): { graceSeconds?: number } {
  if (!isSaid(field)) return {}
  if (kind === 'readiness') reader.mistake(field.place, 'must not be set for readinessProbes')
  if (field.value === 0) reader.mistake(field.place, 'must be greater than 0')
  return { graceSeconds: reader.count(field, 1) }
}
