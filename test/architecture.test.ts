import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** One room and its doors: which other rooms and packages it may import. Its own files it always may. */
interface Room {
  readonly rooms: readonly string[]
  /** Each with all its files, or one file of it. */
  readonly packages?: readonly string[]
  /** Packages of which only the types may be used: they are not loaded at run time. */
  readonly typesOf?: readonly string[]
  /** Whether `node:` modules are open to it. */
  readonly node: boolean
}

/** The table of `src/README.md`. */
const DOORS: Readonly<Record<string, Room>> = {
  'src/core': { rooms: [], typesOf: ['@standard-schema/spec'], node: false },
  'src/settings': { rooms: ['src/core'], packages: ['valibot'], node: false },
  'src/stats': { rooms: [], node: false },
  'src/render': { rooms: ['src/core'], node: false },
  'src/page': { rooms: ['src/core', 'src/stats', 'src/render'], node: false },
  'src/host': {
    rooms: ['src/core', 'src/stats'],
    packages: ['check-disk-space'],
    typesOf: ['lru-cache'],
    node: true,
  },
  'src/engine': { rooms: ['src/core', 'src/stats'], node: true },
  'src/metrics': { rooms: ['src/core', 'src/stats', 'src/metrics/exposition.ts'], node: false },
  'src/metrics/exposition.ts': {
    rooms: ['src/core', 'src/metrics'],
    packages: ['prom-client/lib/registry.js'],
    typesOf: ['prom-client'],
    node: false,
  },
  'src/failweb': { rooms: ['src/core'], packages: ['lru-cache', 'pure-rand'], node: true },
  'src/http': {
    rooms: ['src/access', 'src/core', 'src/package.ts', 'src/render', 'src/page', 'src/metrics', 'src/failweb'],
    packages: ['koa', '@koa/router'],
    node: true,
  },
  'src/access': { rooms: ['src/core'], node: true },
  'src/guard': { rooms: ['src/access', 'src/core', 'src/host', 'src/package.ts', 'src/system-clock.ts'], node: true },
  'src/remedies': { rooms: ['src/core', 'src/host'], node: true },
  'src/faults': { rooms: ['src/core', 'src/host'], node: true },
  'src/rehearse': {
    rooms: ['src/core', 'src/stats', 'src/failweb/decay.ts', 'src/stand-by.ts', 'src/system-clock.ts'],
    packages: ['pidusage', 'yaml', 'pure-rand'],
    node: true,
  },
  'src/baseline': { rooms: ['src/core', 'src/package.ts', 'src/stand-by.ts'], packages: ['yaml'], node: true },
  'src/config': {
    rooms: ['src/core', 'src/settings'],
    packages: ['valibot', '@valibot/to-json-schema', 'yaml', 'leven'],
    typesOf: ['@standard-schema/spec'],
    node: true,
  },
  'src/cli': {
    rooms: [
      'src/core',
      'src/stats',
      'src/config',
      'src/render',
      'src/rehearse',
      'src/baseline',
      'src/look-once.ts',
      'src/log-event.ts',
      'src/service.ts',
      'src/package.ts',
      'src/system-clock.ts',
      'checks/index.ts',
    ],
    node: true,
  },
  // The top floor, where the parts meet: everything but the rehearsal, which only starts failweb as a process.
  src: {
    rooms: [
      'core',
      'config',
      'engine',
      'failweb',
      'faults',
      'guard',
      'host',
      'http',
      'journal',
      'metrics',
      'remedies',
      'render',
    ].map((room) => `src/${room}`),
    typesOf: ['koa'],
    node: true,
  },
  'src/index.ts': { rooms: ['src/core', 'src/health.ts'], node: false },
  'src/testing': { rooms: ['src/core'], node: false },
  checks: { rooms: ['src/core', 'src/stats', 'src/host', 'src/settings'], packages: ['valibot'], node: true },
  'checks/index.ts': { rooms: ['src/core', 'checks'], node: false },
}

interface Import {
  readonly from: string
  readonly target: string
  readonly typeOnly: boolean
}

