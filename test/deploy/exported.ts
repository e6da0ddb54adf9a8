import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startService } from '../e2e/service-process.ts'

/** Every metric that failweb and its guard export, with the labels that they may have. */
export type Exported = ReadonlyMap<string, ReadonlySet<string>>

/** What no check of a healthy service has to say. */
const GROWS = `export const grows = {
  name: 'grows',
  about: 'has a forecast',
  cure: 'person',
  sense: () => 1,
  judge: () => ({
    status: 'pass', because: 'it grows', values: {}, forecast: { limit: 'the end', etaSeconds: [60, 120, null] },
  }),
}`

/** Asked of a real service, with everything on that adds metrics; needs `npm run build`. */
export async function exportedMetrics(): Promise<Exported> {
  // Nothing of the journal matters here but that there is one.
  const journal = mkdtempSync(join(tmpdir(), 'failweb-exported-'))
  const checks = mkdtempSync(join(tmpdir(), 'failweb-exported-'))
  writeFileSync(join(checks, 'grows.mjs'), GROWS)
  const guard = ['--guard.enabled', 'true', '--guard.listen', '127.0.0.1:0']
  const service = await startService({
    args: [...guard, '--faults.enabled', 'true', '--journal.folder', journal, '--checks', checks],
  })
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
    for (const folder of [journal, checks]) rmSync(folder, { recursive: true })
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
  return found
}
