import { closeSync, openSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { listOpen, Reserve, watchDescriptors } from '../../src/host/descriptors.ts'
import { runChild } from './children/child.ts'

describe('the watch on descriptors', () => {
  test('sees one more when one more is opened', () => {
    const watch = watchDescriptors()
    const before = watch.look()
    const descriptor = openSync('/dev/null', 'r')
    const after = watch.look()
    closeSync(descriptor)
    expect(after).toEqual({ ...before, open: (before.open ?? 0) + 1 })
    expect(before.limit).toBeGreaterThan(before.open ?? 0)
    watch.stop()
  })

  test('counting the names gives the same as the size of the folder, with a reserve and without', () => {
    const watch = watchDescriptors()
    const reserve = new Reserve()
    expect(listOpen(reserve)).toBe(watch.look().open)
    reserve.close()
    const { open } = watch.look()
    const without = new Reserve()
    without.close()
    expect(listOpen(without)).toBe(open)
    without.close()
    watch.stop()
  })

  test('stopped, it holds none', () => {
    const outer = watchDescriptors()
    const { open } = outer.look()
    const inner = watchDescriptors()
    inner.look()
    inner.stop()
    expect(outer.look().open).toBe(open)
    outer.stop()
  })
})

test('with every descriptor of 64 taken the checks say so, crash nothing, and recover', async () => {
  const { code, out, err } = await runChild('descriptors.ts')
  expect(err).not.toMatch(/Error/)
  expect(code).toBe(0)
  const [before, taken, exhausted, freed] = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(taken).toEqual({ stage: 'taken', code: 'EMFILE' })
  expect(before.checks.descriptors).toMatchObject({ status: 'pass' })
  expect(exhausted.checks.descriptors.status).toBe('fail')
  // One or two may have been inherited from outside the limit, or be free again by the time of the look.
  expect(exhausted.checks.descriptors.because).toMatch(
    /^6\d of 64 descriptors are open \(\d+%, \d+ of them in the last [\d.]+ m?s(, (\d+|none) in the last [\d.]+ m?s)?\); fails at 95%/,
  )
  for (const name of ['latency', 'event-loop', 'errors', 'numbers', 'cpu']) {
    expect([name, exhausted.checks[name].status]).toEqual([name, 'pass'])
  }
  expect(exhausted.checks.latency.because).toContain('EMFILE')
  expect(freed.checks.descriptors).toMatchObject({ status: 'pass' })
})
