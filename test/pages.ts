import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))

const README = 'README.md'

/** What users read, by its path in the checkout: the README first, then the pages that it leads to. */
export const PAGES: readonly string[] = [README, ...pagesIn('docs')]

/** The pages of deploying and of the house, too: whatever has links that people follow from there. */
export const LINKED_PAGES: readonly string[] = [...PAGES, ...pagesIn('deploy'), ...pagesIn('src')]

export function textOf(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8')
}

/** The fenced blocks of one language, in order. */
export function blocksOf(page: string, language: string): readonly string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm')
  return [...textOf(page).matchAll(fence)].map(([, block = '']) => block)
}

export interface Step {
  readonly page: string
  readonly command: string
  readonly output: string
}

/** The `console` blocks of a page, in order: after each `$ command`, what it prints. */
export function stepsOf(page: string): readonly Step[] {
  return blocksOf(page, 'console')
    .join('')
    .split(/^\$ /m)
    .slice(1)
    .map((step) => {
      const [command = '', ...output] = step.split('\n')
      return { page, command, output: output.join('\n').trimEnd() }
    })
}

/** The rows of all tables of a page whose first column is called so: their cells, without backquotes around a whole cell. */
export function rowsOf(page: string, firstColumn: string): readonly (readonly string[])[] {
  const tables = prose(page).match(/^\|.*\n\|[-:|]+\|\n(\|.*\n)*/gm) ?? []
  return tables.flatMap((table) => {
    const [head = [], , ...rows] = table.trimEnd().split('\n').map(cells)
    return head[0] === firstColumn ? rows : []
  })
}

/** Everything between two headings of a page, or to its end. */
export function sectionOf(page: string, heading: string): string {
  const [, after = ''] = textOf(page).split(`\n## ${heading}\n`)
  return after.split('\n## ')[0] ?? ''
}

/** Where links lead. */
export function linksOf(page: string): readonly string[] {
  return [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
}

/** The headings of a page, as links name them: of several that read alike all but the first are numbered. */
export function anchorsOf(page: string): readonly string[] {
  const seen = new Map<string, number>()
  return [...prose(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => {
    const anchor = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-')
    const before = seen.get(anchor) ?? 0
    seen.set(anchor, before + 1)
    return before === 0 ? anchor : `${anchor}-${before}`
  })
}

/** A page without its fenced blocks: what looks like a heading, a link or a table in there is none. */
function prose(page: string): string {
  return textOf(page).replace(/^```[\s\S]*?^```$/gm, '')
}

function cells(row: string): readonly string[] {
  const inside = row.slice(1, -1).split('|')
  return inside.map((cell) => cell.trim().replace(/^`([^`]*)`$/, '$1'))
}

function pagesIn(folder: string): readonly string[] {
  const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
  return files.flatMap((file) => (file.endsWith('.md') ? [`${folder}/${file}`] : [])).sort()
}
