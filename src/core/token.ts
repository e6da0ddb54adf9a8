/** What a token must be, as a mistake says it. A mistake never shows the token. */
export const TOKEN_EXPECTED = 'one word of visible ASCII'

/** Whether a token can be presented: as a Bearer token it is one word of visible ASCII. An empty one would let everybody in. */
export function isToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)
}
