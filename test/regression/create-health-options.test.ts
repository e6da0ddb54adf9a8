import { createHealth, type HealthOptions, SetupError } from 'failweb'
import { expect, test } from 'vitest'

/** Once, an empty token let everybody in, and misspelt options were taken for none. */
test.each<[string, unknown, RegExp]>([
  ['an empty token', { token: '' }, /^token: expected one word of visible ASCII; got something else$/],
  ['a token with a line end', { token: 'abc\n' }, /^token: expected one word/],
  ['a misspelt option', { cheks: [] }, /^cheks: createHealth has no such option; it has checks, /],
  [
    'a cure that is none',
    { heartbeat: { asks: ['nope'] } },
    /^heartbeat: expected { asks } with any of restart, wait, person/,
  ],
  ['a drain that is no number', { drainMs: 'x' }, /^drainMs: expected milliseconds/],
  ['checks that are no list', { checks: 'latency' }, /^checks: expected a list of checks; got "latency"$/],
  ['a check that is none', { checks: [null] }, /^checks: expected a list of checks/],
])('%s is refused', (_title, options, message) => {
  expect(() => createHealth(options as HealthOptions)).toThrow(SetupError)
  expect(() => createHealth(options as HealthOptions)).toThrow(message)
})

test.each(['internal', '/internal/', 5])('the prefix %j is refused', (prefix) => {
  expect(() => createHealth().routes({ prefix: prefix as string })).toThrow(
    /^prefix: expected a path such as \/internal/,
  )
})
