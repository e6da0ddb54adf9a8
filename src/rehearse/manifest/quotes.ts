/** A command line as words, with quotes and backslashes as a shell has them; nothing is expanded. Undefined where a quote is open. */
export function splitWords(line: string): readonly string[] | undefined {
  const words: string[] = []
  const pattern = /\s*((?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+)\s*/gsy
  let end = 0
  for (let found = pattern.exec(line); found; found = pattern.exec(line)) {
    words.push(unquoted(found[1] ?? ''))
    end = pattern.lastIndex
  }
  return end === line.length && words.length > 0 ? words : undefined
}

function unquoted(word: string): string {
  return word.replace(/\\(.)|"((?:[^"\\]|\\.)*)"|'([^']*)'/gs, (_, escaped, double, single) => {
    return escaped ?? double?.replace(/\\(["\\])/g, '$1') ?? single ?? ''
  })
}
