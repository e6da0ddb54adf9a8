import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startService } from '../e2e/service-process.ts'

/** Every metric that failweb and its guard export, with the labels that they may have. */
export type Exported = ReadonlyMap<string, ReadonlySet<string>>

/** Asked of a real service, with everything on that adds metrics; needs `npm run build`. */
export async function exportedMetrics(): Promise<Exported> {
  // Nothing of the journal matters here but that there is one.
  const journal = mkdtempSync(join(tmpdir(), 'failweb-exported-'))
  const guard = ['--guard.enabled', 'true', '--guard.listen', '127.0.0.1:0']
  const service = await startService({ args: [...guard, '--faults.enabled', 'true', '--journal.folder', journal] })
  try {
    for (const path of ['/', '/healthz', '/readyz']) await service.ask(path)
    await service.ask('/remedies/purge-cache', { method: 'POST' })
    const { port } = service.events.find(({ event }) => event === 'guard-listening') ?? {}
    const guards = await fetch(`http://127.0.0.1:${port}/metrics`)
    const texts = [(await service.ask('/metrics')).body, await guards.text()]
    return read(texts.join('\n'))
  } finally {
    service.signal('SIGKILL')
    await service.exited
    rmSync(journal, { recursive: true })
  }
}

function read(text: string): Exported {
  const found = new Map<string, Set<string>>()
  const add = (name: string, labels: readonly string[]) => {
    found.set(name, new Set([...(found.get(name) ?? []), ...labels]))
  }
  for (const [, name = '', type] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    for (const one of type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']) add(name + one, [])
  }
  for (const [, name = '', labels = ''] of text.matchAll(/^([a-z_]+)\{(.*)\} /gm)) {
    add(
      name,
      [...labels.matchAll(/(\w+)="/g)].map(([, label = '']) => label),
    )
  }
  // A metric that has nothing to say yet has no series: its labels are those that it is declared with.
  for (const [name, labels] of declared()) if (found.has(name)) add(name, labels)
  return found
}

function declared(): readonly (readonly [string, readonly string[]])[] {
  const folder = new URL('../../src/metrics/', import.meta.url)
  const sources = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), 'utf8'))
  return sources.flatMap((source) =>
    [...source.matchAll(/name: '(failweb_\w+)',\n\s+help: .*,\n\s+labelNames: \[(.*)\]/g)].map(
      ([, name = '', labels = '']) => [name, labels.match(/\w+/g) ?? []] as const,
    ),
  )
}
