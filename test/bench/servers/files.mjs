// Before the program, so many files of which a small service may be made. What is in them is of no interest.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const FILES = 20
const folder = mkdtempSync(join(tmpdir(), 'failweb-files-'))
for (let nth = 0; nth < FILES; nth++) {
  const path = join(folder, `${nth}.mjs`)
  writeFileSync(path, `export const nth = ${nth}\n`)
  await import(pathToFileURL(path).href)
}
rmSync(folder, { recursive: true })
