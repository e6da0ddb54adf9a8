import { readFileSync } from 'node:fs'
import { isToken, TOKEN_EXPECTED } from '../core/token.ts'
import type { ServiceSettings } from './schema.ts'

/**
 * The token in force, from `token` or `tokenFile`. White space around it is not part of it, wherever it comes from: `echo` and `$(cat …)`
 * leave a newline that nobody could present. What is wrong goes to `mistakes`, and never shows the token.
 * @param from where `token` was given
 */
export function tokenOf(
  { token, tokenFile }: Pick<ServiceSettings, 'token' | 'tokenFile'>,
  from: string | undefined,
  mistakes: string[],
): string | undefined {
  if (token !== undefined && tokenFile !== undefined) {
    mistakes.push('token: given twice, by token and by tokenFile')
    return undefined
  }
  return tokenFile === undefined ? tokenIn(token, `token: ${from}`, mistakes) : tokenInFile(tokenFile, mistakes)
}

function tokenInFile(path: string, mistakes: string[]): string | undefined {
  try {
    return tokenIn(readFileSync(path, 'utf8'), `tokenFile: ${path}`, mistakes)
  } catch (error) {
    mistakes.push(`tokenFile: ${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`)
    return undefined
  }
}

function tokenIn(text: string | undefined, where: string, mistakes: string[]): string | undefined {
  const token = text?.trim()
  if (token === undefined || isToken(token)) return token
  const what =
    token === '' ? 'holds no token' : `holds something else than ${TOKEN_EXPECTED}, as Authorization: Bearer needs it`
  mistakes.push(`${where} ${what}`)
  return undefined
}
