import { execSync } from 'node:child_process'
import { createServer } from 'node:http'
import { builtInChecks } from '../../dist/checks/index.js'
import { createHealth } from '../../dist/src/index.js'
import { createGuard } from '../../src/guard/guard.ts'
import { systemClock } from '../../src/system-clock.ts'

// A service that checks itself, with a guard or without. With an argument after that, its main thread blocks after a while.
const [guarded, blocks] = process.argv.slice(2)

const blocksFor = {
  loop() {
    for (;;);
  },
  regex() {
    ;/^(a+)+$/.test(`${'a'.repeat(60)}b`)
  },
  'Atomics.wait'() {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  },
  execSync() {
    execSync('sleep 60')
  },
}

const health = createHealth({ checks: builtInChecks })
await health.start()
createServer(health.handler()).listen(0, '127.0.0.1')
let port = 0
if (guarded === 'guarded') {
  const guard = createGuard({ clock: systemClock, listen: '127.0.0.1:0' })
  port = await guard.start()
  setInterval(
    () => guard.post(() => ({ live: { status: 200, body: 'OK\n' }, heartbeatPeek: { status: 200, body: 'OK\n' } })),
    1000,
  )
}
process.stdout.write(`${port}\n`)
if (blocks) setTimeout(blocksFor[blocks], 500)
