import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { assign, type Choice } from '../../src/core/assignment.ts'
import { defineCheck } from '../../src/core/check.ts'
import { DEFAULT_RHYTHM } from '../../src/core/rhythm.ts'
import { SetupError } from '../../src/core/setup-error.ts'
import { limitsInOrder, ratioLimits } from '../../src/settings/limits.ts'
import { object } from '../../src/settings/object.ts'
import { steady } from '../assignments.ts'

const limited = defineCheck({
  ...steady('limited', 'pass', { rhythm: { everyMs: 30_000 } }),
  settings: v.pipe(object(ratioLimits({ warnAt: 0.8, failAt: 0.9, clearBy: 0.02 })), limitsInOrder()),
})

function mistakesOf(choices: readonly Choice[]): readonly string[] {
  try {
    assign(choices)
    return []
  } catch (error) {
    if (error instanceof SetupError) return error.mistakes
    throw error
  }
}

describe('an assignment', () => {
  test('is the check with its defaults where nothing is said', () => {
    const [first] = assign([{ check: limited, options: {} }])
    expect(first).toEqual({
      check: limited,
      cure: 'restart',
      settings: { warnAt: 0.8, failAt: 0.9, clearBy: 0.02 },
      rhythm: { ...DEFAULT_RHYTHM, everyMs: 30_000 },
    })
  })

  test('takes cure, rhythm and settings from the operator', () => {
    const [first] = assign([{ check: limited, options: { cure: 'person', toWorsen: 5, warnAt: 0.5 } }])
    expect(first).toMatchObject({ cure: 'person', rhythm: { toWorsen: 5 }, settings: { warnAt: 0.5 } })
  })

  test('is not made of a check that is turned off', () => {
    expect(assign([{ check: limited, options: { enabled: false } }])).toEqual([])
  })

  test('is refused with every mistake of all of them, each with its key, what was expected and what came', () => {
    expect(
      mistakesOf([
        { check: limited, options: { warnAt: 0.95, everyMs: 0, cure: 'reboot' } },
        { check: steady('plain', 'pass'), options: { depth: 3 } },
        { check: steady('plain', 'pass'), options: {} },
        { check: steady('Not A Name', 'pass', { about: '', advice: '' }), options: {} },
      ]),
    ).toEqual([
      'checks.limited.everyMs: expected milliseconds from 1 to 2147483647; got 0',
      'checks.limited.cure: expected restart, wait or person; got "reboot"',
      'checks.limited.warnAt: expected at most failAt (0.9); got 0.95',
      'checks.plain: has no settings; got depth',
      'Not A Name: name: expected kebab-case, at most 63 characters, none of decay, draining, main-thread; got "Not A Name"',
      'Not A Name: about: expected one line of text; got ""',
      'Not A Name: advice: expected one line of text; got ""',
      'two checks are named plain; each needs its own name',
    ])
  })

  test('is refused when two values would be one metric', () => {
    const disk = steady('disk', 'pass', { values: { usage_used_ratio: 'x' } })
    const diskUsage = steady('disk-usage', 'pass', { values: { used_ratio: 'x' } })
    expect(mistakesOf([disk, diskUsage].map((check) => ({ check, options: {} })))).toEqual([
      'two values would both be the metric failweb_disk_usage_used_ratio; rename one of them',
    ])
  })

  test.each([
    ['_total', 'requests_total'],
    ['upper case', 'Depth'],
    ['_info', 'build_info'],
    ['total alone, which ends the metric so too', 'total'],
    ['count alone', 'count'],
    ['bucket alone', 'bucket'],
  ])('is refused for a value name with %s', (_what, name) => {
    expect(mistakesOf([{ check: steady('odd', 'pass', { values: { [name]: 'x' } }), options: {} }])[0]).toMatch(
      /^odd: values: expected \[a-z\]/,
    )
  })

  test.each<[string, object, string]>([
    [
      'settings that are no schema',
      { settings: { depth: 3 } },
      'settings: expected a schema that keeps to Standard Schema (zod, valibot and others); got {"depth":3}',
    ],
    ['an open that is no function', { open: true }, 'open: expected a function; got true'],
    ['a close that is no function', { close: {} }, 'close: expected a function; got {}'],
    ['a misspelt rhythm', { rythm: { everyMs: 5 } }, 'rythm: a check has no such field; did you mean rhythm?'],
    ['misspelt settings', { setings: v.object({}) }, 'setings: a check has no such field; did you mean settings?'],
    ['a misspelt open', { opne() {} }, 'opne: a check has no such field; did you mean open?'],
    ['misspelt values', { value: { depth: 'x' } }, 'value: a check has no such field; did you mean values?'],
    [
      'a misspelt field of its rhythm',
      { rhythm: { everyMS: 5 } },
      'rhythm.everyMS: a rhythm has no such field; did you mean everyMs?',
    ],
    [
      'a cure in its rhythm',
      { rhythm: { cure: 'wait' } },
      'rhythm.cure: a rhythm has no such field; it has everyMs, timeoutMs, toWorsen, toRecover',
    ],
    ['a rhythm that is no object', { rhythm: 'slow' }, 'rhythm: expected an object; got "slow"'],
    [
      'values that are a list',
      { values: ['depth'] },
      'values: expected names of values, each with one line about it; got ["depth"]',
    ],
    [
      'an observed value that it does not declare',
      { values: { depth_messages: 'x' }, observes: { measurement: 'size', value: 'constructor' } },
      'observes: expected { measurement, value } with one of the declared values (depth_messages); got {"measurement":"size","value":"constructor"}',
    ],
    [
      'an observed value without a measurement',
      { values: { depth: 'x' }, observes: { value: 'depth' } },
      'observes: expected { measurement, value } with one of the declared values (depth); got {"value":"depth"}',
    ],
  ])('is refused for %s', (_what, about, message) => {
    expect(mistakesOf([{ check: { ...steady('odd', 'pass'), ...about }, options: {} }])).toEqual([`odd: ${message}`])
  })

  test('names what is misspelt beside what is missing for it', () => {
    const { about, ...check } = steady('odd', 'pass')
    expect(mistakesOf([{ check: { ...check, abuot: about } as never, options: {} }])).toEqual([
      'odd: about: expected one line of text; got undefined',
      'odd: abuot: a check has no such field; did you mean about?',
    ])
  })

  test.each<[string, object]>([
    ['helpers', { helper() {}, connect() {}, host: 'db', port: 5432 }],
    [
      'what is alike, where the check has what it is like',
      { values: {}, value: { newest: 3 }, close() {}, closed() {} },
    ],
    ['state that cannot be meant for what it is called like', { closed: false, keeps: [], value: 3, core: { n: 1 } }],
    ['what it marks as its own', { _open() {}, _rhythm: {} }],
  ])('may have whatever else it likes: %s', (_what, besides) => {
    expect(mistakesOf([{ check: { ...steady('own', 'pass'), ...besides }, options: {} }])).toEqual([])
  })

  test('of a class is not asked about the methods that its class gives it', () => {
    class Own {
      name = 'own'
      about = 'x'
      cure = 'wait' as const
      closed = false
      sense() {
        return this.clone()
      }
      judge() {
        return { status: 'pass' as const, because: 'x', values: {} }
      }
      clone() {
        return 1
      }
    }
    expect(mistakesOf([{ check: new Own(), options: {} }])).toEqual([])
  })

  test('is refused for a term or a setting that every object inherits', () => {
    const options: object = JSON.parse('{ "constructor": 1, "__proto__": 2 }')
    expect(mistakesOf([{ check: limited, options: { ...options } }])).toEqual([
      'checks.limited.constructor: unknown, as is __proto__; known are warnAt, failAt, clearBy',
    ])
    const check = steady('odd', 'pass', { rhythm: { constructor: 1 } as object })
    expect(mistakesOf([{ check, options: {} }])).toEqual([
      'odd: rhythm.constructor: a rhythm has no such field; it has everyMs, timeoutMs, toWorsen, toRecover',
    ])
  })

  test('is refused when a value would be one of failweb’s own metrics', () => {
    const check = steady('healthcheck', 'pass', { values: { status: 'x' } })
    expect(mistakesOf([{ check, options: {} }])).toEqual([
      'healthcheck: values.status: expected another name, for failweb_healthcheck_status is failweb\'s own metric; got "status"',
    ])
  })

  test('takes no longer for each check where there are many', () => {
    const choices = Array.from({ length: 20_000 }, (_, index) => ({ check: steady(`c${index}`, 'pass'), options: {} }))
    const began = process.cpuUsage()
    expect(assign(choices)).toHaveLength(20_000)
    // Comparing each with each took a dozen seconds here.
    expect(process.cpuUsage(began).user).toBeLessThan(4_000_000)
  })

  test('is refused for a rhythm that the check itself gives wrongly', () => {
    const check = steady('odd', 'pass', { rhythm: { everyMs: -1 } })
    expect(mistakesOf([{ check, options: {} }])).toEqual([
      'checks.odd.everyMs: expected milliseconds from 1 to 2147483647; got -1',
    ])
  })
})
