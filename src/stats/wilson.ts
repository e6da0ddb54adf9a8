/** The one-sided 99 % quantile of the normal distribution: one bound in a hundred lies on the wrong side. */
export const Z_99 = 2.326

/** What a share may be in truth, given what was counted. */
export interface Bounds {
  readonly low: number
  readonly high: number
}

/**
 * Wilson's score interval for a share (Wilson 1927): unlike `p ± z·sqrt(p(1−p)/n)` it stays within 0–1 and is right for small
 * counts and for shares near 0, which is where a slow share lives.
 * @param bad how many of them; outside 0–`all` it counts as the nearer end
 * @param all how many were counted; none at all leaves everything possible: 0–1
 */
export function wilson(bad: number, all: number, z: number = Z_99): Bounds {
  if (!(all > 0)) return { low: 0, high: 1 }
  const share = Math.min(1, Math.max(0, bad / all))
  const square = (z * z) / all
  const middle = share + square / 2
  const reach = z * Math.sqrt((share * (1 - share)) / all + square / (4 * all))
  return {
    // At the ends the two terms are equal on paper and differ by a rounding in the machine.
    low: share === 0 ? 0 : Math.max(0, (middle - reach) / (1 + square)),
    high: share === 1 ? 1 : Math.min(1, (middle + reach) / (1 + square)),
  }
}
