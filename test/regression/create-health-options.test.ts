import { createHealth, type HealthOptions, SetupError } from 'failweb'
import { diskUsage, latency } from 'failweb/checks'
import { expect, test } from 'vitest'

/** Once, an empty token let everybody in, and misspelt options were taken for none. */
test.each<[string, unknown, RegExp]>([
  ['an empty token', { token: '' }, /^token: expected one word of visible ASCII; got something else$/],
  ['a token with a line end', { token: 'abc\n' }, /^token: expected one word/],
  ['a misspelt option', { cheks: [] }, /^cheks: createHealth has no such option; it has checks, /],
  [
    'a cure that is none',
    { heartbeat: { asks: ['nope'] } },
    /^heartbeat.asks: expected a list of any of restart, wait, person/,
  ],
  ['a drain that is no number', { drainMs: 'x' }, /^drainMs: expected milliseconds/],
  ['checks that are no list', { checks: 'latency' }, /^checks: expected a list of checks; got "latency"$/],
  [
    'a misspelt option of an option',
    { heartbeat: { ask: ['restart'] } },
    /^heartbeat.ask: heartbeat has no such option; it has asks$/,
  ],
  [
    'a metrics option that there is not',
    { metrics: { pubic: true } },
    /^metrics.pubic: metrics has no such option; it has public$/,
  ],
  ['a version that is a number', { identity: { version: 2 } }, /^identity.version: expected text; got 2$/],
  ['no options at all', null, /^createHealth: expected an object with any of checks, .*; got null$/],
  ['a registry that is none', { registry: {} }, /^registry: expected a prom-client registry; got {}$/],
  ['a check that is none', { checks: [null] }, /^checks.0: expected a check; got null$/],
  ['a choice of no check', { checks: [{ check: null }] }, /^checks.0: expected a check; got {"check":null}$/],
  [
    'a check that was not called',
    { checks: [latency] },
    /^checks.0: expected a check; got a function: call it, latency\(\)$/,
  ],
  ['one of several', { checks: [latency(), diskUsage] }, /^checks.1: .* call it, diskUsage\(\)$/],
  ['a function without a name', { checks: [() => latency()] }, /^checks.0: expected a check; got a function: call it$/],
  [
    'all that is no check, with every other mistake',
    { checks: [latency, 'errors'], drain: 5 },
    /^drain: .*\nchecks.0: expected a check; .*\nchecks.1: expected a check; got "errors"$/,
  ],
  [
    'a number for settings',
    { checks: [latency(100 as never)] },
    /^checks.latency: expected an object with its settings; got 100$/,
  ],
  ['a text for settings', { checks: [latency('x' as never)] }, /^checks.latency: .* got "x"$/],
  ['null for settings', { checks: [latency(null as never)] }, /^checks.latency: .* got null$/],
  ['a list for settings', { checks: [latency([] as never)] }, /^checks.latency: .* got \[\]$/],
])('%s is refused', (_title, options, message) => {
  expect(() => createHealth(options as HealthOptions)).toThrow(SetupError)
  expect(() => createHealth(options as HealthOptions)).toThrow(message)
})

test('a misspelt option of the routes is refused, and mounts nothing', () => {
  const wanted = { prefx: '/internal' } as object
  expect(() => createHealth().routes(wanted)).toThrow(/^prefx: routes has no such option; it has prefix, metrics$/)
  expect(() => createHealth().handler(wanted)).toThrow(/^prefx: routes has no such option/)
})

test.each(['internal', '/internal/', 5])('the prefix %j is refused', (prefix) => {
  expect(() => createHealth().routes({ prefix: prefix as string })).toThrow(
    /^prefix: expected a path such as \/internal/,
  )
})
