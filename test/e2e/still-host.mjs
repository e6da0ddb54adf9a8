// A host that stops its checks and goes on serving: nothing of failweb's own does that. SIGUSR2 stops them, as a mistake would.
import { createServer } from 'node:http'
import { cacheSize } from '../../dist/checks/index.js'
import { createHealth } from '../../dist/src/index.js'

const health = createHealth({ checks: [cacheSize({ everyMs: 1_000 })] })
const answer = health.handler()
const server = createServer((req, res) => answer(req, res, () => res.writeHead(404).end()))
await health.start()
process.on('SIGUSR2', () => void health.stop())
server.listen(Number(process.argv[2]), '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ event: 'listening', url: `http://127.0.0.1:${server.address().port}/` })}\n`)
})
