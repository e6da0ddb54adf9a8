/**
 * Counts in buckets that are linear within an octave and double from one octave to the next: 32 buckets an octave, so that a
 * number read back is at most 1.6 % (1/64) off, over 32 octaves. 4 KiB, whatever is recorded. The idea is that of
 * HdrHistogram (Tene); the bucket is read off the number's own bits instead of a logarithm.
 */
export class LogLinear {
  readonly #counts = new Uint32Array(BUCKETS)
  #count = 0

  /** How many numbers are in it. */
  get count(): number {
    return this.#count
  }

  /** Records a number, `times` over. NaN is left out; see {@link bucketOf} for what is below or above the range. */
  record(value: number, times = 1): void {
    this.add(bucketOf(value), times)
  }

  /** Records by bucket, for one who keeps the same number in several places. Outside the buckets nothing happens. */
  add(bucket: number, times = 1): void {
    if (!(bucket >= 0 && bucket < BUCKETS)) return
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + times
    this.#count += times
  }

  /** The number that a share `q` (0–1) of all numbers does not exceed; undefined while it is empty. */
  quantile(q: number): number | undefined {
    const rank = Math.max(1, Math.ceil(q * this.#count))
    let seen = 0
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += this.#counts[bucket] ?? 0
      if (seen >= rank) return middleOf(bucket)
    }
    return undefined
  }

  /** How many numbers are above `limit`. Those within 1.6 % of it may be counted on the wrong side; above NaN there are none. */
  countAbove(limit: number): number {
    const own = bucketOf(limit)
    if (own < 0) return 0
    let above = 0
    const first = middleOf(own) > limit ? own : own + 1
    for (let bucket = first; bucket < BUCKETS; bucket++) above += this.#counts[bucket] ?? 0
    return above
  }

  /** Adds everything that is in another one, which stays as it is. */
  merge(other: LogLinear): void {
    if (other.#count === 0) return
    const theirs = other.#counts
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      this.#counts[bucket] = (this.#counts[bucket] ?? 0) + (theirs[bucket] ?? 0)
    }
    this.#count += other.#count
  }

  clear(): void {
    this.#counts.fill(0)
    this.#count = 0
  }
}

const STEPS = 32
const OCTAVES = 32
const BUCKETS = STEPS * OCTAVES
const LOWEST_EXPONENT = -10

/** The range, made for milliseconds: from about a microsecond to seventy minutes. */
export const LOWEST = 2 ** LOWEST_EXPONENT
export const HIGHEST = 2 ** (LOWEST_EXPONENT + OCTAVES)

/** A double's upper half: sign, eleven bits of exponent, and the mantissa's first twenty, of which five tell the bucket. */
const scratch = new Float64Array(1)
const halves = new Uint32Array(scratch.buffer)
const UPPER = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0
const FIRST = (1023 + LOWEST_EXPONENT) * STEPS

/**
 * Where a number is counted: 0, negative and tiny ones in the lowest bucket, huge ones and Infinity in the highest.
 * -1 for NaN: nowhere.
 */
export function bucketOf(value: number): number {
  if (value >= HIGHEST) return BUCKETS - 1
  if (value >= LOWEST) {
    scratch[0] = value
    return ((halves[UPPER] ?? 0) >>> 15) - FIRST
  }
  return value < LOWEST ? 0 : -1
}

function middleOf(bucket: number): number {
  const octave = Math.floor(bucket / STEPS)
  return 2 ** (LOWEST_EXPONENT + octave) * (1 + ((bucket % STEPS) + 0.5) / STEPS)
}
