import { execSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants, setPriority } from 'node:os'
import { eventLoop } from '../../../checks/index.ts'
import { createHealth } from '../../../src/index.ts'
import { work } from './work.ts'

/** Stands still for 1.2 s, as its argument says, and shows what `event-loop` says of it: for 20 s at the most, until it warns. */
const ways = {
  computes: () => work(1_200),
  waits: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_200),
  executes: () => execSync('sleep 1.2'),
  // Only another can wake whoever is stopped.
  'is stopped': () =>
    once(spawn('sh', ['-c', `kill -STOP ${process.pid}; sleep 1.2; kill -CONT ${process.pid}`]), 'exit'),
}

// What else this machine does is not to be told of: whoever may (root, as CI is) runs before it.
try {
  setPriority(constants.priority.PRIORITY_HIGHEST)
} catch (error) {
  if (!(error instanceof Error && 'code' in error)) throw error
}

const health = createHealth({ checks: [eventLoop({ everyMs: 500, toWorsen: 1 })] })
const said = () => health.snapshot().byName.get('event-loop')
const until = async (holds: () => boolean) => {
  const end = Date.now() + 20_000
  while (!holds() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20))
}
await health.start()
await until(() => said()?.looked === true)
await ways[process.argv[2] as keyof typeof ways]()
await until(() => said()?.status === 'warn')
const { status, because, advice, values } = said() ?? {}
await health.stop()
process.stdout.write(JSON.stringify({ status, because, advice, values }))
