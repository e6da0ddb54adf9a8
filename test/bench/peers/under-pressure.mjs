import { getHeapStatistics } from 'node:v8'
import underPressure from '@fastify/under-pressure'
import fastify from 'fastify'

// Its limits are off by default; these are its README's, but for the heap's: most of what there is.
const app = fastify()
await app.register(underPressure, {
  maxEventLoopDelay: 1_000,
  maxEventLoopUtilization: 0.98,
  maxHeapUsedBytes: getHeapStatistics().heap_size_limit * 0.8,
  exposeStatusRoute: '/status',
  healthCheck: () => globalThis.dependency?.() ?? true,
  healthCheckInterval: 1_000,
})
app.get('/', () => 'Hello, World!\n')
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' })
