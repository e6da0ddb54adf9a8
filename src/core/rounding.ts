/**
 * `Number(number.toFixed(digits))`, for a tenth of its cost: sentences are made at every look, and printing digits to read them again
 * is most of what they cost.
 */
export function inParts(number: number, digits: 1 | 2): number {
  const parts = digits === 1 ? 10 : 100
  const scaled = number * parts
  const whole = Math.round(scaled)
  // So near the middle between two that the product's own rounding may decide, the digits are printed.
  const isSure = Math.abs(scaled - whole) < 0.499_999 && scaled >= 0 && scaled < 1e6
  return isSure ? whole / parts : Number(number.toFixed(digits))
}

/** Two digits that count, and all of those before the point. @param more how many digits more than that */
export function twoDigits(number: number, more = 0): number {
  if (more > 0) return Number(Math.abs(number) >= 10 ? number.toFixed(more) : number.toPrecision(2 + more))
  if (Math.abs(number) >= 10) return Math.round(number)
  if (number >= 1) return inParts(number, 1)
  return number >= 0.1 || number === 0 ? inParts(number, 2) : Number(number.toPrecision(2))
}
