import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { OWN_METRICS } from '../../src/core/metric-names.ts'

const METRICS = new URL('../../src/metrics/', import.meta.url)

test('every name in metrics/ is among failweb’s own', () => {
  const sources = readdirSync(METRICS).map((file) => readFileSync(new URL(file, METRICS), 'utf8'))
  const names = sources.flatMap((source) =>
    [...source.matchAll(/['"`](failweb_[a-z_]*)/g)].map(([, name = '']) => name),
  )
  expect(names.length).toBeGreaterThan(10)
  expect(names.filter((name) => !OWN_METRICS.includes(name))).toEqual([])
})
