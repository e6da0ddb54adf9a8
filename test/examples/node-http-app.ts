import { createServer } from 'node:http'
import { createHealth } from 'failweb'
import { eventLoop, latency } from 'failweb/checks'

/** A bare node:http service: one line measures, one lets the health routes answer first. */
export function createClock() {
  const health = createHealth({ checks: [latency({ thresholdMs: 100 }), eventLoop()] })
  const answerHealth = health.handler({ prefix: '/internal' })

  const server = createServer((req, res) => {
    health.measure(req, res, req.url === '/time' ? '/time' : 'unmatched')
    answerHealth(req, res, () => {
      res.statusCode = req.url === '/time' ? 200 : 404
      res.end(req.url === '/time' ? new Date().toISOString() : 'nothing here')
    })
  })
  return { server, health }
}
