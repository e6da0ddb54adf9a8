import { padTo, widthOf } from './display.ts'

/** Rows as aligned columns, two spaces apart; the last column is as wide as it likes. */
export function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ''))))
  const padded = (cell: string, column: number) => padTo(cell, widths[column] ?? 0)
  const line = (row: readonly string[]) => [...row.slice(0, -1).map(padded), row.at(-1)].join('  ')
  return rows.map((row) => `${line(row)}\n`).join('')
}
