import { inBytes } from '../core/byte-size.ts'
import { inPercent, inWords } from '../core/wording.ts'

/** A value as people read it, by the unit that its name ends in: `used_bytes`, `used_ratio`, `p99_seconds`. */
export function shownValue(name: string, value: number, more = 0): string {
  if (/(^|_)bytes(_per_[a-z]+)?$/.test(name)) return inBytes(value, more)
  if (/(^|_)ratio$/.test(name)) return inPercent(value, more)
  if (/(^|_)seconds$/.test(name)) return value === 0 ? '0 s' : inWords(value * 1000, more)
  if (Number.isInteger(value)) return String(value)
  return Math.abs(value) >= 100 ? String(Number(value.toFixed(more))) : String(Number(value.toPrecision(3 + more)))
}

/** A value's name as people read it: `used_ratio` is "used", `entries_per_minute` "entries per minute". */
export function shownName(name: string): string {
  return name.replace(/_(bytes|ratio|seconds)(?=$|_per_)/, '').replaceAll('_', ' ')
}

/** A place in a drawing: one digit behind the point is finer than a screen. */
export function placed(number: number): string {
  return String(Math.round(number * 10) / 10)
}
