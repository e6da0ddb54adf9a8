import { closeSync, existsSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { SetupError } from '../core/setup-error.ts'

/** Finds out before anything is measured. What is there stays as it is, and what is not there is not there afterwards. @throws {SetupError} */
export function assertWritable(path: string): void {
  const isNew = !existsSync(path)
  orRefuse(path, () => closeSync(openSync(path, 'a')))
  if (isNew) rmSync(path, { force: true })
}

/** @throws {SetupError} */
export function writeOut(path: string, text: string): void {
  orRefuse(path, () => writeFileSync(path, text))
}

function orRefuse(path: string, write: () => void): void {
  try {
    write()
  } catch (error) {
    throw new SetupError([`--out: ${path} cannot be written: ${(error as NodeJS.ErrnoException).code}`])
  }
}
