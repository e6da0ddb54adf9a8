import {
  chmodSync,
  closeSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { SetupError } from '../core/setup-error.ts'

/** Finds out before anything is measured. What is there stays as it is, and what is not there is not there afterwards. @throws {SetupError} */
export function assertWritable(path: string): void {
  const isNew = lstatSync(path, { throwIfNoEntry: false }) === undefined
  orRefuse(path, () => closeSync(openSync(path, 'a')))
  if (isNew) rmSync(path, { force: true })
}

/**
 * Whole or not at all: what was there stays until the new one is. Only where nothing can take its place is it written over.
 * @throws {SetupError}
 */
export function writeOut(path: string, text: string): void {
  orRefuse(path, () => {
    const known = statSync(path, { throwIfNoEntry: false })
    const target = known ? realpathSync(path) : path
    const mayReplace = !known || known.isFile()
    if (!mayReplace || !replaced(target, text, known?.mode)) writeFileSync(target, text)
  })
}

/** A folder that is not ours, a file that is mounted by itself into a container, a draft of somebody else's. */
const IRREPLACEABLE = ['EACCES', 'EPERM', 'EROFS', 'EBUSY', 'EEXIST']

/** @returns false where no other file may take its place */
function replaced(target: string, text: string, mode: number | undefined): boolean {
  const draft = `${target}.${process.pid}.new`
  try {
    writeFileSync(draft, text, { flag: 'wx' })
    if (mode !== undefined) chmodSync(draft, mode)
    renameSync(draft, target)
    return true
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (code !== 'EEXIST') rmSync(draft, { force: true })
    if (IRREPLACEABLE.includes(code)) return false
    throw error
  }
}

function orRefuse(path: string, write: () => void): void {
  try {
    write()
  } catch (error) {
    throw new SetupError([`--out: ${path} cannot be written: ${(error as NodeJS.ErrnoException).code}`])
  }
}
