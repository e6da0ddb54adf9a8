import { describe, expect, test } from 'vitest'
import { type Mistake, parseSettings } from '../../src/core/settings-schema.ts'
import { above0, count, number, option, ratio, setting, text } from '../../src/settings/fields.ts'
import { object } from '../../src/settings/object.ts'

const schema = object({
  depth: setting(count, 3, 'how deep'),
  share: option(ratio, 'how much'),
  name: option(text, 'whose'),
  rate: option(above0, 'how fast'),
  any: option(number, 'any number'),
})

function mistakesOf(given: unknown): readonly Mistake[] {
  const parsed = parseSettings(schema, given)
  return 'mistakes' in parsed ? parsed.mistakes : []
}

describe('an object of settings', () => {
  test('fills in what nobody said, and leaves out what may be left out', () => {
    expect(parseSettings(schema, {})).toEqual({ settings: { depth: 3 } })
    expect(parseSettings(schema, { depth: 7, share: 1, any: -2 })).toEqual({
      settings: { depth: 7, share: 1, any: -2 },
    })
  })

  test('names all that is unknown, at once, and what is known', () => {
    const text = 'unknown, as is constructor, __proto__; known are depth, share, name, rate, any'
    const given: unknown = JSON.parse('{ "dpeth": 1, "constructor": 1, "__proto__": 2 }')
    expect(mistakesOf(given)).toEqual([{ path: ['dpeth'], text }])
    expect(mistakesOf({ dpeth: 1 })[0]?.text).toBe('unknown; known are depth, share, name, rate, any')
  })

  test('tells every mistake, each with what was expected and what came', () => {
    const given = { depth: 1.5, share: 2, name: '', rate: 0, any: Number.NaN }
    expect(mistakesOf(given).map(({ path, text }) => `${path.join('.')}: ${text}`)).toEqual([
      'depth: expected a whole number; got 1.5',
      'share: expected <=1; got 2',
      'name: expected some text; got ""',
      'rate: expected >0; got 0',
      'any: expected number; got NaN',
    ])
    expect(mistakesOf({ any: Number.POSITIVE_INFINITY })[0]?.text).toBe('expected a finite number; got Infinity')
  })
})
