import {
  closeSync,
  existsSync,
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

/** Whole or not at all: what was there stays until the new one is. @throws {SetupError} */
export function writeOut(path: string, text: string): void {
  orRefuse(path, () => {
    const target = existsSync(path) ? realpathSync(path) : path
    if (existsSync(target) && !statSync(target).isFile()) return writeFileSync(target, text)
    const draft = `${target}.${process.pid}.new`
    try {
      writeFileSync(draft, text, { flag: 'wx' })
      renameSync(draft, target)
    } catch (error) {
      rmSync(draft, { force: true })
      throw error
    }
  })
}

function orRefuse(path: string, write: () => void): void {
  try {
    write()
  } catch (error) {
    throw new SetupError([`--out: ${path} cannot be written: ${(error as NodeJS.ErrnoException).code}`])
  }
}
