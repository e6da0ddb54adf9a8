import { readFileSync } from 'node:fs'
import { SetupError } from '../../core/setup-error.ts'
import { type PodName, podNameOf } from '../kubelet/pod-name.ts'
import { readContainer, readLabel } from './manifest-container.ts'
import { outsideEnvNotes } from './manifest-env.ts'
import { type Field, readDocuments } from './manifest-file.ts'
import { isSaid, ManifestReader } from './manifest-reader.ts'
import type { ContainerSpec, PodSpec, RestartPolicy } from './pod-spec.ts'

/** What was found in some manifests. */
export interface Manifest {
  readonly pods: readonly { readonly spec: PodSpec; readonly name: PodName }[]
  /** What the rehearsal leaves out or plays otherwise, one line each. */
  readonly notes: readonly string[]
}

const WORKLOADS = ['Deployment', 'Pod', 'StatefulSet', 'DaemonSet'] as const

/**
 * Reads manifests: Deployment, Pod, StatefulSet and DaemonSet, also as items of a List, several documents and several files; other kinds
 * are passed over.
 * @throws {SetupError} with every mistake of all of them, each with its file, line and path
 */
export function readManifests(files: readonly string[]): Manifest {
  return parseManifests(files.map((file) => ({ file, text: readText(file) })))
}

/** As {@link readManifests}, of texts that have been read. */
export function parseManifests(texts: readonly { readonly file: string; readonly text: string }[]): Manifest {
  const reader = new ManifestReader()
  const documents = texts.flatMap(({ file, text }) => readDocuments(file, text, reader.mistakes))
  const objects = documents.flatMap((document) => objectsOf(document, reader))
  const others = objects.filter((object) => isSaid(object.at('kind')) && !workloadKindOf(object)).map(titleOf)
  const notes: string[] = []
  const pods = objects.flatMap((object) => readWorkload(object, reader, notes) ?? [])
  if (pods.length === 0 && reader.mistakes.length === 0) {
    const passedOver = others.length === 0 ? '' : `; passed over: ${others.join(', ')}`
    reader.mistakes.push(`${texts.map(({ file }) => file).join(', ')}: no ${WORKLOADS.join(', ')} found${passedOver}`)
  }
  if (reader.mistakes.length > 0) throw new SetupError(reader.mistakes)
  return { pods, notes: [...notes, ...others.map((title) => `passed over: ${title}`)] }
}

/** What a document holds: itself, or as a List, which `kubectl get -o yaml` prints, its items. */
function objectsOf(document: Field, reader: ManifestReader): readonly Field[] {
  if (document.at('kind').value !== 'List') return [document]
  return reader.items(document.at('items')).flatMap((item) => objectsOf(item, reader))
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new SetupError([`${file}: ${code === 'ENOENT' ? 'no such file' : `cannot be read (${code})`}`])
  }
}

function workloadKindOf(object: Field): (typeof WORKLOADS)[number] | undefined {
  return WORKLOADS.find((known) => known === object.at('kind').value)
}

/** `CronJob nightly (deploy.yml:12)`. */
function titleOf(object: Field): string {
  const { file, line } = object.place
  const name = object.at('metadata').at('name').value ?? []
  return `${[object.at('kind').value, name].flat().join(' ')} (${file}:${line})`
}

function readWorkload(document: Field, reader: ManifestReader, notes: string[]) {
  const kind = workloadKindOf(document)
  if (!isSaid(document.at('kind'))) reader.mistake(document.at('kind').place, 'is required')
  if (!kind) return undefined
  const workload = reader.text(document.at('metadata').at('name'))
  const name = podNameOf(kind, workload)
  const namespace = reader.textOr(document.at('metadata').at('namespace'), 'default')
  const template = kind === 'Pod' ? document : document.at('spec').at('template')
  if (kind !== 'Pod') checkSelector(document, reader)
  const replicas = document.at('spec').at('replicas').value
  if (typeof replicas === 'number' && replicas > 1)
    notes.push(`${workload}: ${replicas} replicas are played as one pod`)
  const spec = readPodSpec(template.at('spec'), { kind, workload, namespace, podName: name.name }, reader, notes)
  return spec ? { spec, name } : undefined
}

interface Owner extends Pick<PodSpec, 'workload' | 'namespace'> {
  readonly kind: (typeof WORKLOADS)[number]
  readonly podName: string
}

function readPodSpec(field: Field, owner: Owner, reader: ManifestReader, notes: string[]): PodSpec | undefined {
  const policies: readonly RestartPolicy[] = owner.kind === 'Pod' ? ['Always', 'OnFailure', 'Never'] : ['Always']
  const downward = { 'metadata.name': owner.podName, 'metadata.namespace': owner.namespace }
  const items = reader.items(field.at('containers'))
  const emptyDirs = readEmptyDirs(field.at('volumes'), owner.workload, reader, notes)
  const [first, ...others] = items.map((container) => readContainer(container, { downward, emptyDirs }, reader))
  if (isSaid(field.at('initContainers'))) notes.push(`${owner.workload}: initContainers are not played`)
  if (!first) {
    reader.mistake(field.at('containers').place, 'is required')
    return undefined
  }
  checkNames(items, reader)
  const containers: readonly [ContainerSpec, ...ContainerSpec[]] = [first, ...others]
  notes.push(...containers.flatMap((container) => outsideEnvNotes(owner.workload, container)))
  const { kind, workload, namespace } = owner
  const restartPolicy = reader.word(field.at('restartPolicy'), policies, 'Always')
  const grace = field.at('terminationGracePeriodSeconds')
  const graceSeconds = reader.count(grace, 30, [0, 2 ** 31 - 1])
  return {
    kind,
    workload,
    namespace,
    restartPolicy,
    graceSeconds,
    gracePlace: grace.place,
    containers,
    place: field.place,
  }
}

/** The names of the volumes that are played: what another holds is not on this machine. */
function readEmptyDirs(field: Field, workload: string, reader: ManifestReader, notes: string[]): ReadonlySet<string> {
  const names = new Set<string>()
  for (const item of reader.items(field)) {
    const name = readLabel(item.at('name'), reader)
    const kind = item.keys().find((key) => key !== 'name')
    if (kind === 'emptyDir') names.add(name)
    else notes.push(`${workload}: the volume ${name} (${kind ?? 'of no kind'}) is not played`)
  }
  return names
}

function checkNames(items: readonly Field[], reader: ManifestReader): void {
  const names = items.map((item) => item.at('name').value)
  for (const [index, item] of items.entries()) {
    if (names.indexOf(names[index]) < index) {
      reader.mistake(item.at('name').place, `duplicate value: ${names[index]}`)
    }
  }
}

/** A Deployment whose selector does not find its own pods is refused by the cluster. */
function checkSelector(document: Field, reader: ManifestReader): void {
  const selector = document.at('spec').at('selector')
  if (!isSaid(selector)) reader.mistake(selector.place, 'is required')
  const labels = document.at('spec').at('template').at('metadata').at('labels')
  for (const key of selector.at('matchLabels').keys()) {
    const wanted = selector.at('matchLabels').at(key).value
    if (labels.at(key).value !== wanted) {
      reader.mistake(labels.place, `selector does not match template labels: ${key}=${wanted} is missing`)
    }
  }
}
