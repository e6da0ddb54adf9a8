import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { parseSettings } from '../../src/core/settings-schema.ts'

const libraries = [
  ['zod', z.strictObject({ limits: z.strictObject({ depth: z.number().gt(0).default(3) }) })],
  ['valibot', v.strictObject({ limits: v.strictObject({ depth: v.optional(v.pipe(v.number(), v.gtValue(0)), 3) }) })],
] as const

describe.each(libraries)('a schema of %s', (_library, schema) => {
  test('gives the settings with their defaults', () => {
    expect(parseSettings(schema, { limits: {} })).toEqual({ settings: { limits: { depth: 3 } } })
  })

  test('tells where the mistake is', () => {
    const parsed = parseSettings(schema, { limits: { depth: -1 } })
    expect(parsed).toMatchObject({ mistakes: [{ path: ['limits', 'depth'], text: expect.stringContaining('>0') }] })
  })
})

describe('a mistake', () => {
  test('says what was expected and what came, where the library tells', () => {
    const schema = v.object({ depths: v.array(v.pipe(v.number(), v.maxValue(9))) })
    const text = 'expected <=9; got 12'
    expect(parseSettings(schema, { depths: [1, 12] })).toEqual({ mistakes: [{ path: ['depths', '1'], text }] })
  })

  test('is a schema that takes its time: a service is set up at once', () => {
    const schema = v.pipeAsync(
      v.number(),
      v.checkAsync(async () => true),
    )
    const text = 'its schema answers with a promise; settings are validated at once'
    expect(parseSettings(schema, 1)).toEqual({ mistakes: [{ path: [], text }] })
  })
})
