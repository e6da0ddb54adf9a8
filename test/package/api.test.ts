import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Entry, ROOT, readApi } from './api.ts'
import { COMMAND, listing, reference } from './reference.ts'

describe('what the package exports', () => {
  let entries: readonly Entry[] = []
  let names: readonly Entry['names'][number][] = []
  beforeAll(() => {
    entries = readApi()
    names = entries.flatMap((entry) => entry.names)
  })

  test('comes by these doors', () => {
    expect(entries.map(({ specifier }) => specifier)).toEqual(['failweb', 'failweb/checks', 'failweb/testing'])
  })

  test('has these names and types', () => {
    const kept = readFileSync(join(ROOT, 'test/package/api.txt'), 'utf8')
    expect(listing(entries), `A change of the interface. If it is meant: ${COMMAND}, and a line in CHANGELOG.md`).toBe(
      kept,
    )
  })

  test('is what the reference says of it', () => {
    const kept = readFileSync(join(ROOT, 'docs/API.md'), 'utf8')
    expect(reference(entries), `The reference is old. Make it anew: ${COMMAND}`).toBe(kept)
  })

  test('says of each name what it is for', () => {
    expect(names.length).toBeGreaterThan(50)
    expect(names.filter(({ comment }) => comment.length < 10).map(({ name }) => name)).toEqual([])
  })

  test('speaks of no type that could not be imported by its name', () => {
    const known = new Set(names.map(({ name }) => name))
    const nameless = names.flatMap(({ name, speaksOf }) =>
      speaksOf.filter((other) => !known.has(other)).map((other) => `${name} speaks of ${other}`),
    )
    expect(nameless).toEqual([])
  })
})
