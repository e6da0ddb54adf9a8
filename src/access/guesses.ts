import { createHmac, randomBytes } from 'node:crypto'
import type { Clock } from '../core/clock.ts'
import { Allowance } from './allowance.ts'

/** Wrong tokens that are compared of each group of addresses, at once and then a minute. */
export const GUESSES_PER_MINUTE = 10

/** Groups of addresses. All of them together, each from an address of its own, can guess 43 times a second. */
const GROUPS = 256

/** Limits how fast a token can be guessed, in room that does not grow with the addresses that try. */
export interface Guesses {
  /** Seconds for which no token from this address is compared, the right one neither: to compare it would be to tell. 0: it is. */
  waitSeconds(address: string): number
  /** A token from this address was wrong. */
  wrong(address: string): void
}

/**
 * Addresses fall into groups by a hash that nobody outside can foretell: who guesses uses up the guesses of his own group, and
 * somebody with the right token at another address is not locked out with him (but for one chance in 256).
 */
export function createGuesses(clock: Clock): Guesses {
  const key = randomBytes(32)
  const groups = Array.from({ length: GROUPS }, () => new Allowance(GUESSES_PER_MINUTE, clock))
  const groupOf = (address: string) => {
    const [index = 0] = createHmac('sha256', key).update(networkOf(address)).digest()
    return groups[index % GROUPS]
  }
  return {
    waitSeconds: (address) => groupOf(address)?.waitSeconds() ?? 0,
    wrong: (address) => void groupOf(address)?.take(),
  }
}

/** One who has an IPv6 address has the other 2⁶⁴ of its network, too; an IPv4 one may come in IPv6's form. */
function networkOf(address: string): string {
  if (!address.includes(':') || /^::ffff:\d+\./.test(address)) return address
  const [head = '', tail = ''] = address.split('::')
  const [first, last] = [head, tail].map((part) => (part === '' ? [] : part.split(':')))
  const missing = Array.from({ length: Math.max(0, 8 - (first?.length ?? 0) - (last?.length ?? 0)) }, () => '0')
  return [...(first ?? []), ...missing, ...(last ?? [])].slice(0, 4).join(':')
}
