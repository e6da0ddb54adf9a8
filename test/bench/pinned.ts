import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import type { Running } from './server.ts'

/**
 * Does some work while servers have one core and this process, which asks them, another: else it is luck whose core a server shares,
 * and two processes of the same program come out a quarter apart. Without `taskset` (util-linux), or with one core, it is luck.
 */
export async function pinned<T>(servers: readonly Running[], work: () => Promise<T>): Promise<T> {
  const last = availableParallelism() - 1
  const everywhere = `0-${last}`
  const place = (own: string, theirs: string) => {
    move(process.pid, own)
    for (const { child } of servers) move(child.pid ?? 0, theirs)
  }
  place('0', `${last}`)
  try {
    return await work()
  } finally {
    place(everywhere, everywhere)
  }
}

function move(pid: number, cores: string): void {
  try {
    execFileSync('taskset', ['--all-tasks', '--pid', '--cpu-list', cores, `${pid}`], { stdio: 'ignore' })
  } catch {
    // There is no taskset here.
  }
}
