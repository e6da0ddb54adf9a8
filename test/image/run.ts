import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const exec = promisify(execFile)

/** Runs a command to its end and resolves to what it printed. @throws with its errors, when it fails */
export async function run(command: string, args: readonly string[], options: { cwd?: string } = {}): Promise<string> {
  const { stdout } = await exec(command, args, { maxBuffer: 64 * 1024 * 1024, ...options })
  return stdout
}
