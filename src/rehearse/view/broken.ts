/** Text in lines of at most so many columns, broken between words; the lines after the first are indented. A longer word stays whole. */
export function broken(text: string, columns: number, indent = 0): string {
  const [first = '', ...words] = text.split(' ')
  const lines = [first]
  for (const word of words) {
    const longer = `${lines.at(-1)} ${word}`
    if (longer.length <= columns) lines[lines.length - 1] = longer
    // Of several spaces none begins a line.
    else if (word !== '') lines.push(' '.repeat(indent) + word)
  }
  return lines.map((line) => line.trimEnd()).join('\n')
}

const NAME_WIDTH = 22

/** Names, and beside each what is said of it; below it where there is little room beside. */
export function rowsText(rows: readonly (readonly string[])[], columns: number): string {
  const isNarrow = columns < 2 * NAME_WIDTH
  return rows
    .map(([name = '', value]) => {
      const [head, indent] = isNarrow ? [`${name}\n`, 2] : ['', NAME_WIDTH]
      return `${head}${broken(`${(isNarrow ? '' : name).padEnd(indent)}${value}`, columns, indent)}\n`
    })
    .join('')
}
