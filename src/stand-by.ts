import { spawn } from 'node:child_process'

/**
 * A shell that kills a process, or with a negative id a whole group, once this process is gone, however it went: SIGKILL and out of memory
 * leave nobody to do it. It waits for the end of a pipe whose other end nobody else has. Its own group is another, so that what ends this
 * process does not end it too. Where there is no shell, what a SIGKILL leaves is left.
 * @returns ends the shell, and leaves the process alone
 */
export function standBy(pid: number): () => void {
  const command = ['-c', 'read -r over || kill -9 "$1"', 'failweb-stand-by', `${pid}`]
  const shell = spawn('/bin/sh', command, { env: {}, cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  shell.on('error', () => {})
  shell.stdin?.on('error', () => {})
  shell.unref()
  return () => shell.stdin?.end('over\n')
}
