import type { Part, Values } from '../core/check.ts'
import { apart, inNumber, inWords } from '../core/wording.ts'
import type { AcceptQueueReading } from './accept-queue.ts'

const ACCEPT_QUEUE = 'accept-queue'

/** So many times what is too long, nobody new is let in, a kubelet's probe as little as any: with the defaults 2.5 s. */
const SHUT = 10

export const ADVICE_ON_QUEUE =
  'more connections arrive than this one process takes up, or it is kept from running (event-loop tells by what): add instances (kubectl scale), raise resources.limits.cpu where its quota runs out, and let callers keep their connections alive'

export function acceptValues({ connections, waitedMs }: AcceptQueueReading): Values {
  return { accept_queue_connections: connections, accept_queue_seconds: waitedMs / 1000 }
}

/**
 * What is said of callers who wait to be taken up, whatever those wait who were; undefined where nobody does so for too long. By the shares of
 * slow requests alone, a few callers on connections of their own outweigh any number who wait for one.
 */
export function acceptPart(reading: AcceptQueueReading, thresholdMs: number): Part | undefined {
  const { connections, waitedMs } = reading
  if (waitedMs <= thresholdMs) return undefined
  const waiting = `${inNumber(connections, 'new connection')} ${connections === 1 ? 'waits' : 'wait'}`
  const word = apart(inWords, waitedMs, [thresholdMs, SHUT * thresholdMs])
  const limits = `warns over ${word(thresholdMs)}, fails over ${word(SHUT * thresholdMs)}`
  return {
    subject: ACCEPT_QUEUE,
    status: waitedMs > SHUT * thresholdMs ? 'fail' : 'warn',
    because: `${waiting} in the kernel’s accept queue, the next to be taken up for ${word(waitedMs)} so far; ${limits}`,
    values: acceptValues(reading),
  }
}
