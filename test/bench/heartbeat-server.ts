import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHealth } from '../../src/health.ts'
import { steady } from '../assignments.ts'

/** A service with as many checks as the first argument says, each on its default rhythm; prints its port. */
const checks = Array.from({ length: Number(process.argv[2]) }, (_, index) => steady(`check-${index}`, 'pass'))
const health = createHealth({ checks })
await health.start()
const server = createServer(health.handler())
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
process.on('SIGTERM', () => process.exit(0))
