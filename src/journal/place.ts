/** Where an error came from: the first line of its stack that names a place, in brackets after a space; nothing where none does. */
export function placeIn(stack: unknown): string {
  const [line] = /^\s+at .*/m.exec(typeof stack === 'string' ? stack : '') ?? []
  return line === undefined ? '' : ` (${line.trim()})`
}
