import { createHash, timingSafeEqual } from 'node:crypto'

/** Whether an `Authorization` header knows the token: as Bearer, or as the password of Basic. Compared in constant time. */
export function tokenReader(token: string): (authorization: string | undefined) => boolean {
  const expected = digest(token)
  return (authorization = '') => {
    const [, scheme = '', value = ''] = /^(bearer|basic) +(\S+) *$/i.exec(authorization) ?? []
    if (scheme === '') return false
    return timingSafeEqual(digest(scheme.toLowerCase() === 'bearer' ? value : passwordOf(value)), expected)
  }
}

function passwordOf(basic: string): string {
  const pair = Buffer.from(basic, 'base64').toString()
  return pair.slice(pair.indexOf(':') + 1)
}

/** Digests have one length, so that comparing them tells nothing about the token, its length included. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
