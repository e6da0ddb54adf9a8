import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ROOT } from './api.ts'

interface Locked {
  readonly version?: string
  readonly dev?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly hasInstallScript?: boolean
  readonly os?: readonly string[]
  readonly cpu?: readonly string[]
  readonly libc?: readonly string[]
  readonly license?: string
}

const parsed = (file: string) => JSON.parse(readFileSync(join(ROOT, file), 'utf8'))
const { dependencies, name, publishConfig = {}, ...manifest } = parsed('package.json')
const lock: Readonly<Record<string, Locked>> = parsed('package-lock.json').packages
// An optional peer of valibot is not installed where nobody asks for it; here it is a development dependency.
const typescript = /^node_modules\/(@typescript\/|typescript$)/
const production = Object.entries(lock).filter(([path, { dev }]) => path !== '' && !dev && !typescript.test(path))

describe('what is depended on at run time', () => {
  test('is listed with its reason, and nothing else is', () => {
    const rows = [
      ...readFileSync(join(ROOT, 'docs/DEPENDENCIES.md'), 'utf8').matchAll(/^\| `(\S+)` \| (.{20,}) \| .+ \|$/gm),
    ]
    expect(rows.map(([, listed]) => listed).sort()).toEqual(Object.keys(dependencies).sort())
  })

  test('is pinned to versions', () => {
    for (const version of Object.values(dependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/)
  })

  test('has no native code: no install script, no system, processor or C library of its own, nothing for node-gyp', () => {
    expect(production.length).toBeGreaterThan(40)
    const bound = production.filter(([, { hasInstallScript, os, cpu, libc }]) => hasInstallScript || os || cpu || libc)
    expect(bound.map(([path]) => path)).toEqual([])
    const built = production.filter(([path]) => {
      const { gypfile, scripts = {} } = parsed(`${path}/package.json`)
      return gypfile || 'install' in scripts || 'preinstall' in scripts || 'postinstall' in scripts
    })
    expect(built.map(([path]) => path)).toEqual([])
  })

  test('has licences that allow its use in anything', () => {
    const free = new Set(['MIT', 'ISC', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause'])
    expect(production.filter(([, { license }]) => !free.has(`${license}`)).map(([path]) => path)).toEqual([])
  })
})

describe('the manifest', () => {
  test('is what a registry and its readers want to know', () => {
    expect(name).toBe('failweb')
    expect(manifest).toMatchObject({ type: 'module', sideEffects: false, license: 'MIT', engines: { node: '>=20.19' } })
    expect(manifest['private']).toBeUndefined()
    // Types come first: the first condition that fits is taken.
    for (const entry of Object.values<string | object>(manifest['exports']))
      if (typeof entry === 'object') expect(Object.keys(entry)).toEqual(['types', 'default'])
  })

  test('asks for provenance only together with the repository that it is to be proven from', () => {
    expect(publishConfig.provenance === true).toBe(manifest['repository'] !== undefined)
  })
})
