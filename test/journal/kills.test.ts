import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { faultsIn, type Kill, killOne } from './kills.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'failweb-kills-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('60 kill -9 at random moments: the next run starts, has every line that was written, and says if one is torn', async () => {
  const chains = await Promise.all(['a', 'b', 'c'].map((name) => killAgain(join(folder, name), 20)))
  const faults = chains.flatMap((kills) => kills.map((kill, n) => faultsIn(kill, kills[n - 1])))
  expect(faults).toHaveLength(60)
  expect(faults.flat()).toEqual([])
  expect(chains.flat().filter(({ known }) => known > 0).length).toBeGreaterThan(30)
}, 120_000)

async function killAgain(folder: string, times: number): Promise<readonly Kill[]> {
  const kills: Kill[] = []
  while (kills.length < times) kills.push(await killOne(folder))
  return kills
}
