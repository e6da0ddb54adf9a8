import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Check } from '../core/check.ts'
import { mistakesInCheck } from '../core/check-shape.ts'
import { cut, SetupError } from '../core/setup-error.ts'
import { messageOf } from '../core/thrown.ts'

/** A module that waits for something before it has loaded keeps the whole service from starting. */
const LOADS_FOR_MS = 10_000

/**
 * Loads folders of checks of one's own: in each `.js` and `.mjs` file, every exported object with `name` and `sense` is one.
 * @throws {SetupError} with every mistake: an unreadable folder, a file that does not load in time, a file without a check
 */
export async function loadPlugIns(folders: readonly string[], loadsForMs = LOADS_FOR_MS): Promise<readonly Check[]> {
  const mistakes: string[] = []
  const checks: Check[] = []
  for (const folder of folders) {
    for (const file of await filesIn(folder, mistakes)) checks.push(...(await checksIn(file, mistakes, loadsForMs)))
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

async function checksIn(file: string, mistakes: string[], loadsForMs: number): Promise<readonly Check[]> {
  try {
    const exported = Object.values(await loaded(pathToFileURL(resolve(file)).href, loadsForMs))
    const checks = [...new Set(exported)].filter(looksLikeCheck)
    if (checks.length === 0) mistakes.push(`${file}: exports no check: no object with name and sense`)
    mistakes.push(...checks.flatMap(mistakesInCheck).map((mistake) => `${file}: ${mistake}`))
    return checks
  } catch (error) {
    mistakes.push(`${file}: does not load: ${cut(messageOf(error), 200)}`)
    return []
  }
}

/** The timer keeps the process alive: with nothing else to wait for, Node would end it without a word. */
function loaded(url: string, withinMs: number): Promise<Readonly<Record<string, unknown>>> {
  return new Promise((resolve, reject) => {
    const late = () =>
      reject(new Error(`it has not loaded in ${withinMs / 1000} s: what does its top-level await wait for?`))
    const timer = setTimeout(late, withinMs)
    import(url).then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

function looksLikeCheck(exported: unknown): exported is Check {
  return typeof exported === 'object' && exported !== null && 'name' in exported && 'sense' in exported
}
