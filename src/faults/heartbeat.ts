import { defineFault } from './fault.ts'
import { optionally, whole } from './fields.ts'

const MOST = 1_000_000

/** Fails heartbeats by count rather than by luck. The counter goes on as ever, so that its percentage stays true. */
export const heartbeatFault = defineFault({
  name: 'heartbeat',
  about: 'after so many more heartbeats, fails the next ones, or all',
  fields: () => ({
    after: whole({ min: 0, max: MOST, fallback: 0 }),
    next: optionally(whole({ min: 1, max: MOST })),
  }),
  begin({ after, next = Number.POSITIVE_INFINITY }) {
    let seen = 0
    return {
      draw(draw) {
        seen += 1
        const fails = seen > after && seen <= after + next
        return fails && !draw.failed ? Object.freeze({ ...draw, failed: true, onPurpose: true }) : draw
      },
      progress: () => ({ seen_heartbeats: seen, failed_heartbeats: Math.max(0, Math.min(seen - after, next)) }),
    }
  },
})