/** Static, re-exporting, side-effect and dynamic imports; comments are no code. */
function importsIn(file: string, source: string): readonly Import[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:])\/\/.*$/gm, '$1')
  const statics = code.matchAll(/^\s*(?:import|export)\s+(type\s)?[^'"()]*?from\s*['"]([^'"]+)['"]/gm)
  const sideEffects = code.matchAll(/^\s*import\s*['"]([^'"]+)['"]/gm)
  const dynamics = code.matchAll(/\b(?:import|require|createRequire\([^)]*\))\(\s*['"`]([^'"`]+)['"`]/g)
  const others = [...sideEffects, ...dynamics].map(([, target = '']) => ({ from: file, target, typeOnly: false }))
  return [
    ...[...statics].map(([, type, target = '']) => ({ from: file, target, typeOnly: type !== undefined })),
    ...others,
  ]
}

function roomOf(file: string): string {
  const fit = Object.keys(DOORS).filter((room) => file === room || file.startsWith(`${room}/`))
  return fit.sort((a, b) => b.length - a.length)[0] ?? ''
}

/** Why an import is forbidden; undefined where it is not. */
function forbidden({ from, target, typeOnly }: Import): string | undefined {
  const own = roomOf(from)
  const room = DOORS[own]
  if (!room) return `${from}: belongs to no room`
  if (target.startsWith('node:')) return room.node ? undefined : `${from}: ${own} has no door to ${target}`
  if (!target.startsWith('.')) {
    const name = target
      .split('/')
      .slice(0, target.startsWith('@') ? 2 : 1)
      .join('/')
    const open =
      room.packages?.some((one) => one === name || one === target) || (typeOnly && room.typesOf?.includes(name))
    return open ? undefined : `${from}: ${own} has no door to ${typeOnly ? 'the types of ' : ''}${name}`
  }
  const file = relative(ROOT, join(ROOT, dirname(from), target))
  const doors = room.rooms.some((door) => file === door || file.startsWith(`${door}/`))
  // Checks are one file each: they never import one another. The files of every other room may.
  const atHome = roomOf(file) === own && own !== 'checks'
  return doors || atHome ? undefined : `${from}: ${own} has no door to ${file}`
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
}

describe('the doors', () => {
  const files = [...filesIn('src'), ...filesIn('checks')]
  const imports = files.flatMap((file) => importsIn(file, readFileSync(join(ROOT, file), 'utf8')))

  test('are kept by every file', () => {
    expect(files.length).toBeGreaterThan(80)
    expect(imports.length).toBeGreaterThan(300)
    expect(imports.flatMap((one) => forbidden(one) ?? [])).toEqual([])
  })

  test.each<[string, string, string]>([
    ['a static import', 'src/core/check.ts', `import { x } from '../engine/monitor.ts'`],
    ['a type import', 'src/http/app.ts', `import type { Registry } from '../engine/registry.ts'`],
    ['a re-export', 'src/render/text.ts', `export { x } from '../http/app.ts'`],
    ['a side effect', 'src/stats/kendall.ts', `import '../core/status.ts'`],
    ['a dynamic import', 'src/engine/monitor.ts', `const x = await import('../http/app.ts')`],
    ['a required file', 'src/engine/monitor.ts', `const x = createRequire(import.meta.url)('../http/app.js')`],
    ['an import over several lines', 'src/core/check.ts', `import {\n  x,\n} from '../host/disk.ts'`],
    ['a package', 'src/core/check.ts', `import * as v from 'valibot'`],
    ['a part of a package', 'checks/latency.ts', `import Router from '@koa/router/x'`],
    ['a node module', 'src/core/check.ts', `import { readFileSync } from 'node:fs'`],
    ['a file of a package of which another is open', 'src/metrics/exposition.ts', `import { x } from 'prom-client'`],
    ['another check', 'checks/latency.ts', `import { x } from './cpu.ts'`],
    ['the engine, from a check', 'checks/latency.ts', `import { x } from '../src/engine/registry.ts'`],
    ['the service, from the rehearsal', 'src/rehearse/odds.ts', `import { x } from '../service.ts'`],
    ['a file outside every room', 'lib/x.ts', `import { x } from '../src/core/check.ts'`],
  ])('%s is caught', (_title, file, source) => {
    const [found] = importsIn(file, source)
    expect(found && forbidden(found)).toMatch(new RegExp(`^${file}: `))
  })

  test('the types of a standard are open to core, and a comment is no import', () => {
    const [found] = importsIn('src/core/check.ts', `import type { StandardSchemaV1 } from '@standard-schema/spec'`)
    expect(found && forbidden(found)).toBeUndefined()
    expect(importsIn('src/core/check.ts', `// import x from 'koa'\n/* import 'koa' */`)).toEqual([])
  })
})

describe('the house', () => {
  const sources = [...filesIn('src'), ...filesIn('checks')].map((file) => ({
    file,
    text: readFileSync(join(ROOT, file), 'utf8'),
  }))

  test('names are nouns in kebab-case', () => {
    for (const { file } of sources) expect(file).toMatch(/\/[a-z0-9]+(-[a-z0-9]+)*\.ts$/)
  })

  test('time comes in by the door', () => {
    const clocks = ['src/system-clock.ts']
    const asking = sources.filter(
      ({ file, text }) => !clocks.includes(file) && /\bDate\.now\(|\bnew Date\(\)/.test(text),
    )
    expect(asking.map(({ file }) => file)).toEqual([])
  })

  test('no file is longer than a room', () => {
    const long = sources.filter(({ text }) => text.split('\n').length > 222)
    expect(long.map(({ file }) => file)).toEqual([])
  })
})
