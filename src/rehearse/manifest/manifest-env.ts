import { shown } from '../../core/setup-error.ts'
import type { Field } from './manifest-file.ts'
import { isSaid, type ManifestReader } from './manifest-reader.ts'
import type { ContainerSpec, OutsideEnv } from './pod-spec.ts'
import { filledIn, namesIn } from './variables.ts'

const ENV_NAME = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/

/** What an `env` entry may be filled with that the rehearsal knows: `metadata.name` → the pod's name. */
export type Downward = Readonly<Record<string, string>>

/**
 * Values that are written out, and of the downward API the pod's name; `$(NAME)` of an earlier variable is filled in, as Kubernetes does
 * it. What comes from the cluster stays unset, and so does what refers to it.
 */
export function readEnv(
  container: Field,
  downward: Downward,
  reader: ManifestReader,
): Pick<ContainerSpec, 'env' | 'outsideEnv'> {
  const env: Record<string, string> = {}
  const outside = new Map<string, string>()
  for (const item of reader.items(container.at('env'))) {
    reader.known(item, ['name', 'value', 'valueFrom'])
    const name = readName(item.at('name'), reader)
    const source = item.at('valueFrom')
    const known = downward[String(source.at('fieldRef').at('fieldPath').value)]
    const value = isSaid(source) ? known : readValue(item.at('value'), reader)
    const through = namesIn(value ?? '').find((one) => outside.has(one))
    const filled = filledIn(value ?? '', env)
    // Of two entries of one name the later one holds, and may refer to the earlier.
    delete env[name]
    outside.delete(name)
    if (value === undefined) outside.set(name, sourceOf(source))
    else if (through !== undefined) outside.set(name, `by way of ${through}`)
    else env[name] = filled
  }
  const single = [...outside].map(([name, source]) => ({ name, isPrefix: false, source }))
  const outsideEnv = [...single, ...readEnvFrom(container.at('envFrom'), reader)]
  return { env, ...(outsideEnv.length > 0 ? { outsideEnv } : {}) }
}

/** `web: env of the container web from elsewhere is not played: TOKEN (Secret keys), all of ConfigMap settings`. */
export function outsideEnvNotes(workload: string, { name, outsideEnv = [] }: ContainerSpec): readonly string[] {
  if (outsideEnv.length === 0) return []
  const told = outsideEnv.map(({ name, isPrefix, source }) =>
    isPrefix ? `all of ${source}${name === '' ? '' : ` as ${name}…`}` : `${name} (${source})`,
  )
  return [`${workload}: env of the container ${name} from elsewhere is not played: ${told.join(', ')}`]
}

function readName(field: Field, reader: ManifestReader): string {
  const name = reader.text(field)
  if (name !== '' && !ENV_NAME.test(name)) reader.mistake(field.place, `must be a variable's name`)
  return name
}

function readValue({ value, place }: Field, reader: ManifestReader): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  reader.mistake(place, `must be text; put it in quotes; got ${shown(value)}`)
  return ''
}

/** Each `envFrom` brings variables whose names the manifest does not tell. */
function readEnvFrom(field: Field, reader: ManifestReader): readonly OutsideEnv[] {
  return reader.items(field).map((item) => ({
    name: reader.textOr(item.at('prefix'), ''),
    isPrefix: true,
    source: sourceOf(item),
  }))
}

/** `ConfigMap settings`, `Secret token`, `field status.podIP`; of what is not known, its key. */
function sourceOf(field: Field): string {
  const key = field.keys().find((key) => key !== 'prefix') ?? 'valueFrom'
  const from = field.at(key)
  switch (key) {
    case 'configMapKeyRef':
    case 'configMapRef':
      return `ConfigMap ${from.at('name').value}`
    case 'secretKeyRef':
    case 'secretRef':
      return `Secret ${from.at('name').value}`
    case 'fieldRef':
      return `field ${from.at('fieldPath').value}`
    case 'resourceFieldRef':
      return `resource ${from.at('resource').value}`
    default:
      return String(key)
  }
}
