import { type IncomingMessage, ServerResponse } from 'node:http'

/** Answers a request that asks for nothing in particular: head and body in one write. */
export type PlainAnswer = (req: IncomingMessage, res: ServerResponse) => void

/**
 * The answer to a request that comes most: `GET` of one of these very targets, with no query, by who takes any form. A kubelet's probe
 * is one. It needs no routing, no negotiation and no Koa, which cost more than all else that is done for it. Everything else, an odd
 * spelling included, goes on to the routes, which say the same.
 * @returns undefined for any other request
 * @param answers by target, as it stands in the request: that is also its route in the metrics
 */
export function plainly(answers: ReadonlyMap<string, PlainAnswer>): (req: IncomingMessage) => PlainAnswer | undefined {
  return (req) => {
    const answer = req.method === 'GET' ? answers.get(req.url ?? '') : undefined
    // Node makes the headers when they are first asked for: most requests come for something else, and need not pay for that here.
    return answer && takesAnything(req) ? answer : undefined
  }
}

function takesAnything({ headers: { accept } }: IncomingMessage): boolean {
  return accept === undefined || accept === '*/*'
}

/**
 * Sends text whole, and says how long it is.
 * @param headers names and values in turns. An object with others spread into it would be of a new shape at each request, which V8 has to make.
 */
export function sendPlainly(res: ServerResponse, status: number, headers: readonly string[], text: string): void {
  const all = [...headers, ...PLAIN, 'Content-Length', `${Buffer.byteLength(text)}`]
  // A host's middleware that has put its own in the place of `writeHead` may not know this form: on-headers before 1.1 (compression, morgan,
  // express-session) reads it as pairs, and throws.
  if (res.writeHead === ServerResponse.prototype.writeHead) res.writeHead(status, all)
  else {
    for (let nth = 0; nth < all.length; nth += 2) res.setHeader(all[nth] ?? '', all[nth + 1] ?? '')
    res.writeHead(status)
  }
  res.end(text)
}

const PLAIN = ['X-Content-Type-Options', 'nosniff', 'Content-Type', 'text/plain; charset=utf-8']
