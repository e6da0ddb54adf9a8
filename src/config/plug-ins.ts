import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Check } from '../core/check.ts'
import { mistakesInCheck } from '../core/check-shape.ts'
import { cut, SetupError } from '../core/setup-error.ts'

/**
 * Loads folders of checks of one's own: in each `.js` and `.mjs` file, every exported object with `name` and `sense` is one.
 * @throws {SetupError} with every mistake: an unreadable folder, a file that does not load, a file without a check
 */
export async function loadPlugIns(folders: readonly string[]): Promise<readonly Check[]> {
  const mistakes: string[] = []
  const checks: Check[] = []
  for (const folder of folders) {
    for (const file of await filesIn(folder, mistakes)) checks.push(...(await checksIn(file, mistakes)))
  }
  if (mistakes.length > 0) throw new SetupError(mistakes)
  return checks
}

async function filesIn(folder: string, mistakes: string[]): Promise<readonly string[]> {
  try {
    const files = (await readdir(folder)).filter((name) => /\.m?js$/.test(name)).sort()
    if (files.length === 0) mistakes.push(`${folder}: holds no .js or .mjs file`)
    return files.map((name) => join(folder, name))
  } catch (error) {
    mistakes.push(`${folder}: cannot be read: ${(error as NodeJS.ErrnoException).code}`)
    return []
  }
}

async function checksIn(file: string, mistakes: string[]): Promise<readonly Check[]> {
  try {
    const exported: unknown[] = Object.values(await import(pathToFileURL(resolve(file)).href))
    const checks = [...new Set(exported)].filter(looksLikeCheck)
    if (checks.length === 0) mistakes.push(`${file}: exports no check: no object with name and sense`)
    mistakes.push(...checks.flatMap(mistakesInCheck).map((mistake) => `${file}: ${mistake}`))
    return checks
  } catch (error) {
    mistakes.push(`${file}: does not load: ${cut(error instanceof Error ? error.message : String(error), 200)}`)
    return []
  }
}

function looksLikeCheck(exported: unknown): exported is Check {
  return typeof exported === 'object' && exported !== null && 'name' in exported && 'sense' in exported
}
