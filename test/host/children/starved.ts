import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setPriority } from 'node:os'
import { eventLoop } from '../../../checks/index.ts'
import { createHealth, defineCheck } from '../../../src/index.ts'
import { work } from './work.ts'

/**
 * Looks with a check that computes for 40 ms, and with `event-loop`, while another process of a higher priority wants the only processor
 * all the time: until a look took 100 ms and the waiting was told of, for 45 s at the most. Shows what was said of both.
 */
const computes = defineCheck<string>({
  name: 'computes',
  about: 'nothing, but for 40 ms of a processor’s time',
  cure: 'wait',
  rhythm: { everyMs: 500, timeoutMs: 10_000, toWorsen: 1, toRecover: 1 },
  sense() {
    work(40)
    return 'done'
  },
  judge: ([{ tookMs }]) => ({
    status: 'pass',
    because: `it took ${tookMs} ms`,
    values: { took_seconds: tookMs / 1000 },
  }),
  values: { took_seconds: 'how long it took' },
})

const said: string[] = []
let longest = 0
const health = createHealth({
  checks: [computes, eventLoop({ everyMs: 500, toWorsen: 1, stallMs: 100 })],
  onTransition: ({ name, to }) => said.push(`${name} ${to}`),
})
const other = spawn(process.execPath, ['-e', 'for (const until = Date.now() + 45_000; Date.now() < until; );'])
await once(other, 'spawn')
setPriority(10)
await health.start()
const isTold = () =>
  longest > 0.1 && health.snapshot().byName.get('event-loop')?.because.includes('kept from running') === true
while (other.exitCode === null && !isTold()) {
  longest = Math.max(longest, health.snapshot().byName.get('computes')?.values['took_seconds'] ?? 0)
  await new Promise((resolve) => setTimeout(resolve, 50))
}
other.kill('SIGKILL')
const { because, values } = health.snapshot().byName.get('event-loop') ?? {}
await health.stop()
process.stdout.write(JSON.stringify({ said, longest, because, values }))
