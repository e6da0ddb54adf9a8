import type { Clock } from '../core/clock.ts'
import type { Rights } from './answers.ts'

/** What who asks may read, by what came as `Authorization`, and from where. */
export type RightsOf = (authorization: string | undefined, address: string | undefined) => Rights

export interface RightsRules {
  readonly token?: string
  /** Whether metrics are open even with a token. */
  readonly metricsPublic: boolean
}

/** Hashing is loaded only where there is a token to compare. */
export async function rightsReader({ token, metricsPublic }: RightsRules, clock: Clock): Promise<RightsOf> {
  if (token === undefined) return () => ({ reasons: true, metrics: true })
  const { createTokenReader } = await import('../access/token-reader.ts')
  const reader = createTokenReader(token, clock)
  return (authorization, address = 'unknown') => {
    const known = reader.knows(authorization, address)
    return { reasons: known, metrics: known || metricsPublic }
  }
}
