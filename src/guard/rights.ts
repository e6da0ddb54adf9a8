import type { IncomingMessage } from 'node:http'
import type { Clock } from '../core/clock.ts'
import type { Rights } from './answers.ts'

/** What who asks may read, by what came as `Authorization`, and from where: neither is looked up where there is no token. */
export type RightsOf = (request: IncomingMessage) => Rights

export interface RightsRules {
  readonly token?: string
  /** Whether metrics are open even with a token. */
  readonly metricsPublic: boolean
}

const EVERYTHING: Rights = { reasons: true, metrics: true }

/** Hashing is loaded only where there is a token to compare. */
export async function rightsReader({ token, metricsPublic }: RightsRules, clock: Clock): Promise<RightsOf> {
  if (token === undefined) return () => EVERYTHING
  const { createTokenReader } = await import('../access/token-reader.ts')
  const reader = createTokenReader(token, clock)
  return ({ headers, socket }) => {
    const known = reader.knows(headers.authorization, socket.remoteAddress ?? 'unknown')
    return { reasons: known, metrics: known || metricsPublic }
  }
}
