import { readFileSync } from 'node:fs'

/** This package's folder, and the version in its package.json. The file that this stands in lies elsewhere in `dist/` than in the sources. */
const { folder, version } = packageFrom(new URL('.', import.meta.url))

export const PACKAGE_VERSION: string = version

/** A file of this package's own that is started or loaded by its place, as it ships: `npm run build` makes it. */
export function builtFile(path: 'cli/main' | 'guard/worker' | 'http/status-answers'): URL {
  return new URL(`dist/src/${path}.js`, folder)
}

function packageFrom(folder: URL): { readonly folder: URL; readonly version: string } {
  try {
    const { name, version } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'))
    if (name === 'failweb') return { folder, version }
  } catch {
    // There is none here.
  }
  const above = new URL('..', folder)
  return above.href === folder.href ? { folder, version: '0.0.0' } : packageFrom(above)
}
