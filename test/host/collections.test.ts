import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, expect, test } from 'vitest'
import { createCollections } from '../../src/host/collections.ts'

const collections = createCollections()
afterEach(() => collections.stop())

test('every collection counts, also when many are told of at once', async () => {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  collections.start()
  const major = () => collections.counts().find(({ kind }) => kind === 'major')
  // The first who asks lets them be counted.
  const before = major()?.collections ?? 0
  expect(before).toBe(0)
  // All in one go, so that the observer hears of them in one list.
  for (let i = 0; i < 35; i++) collect()
  await new Promise((resolve) => setTimeout(resolve, 10))
  await new Promise((resolve) => setImmediate(resolve))
  expect((major()?.collections ?? 0) - before).toBeGreaterThanOrEqual(35)
  expect(major()?.seconds).toBeGreaterThan(0)
})
