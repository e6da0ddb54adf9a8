import { fileURLToPath } from 'node:url'
import { contest } from './contest.ts'
import { recordSection, tableOf } from './detection/report.ts'

/** Does the heartbeat cost the same with 1, 10 and 1,000 checks? */
const RULES = { path: '/healthz', rounds: 7, seconds: 3, connections: 10 }

const results = await contest(
  ['1', '10', '1000'].map((count) => ({ name: count, script: 'heartbeat-server.ts', args: [count] })),
  RULES,
)
const body = tableOf(
  ['checks', 'heartbeats/s', 'ratio to 1 check', 'p99 ms'],
  results.map(({ name, perSecond, ratio, p99Ms }) => [name, perSecond.toFixed(0), ratio.toFixed(3), p99Ms.toFixed(0)]),
)
console.log(body)
recordSection(
  {
    heading: 'The heartbeat with 1, 10 and 1,000 checks',
    command: 'npx tsx test/bench/heartbeat.ts',
    body: `Medians of ${RULES.rounds} rounds of ${RULES.seconds} s, ${RULES.connections} connections, in turns.\n\n${body}`,
  },
  fileURLToPath(new URL('RESULTS.md', import.meta.url)),
)
