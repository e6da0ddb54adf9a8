/** A running sum, with what rounding has taken from it kept beside it. Source: A. Neumaier, 1974. */
export class ExactSum {
  high: number
  low = 0

  constructor(start: number) {
    this.high = start
  }

  get value(): number {
    return this.high + this.low
  }

  add(amount: number): void {
    const { high } = this
    const next = high + amount
    this.low += Math.abs(high) >= Math.abs(amount) ? high - next + amount : amount - next + high
    this.high = next
  }
}
