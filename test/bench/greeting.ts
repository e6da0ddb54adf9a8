import { fileURLToPath } from 'node:url'
import { contest } from './contest.ts'
import { recordSection, tableOf } from './detection/report.ts'

/** What does failweb cost the routes of its host? The same Koa app without and with it, all checks on. */
const RULES = { path: '/', rounds: 11, seconds: 3, connections: 10 }

const results = await contest(
  ['without', 'failweb'].map((name) => ({ name, script: 'greeting-server.ts', args: [name] })),
  RULES,
)
const body = tableOf(
  ['the same app', 'GET / a second', 'ratio', 'p99 ms'],
  results.map(({ name, perSecond, ratio, p99Ms }) => [name, perSecond.toFixed(0), ratio.toFixed(3), p99Ms.toFixed(0)]),
)
console.log(body)
recordSection(
  {
    heading: 'GET / with and without failweb',
    command: 'npx tsx test/bench/greeting.ts',
    body: `Medians of ${RULES.rounds} rounds of ${RULES.seconds} s, ${RULES.connections} connections, in turns.\n\n${body}`,
  },
  fileURLToPath(new URL('RESULTS.md', import.meta.url)),
)
