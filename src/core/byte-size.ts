/** A size as a sentence says it: `512 B`, `3.5 KiB`, `500 MiB`, `1.2 GiB`. */
export function inBytes(bytes: number): string {
  const power = UNITS.findLastIndex((_, index) => Math.abs(bytes) >= 1024 ** index)
  const size = bytes / 1024 ** Math.max(0, power)
  return `${Math.abs(size) >= 10 ? Math.round(size) : Number(size.toPrecision(2))} ${UNITS[power] ?? 'B'}`
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
