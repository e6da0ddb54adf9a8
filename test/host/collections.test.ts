import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, expect, test } from 'vitest'
import { createCollections, watchCollections } from '../../src/host/collections.ts'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

/** Node has told of the collections so far. */
async function told(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 10))
  await new Promise((resolve) => setImmediate(resolve))
}

test('every collection counts, also when many are told of at once', async () => {
  const collections = createCollections()
  stops.push(collections.stop)
  collections.start()
  const major = () => collections.counts().find(({ kind }) => kind === 'major')
  const before = major()?.collections ?? 0
  // All in one go, so that the observer hears of them in one list.
  for (let i = 0; i < 35; i++) collect()
  await told()
  expect((major()?.collections ?? 0) - before).toBeGreaterThanOrEqual(35)
  expect(major()?.seconds).toBeGreaterThan(0)
})

test('all who watch are told, until they stop themselves', async () => {
  const heard: string[] = []
  const watch = (who: string) => watchCollections((kind) => kind === 'major' && heard.push(who))
  const [stopFirst, stopSecond] = [watch('first'), watch('second')]
  stops.push(stopFirst, stopSecond)
  collect()
  await told()
  expect(heard).toEqual(['first', 'second'])
  stopFirst()
  collect()
  await told()
  expect(heard).toEqual(['first', 'second', 'second'])
  stopSecond()
  collect()
  await told()
  expect(heard).toHaveLength(3)
  stops.push(watch('third'))
  collect()
  await told()
  expect(heard.at(-1)).toBe('third')
})
