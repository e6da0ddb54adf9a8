import { writeFileSync } from 'node:fs'
import { cpu, eventLoop } from '../../../checks/index.ts'
import { createHealth } from '../../../src/index.ts'
import { work } from './work.ts'

/**
 * Begins without a quota, writes the second argument to the file that is the first, so that it has one, and wants more than that all the
 * time: until `cpu` and `event-loop` have said so, for 40 s at the most. Shows what was said of both.
 */
const [file = '', quota = ''] = process.argv.slice(2)
const health = createHealth({
  checks: [cpu({ everyMs: 2_000, toWorsen: 1 }), eventLoop({ everyMs: 500, toWorsen: 1, stallMs: 150 })],
})
await health.start()
const working = setInterval(() => work(30), 10)
writeFileSync(file, quota)
const said = (name: string) => {
  const check = health.snapshot().byName.get(name)
  return { status: check?.status, because: check?.because, values: check?.values }
}
const until = Date.now() + 40_000
while (
  Date.now() < until &&
  [said('cpu'), said('event-loop')].some(({ status }) => status !== 'warn' && status !== 'fail')
)
  await new Promise((resolve) => setTimeout(resolve, 100))
const shown = JSON.stringify({ cpu: said('cpu'), eventLoop: said('event-loop') })
clearInterval(working)
await health.stop()
process.stdout.write(shown)
