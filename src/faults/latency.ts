import type { ServerResponse } from 'node:http'
import { type Bench, defineFault } from './fault.ts'
import { number, whole } from './fields.ts'
import { reaches, routes } from './routes.ts'

const LONGEST_MS = 600_000

/** Answers late. A probe that sees late headers counts a failure; one whose body stalls throws its result away, three times over. */
export const latencyFault = defineFault({
  name: 'latency',
  about: 'answers late: headers by headersMs, and the body by bodyMs after them',
  fields: () => ({
    headersMs: whole({ min: 0, max: LONGEST_MS, fallback: 0 }),
    bodyMs: whole({ min: 0, max: LONGEST_MS, fallback: 0 }),
    share: number({ min: 0, max: 1, fallback: 1 }),
    routes,
  }),
  begin({ headersMs, bodyMs, share, routes }, bench) {
    let delayed = 0
    return {
      async meet(req, res) {
        if (!reaches(routes, req) || bench.random() >= share) return 'go on'
        delayed += 1
        if (headersMs > 0) await waited(res, headersMs, bench)
        // An answer without a body has nothing that could stall.
        if (bodyMs > 0 && req.method !== 'HEAD') stall(res, bodyMs, bench)
        return res.destroyed ? 'answered' : 'go on'
      },
      progress: () => ({ delayed_requests: delayed }),
    }
  },
})

/** Also over when the fault is, or when whoever asked has gone. */
async function waited(res: ServerResponse, ms: number, { clock, signal }: Bench): Promise<void> {
  const over = new AbortController()
  const end = () => over.abort()
  res.once('close', end)
  signal.addEventListener('abort', end, { once: true })
  if (!signal.aborted) await clock.sleep(ms, over.signal)
  res.off('close', end)
  signal.removeEventListener('abort', end)
}

/** Sends the headers when the body would begin, and holds the body back: what is written meanwhile goes out in order afterwards. */
function stall(res: ServerResponse, ms: number, bench: Bench): void {
  const { write, end } = res
  const held: (() => void)[] = []
  const letGo = () => {
    Object.assign(res, { write, end })
    if (res.destroyed) return
    for (const late of held) late()
    res.emit('drain')
  }
  const hold = (late: () => void) => {
    if (held.push(late) > 1) return
    res.flushHeaders()
    waited(res, ms, bench).then(letGo)
  }
  res.write = ((...given: Parameters<typeof write>) => {
    hold(() => write.apply(res, given))
    return false
  }) as typeof write
  res.end = ((...given: Parameters<typeof end>) => {
    hold(() => end.apply(res, given))
    return res
  }) as typeof end
}
