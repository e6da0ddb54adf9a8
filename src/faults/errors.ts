import { defineFault } from './fault.ts'
import { number, whole } from './fields.ts'
import { reaches, routes } from './routes.ts'

/** Answers a share of the requests with an error in the place of what was asked for. */
export const errorsFault = defineFault({
  name: 'errors',
  about: 'answers a share of the requests with an error',
  fields: () => ({
    share: number({ min: 0, max: 1, fallback: 1 }),
    status: whole({ min: 400, max: 599, fallback: 500 }),
    routes,
  }),
  begin({ share, status, routes }, { random }) {
    const body = `${status} on purpose: the fault errors is active\n`
    let failed = 0
    return {
      meet(req, res) {
        if (!reaches(routes, req) || random() >= share) return 'go on'
        failed += 1
        res.writeHead(status, {
          'Content-Type': 'text/plain; charset=utf-8',
          'Content-Length': Buffer.byteLength(body),
          'Cache-Control': 'no-store',
        })
        res.end(body)
        return 'answered'
      },
      progress: () => ({ failed_requests: failed }),
    }
  },
})
