import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ServiceProcess, startService } from '../service-process.ts'
import type { Story } from './story.ts'

/** A pod, as far as a container sees it: a place that outlives it, and the kubelet's file for last words. */
export interface World {
  readonly folder: string
  /** Where a story that watches its log finds it. */
  readonly log: string
  /** Starts a container; another one ends first. */
  run(): Promise<ServiceProcess>
  lastWords(): string
  end(): Promise<void>
}

const QUICK = { everyMs: 250 }

/** Looks four times a second, and nothing that depends on what else this machine does. */
const CHECKS = {
  ...Object.fromEntries(
    ['latency', 'memory-growth', 'memory-headroom', 'cache-size', 'event-loop', 'errors', 'descriptors'].map((name) => [
      name,
      QUICK,
    ]),
  ),
  numbers: { everyMs: 30 },
  'disk-usage': { ...QUICK, warnAt: 1, failAt: 1 },
  cpu: { enabled: false },
}

const LADDERS = { 'memory-headroom': { waitMs: 300 } }

export function makeWorld(story: Story): World {
  const folder = mkdtempSync(join(tmpdir(), 'failweb-story-'))
  const terminationMessagePath = join(folder, 'termination-log')
  const log = join(folder, 'logs', 'log')
  mkdirSync(join(folder, 'logs'))
  writeFileSync(terminationMessagePath, '')
  writeFileSync(
    join(folder, 'failweb.json'),
    JSON.stringify(
      merged(
        {
          host: '127.0.0.1',
          decay: { step: 0 },
          journal: { folder: join(folder, 'state') },
          terminationMessagePath,
          faults: { enabled: true, folder: join(folder, 'faults') },
          guard: { listen: '127.0.0.1:0' },
          remedies: { ladders: LADDERS },
          checks: CHECKS,
        },
        placed(story.config ?? {}, folder),
      ),
    ),
  )
  let last: ServiceProcess | undefined
  const end = async () => {
    last?.child.kill('SIGKILL')
    await last?.exited
  }
  return {
    folder,
    log,
    async run() {
      await end()
      // The kubelet gives every container a new one.
      writeFileSync(terminationMessagePath, '')
      const env = { LOG: log, FIFO: join(folder, 'fifo'), NODE_OPTIONS: '' }
      last = await startService({
        args: ['--config', join(folder, 'failweb.json')],
        env,
        under: [...(story.under ?? []), ...nodeWith(story.node)],
      })
      return last
    },
    lastWords: () => readFileSync(terminationMessagePath, 'utf8'),
    async end() {
      await end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Options go between Node and its program. */
function nodeWith(options: readonly string[] = []): readonly string[] {
  return options.length === 0 ? [] : ['sh', '-c', `node=$1; shift; exec "$node" ${options.join(' ')} "$@"`, 'sh']
}

/** `FOLDER` in a story's configuration is the folder of its world. */
function placed(config: object, folder: string): object {
  return JSON.parse(JSON.stringify(config).replaceAll('FOLDER', folder))
}

function merged(base: object, over: object): object {
  const both = Object.entries(over).map(([key, value]) => {
    const below = (base as Record<string, unknown>)[key]
    return [key, isPlain(below) && isPlain(value) ? merged(below, value) : value]
  })
  return { ...base, ...Object.fromEntries(both) }
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
