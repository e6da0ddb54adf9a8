import { spawnSync } from 'node:child_process'

/**
 * Whether a command is there. A test that needs something a user may not have is skipped with that reason when run by hand;
 * in CI nothing may be skipped, so there it is an error.
 */
export function has(command: string): boolean {
  const found = spawnSync('which', [command]).status === 0
  if (!found && process.env['CI']) throw new Error(`${command} is not installed, and CI may skip nothing`)
  return found
}

/** The same for a condition: being root, a kernel that allows something. */
export function holds(condition: boolean, what: string): boolean {
  if (!condition && process.env['CI']) throw new Error(`not so here: ${what}; and CI may skip nothing`)
  return condition
}
