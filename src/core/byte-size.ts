import { twoDigits } from './rounding.ts'

/** A size as a sentence says it: `512 B`, `3.5 KiB`, `500 MiB`, `1.2 GiB`. @param more how many digits more than usual */
export function inBytes(bytes: number, more = 0): string {
  let [size, power] = [bytes, 0]
  const isLast = () => power === UNITS.length - 1
  // Divided by a power of two nothing is rounded, however often.
  for (; Math.abs(size) >= 1024 && !isLast(); power++) size /= 1024
  const shown = twoDigits(size, more)
  // Rounded up to the next unit it is one of those: `1 MiB`, never `1024 KiB`.
  return Math.abs(shown) >= 1024 && !isLast() ? `${shown / 1024} ${UNITS[power + 1]}` : `${shown} ${UNITS[power]}`
}

/**
 * The number of bytes that a size written by a person means: `500MiB`, `1.5 GB`, `1048576`. `K` and `M` alone are binary, as in a
 * shell; `kB` and `MB` are decimal.
 * @returns undefined for anything else
 */
export function bytesIn(text: string): number | undefined {
  const [, number, unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text) ?? []
  const [, prefix = '', binary = '', b = ''] = /^([kmgt]?)(i?)(b?)$/i.exec(unit) ?? []
  if (number === undefined || unit !== prefix + binary + b || (binary && !prefix)) return undefined
  const base = prefix && b && !binary ? 1000 : 1024
  return Math.round(Number(number) * base ** (1 + 'kmgt'.indexOf(prefix.toLowerCase() || ' ')))
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const
