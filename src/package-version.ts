import { readFileSync } from 'node:fs'

/** The version in this package's package.json. The file lies two folders up in `dist/`, one in the sources. */
export const PACKAGE_VERSION: string = versionIn('../../package.json') ?? versionIn('../package.json') ?? '0.0.0'

function versionIn(path: string): string | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'))
    return name === 'failweb' ? version : undefined
  } catch {
    return undefined
  }
}
