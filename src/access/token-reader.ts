import { createHash, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../core/clock.ts'
import { createGuesses } from './guesses.ts'

/** Tells who knows the token from who guesses. Both take what came as `Authorization`, and the remote address. */
export interface TokenReader {
  /** Whether it is the token: as Bearer, or as the password of Basic. Compared in constant time, and only so many wrong ones a minute. */
  knows(authorization: string | undefined, address: string): boolean
  /** Seconds for which a token from there is not compared; 0 where it is, or none came. */
  waitSeconds(authorization: string | undefined, address: string): number
}

export function createTokenReader(token: string, clock: Clock): TokenReader {
  const expected = digest(token)
  const guesses = createGuesses(clock)
  return {
    knows(authorization, address) {
      const sent = sentToken(authorization)
      if (sent === undefined || guesses.waitSeconds(address) > 0) return false
      const isRight = timingSafeEqual(digest(sent), expected)
      if (!isRight) guesses.wrong(address)
      return isRight
    },
    waitSeconds: (authorization, address) =>
      sentToken(authorization) === undefined ? 0 : guesses.waitSeconds(address),
  }
}

function sentToken(authorization = ''): string | undefined {
  const [, scheme = '', value = ''] = /^(bearer|basic) +(\S+) *$/i.exec(authorization) ?? []
  if (scheme.toLowerCase() === 'bearer') return value
  if (scheme.toLowerCase() !== 'basic') return undefined
  const pair = Buffer.from(value, 'base64').toString()
  return pair.slice(pair.indexOf(':') + 1)
}

/** Digests have one length, so that comparing them tells nothing about the token, its length included. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
