/** Where an error came from: the first line of its stack that names a place, in brackets after a space; nothing where none does. */
export function placeIn(stack: unknown): string {
  const [line] = /^\s+at .*/m.exec(typeof stack === 'string' ? stack : '') ?? []
  return line === undefined ? '' : ` (${line.trim()})`
}

/** How an error that ended a run came to nobody: thrown, or as a promise's reason. `origin` is Node's word for it. */
export function howUncaught(origin: unknown): string {
  return origin === 'unhandledRejection' ? 'unhandled rejection' : 'uncaught'
}
