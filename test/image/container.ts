import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { until } from '../e2e/service-process.ts'
import type { Image } from './image.ts'

/** What the image starts, as process 1 of namespaces of its own. */
export interface Container {
  /** Process 1, as this machine numbers it. */
  readonly pid: number
  /** What it printed, one event a line. */
  events(): readonly Record<string, unknown>[]
  /** Runs a command inside, as `docker exec` does. */
  exec(command: readonly string[]): Promise<{ readonly code: number | null; readonly out: string }>
  signal(signal: NodeJS.Signals): void
  readonly exited: Promise<number | null>
}

/**
 * The file system read-only, /proc of its own, a loopback of its own on which ports from 0 on are free to all: what Docker gives a container
 * that is run with --read-only. The shell makes way for the service.
 */
const SET_UP = `
set -e
mount --bind "$ROOT" "$ROOT"
mount -t proc proc "$ROOT/proc"
mount --bind /dev "$ROOT/dev"
mount -o remount,bind,ro "$ROOT"
busybox ip link set lo up
echo 0 > /proc/sys/net/ipv4/ip_unprivileged_port_start
exec chroot "$@"
`

export async function startContainer(
  { config, root }: Image,
  args: readonly string[] = config.Cmd,
): Promise<Container> {
  const user = [`--userspec=${config.User}`, '--groups=', root, '/bin/env', '-i', ...config.Env]
  const command = ['/bin/sh', '-c', `cd ${config.WorkingDir} && exec "$@"`, 'sh', ...config.Entrypoint, ...args]
  const namespaces = ['--mount', '--pid', '--fork', '--net', '--ipc', '--uts', '--kill-child']
  const child = spawn('unshare', [...namespaces, 'sh', '-c', SET_UP, 'sh', ...user, ...command], {
    env: { ...process.env, ROOT: root },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)))
  let out = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  const events = () => eventsIn(out)
  await until(
    async () => out,
    (seen) => seen.includes('"listening"') || child.exitCode !== null,
  )
  const pid = firstChildOf(child)
  return {
    pid,
    events,
    exited,
    exec: (wanted) => execIn(pid, config.Env, config.User, wanted),
    signal: (signal) => void process.kill(pid, signal),
  }
}

function eventsIn(out: string): readonly Record<string, unknown>[] {
  return out
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))
}

/** `unshare` waits; what it forked is process 1. */
function firstChildOf({ pid, exitCode }: ChildProcess): number {
  const children = exitCode === null ? readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim() : ''
  if (children === '') throw new Error(`the service ended with ${exitCode} before it listened`)
  return Number(children.split(' ')[0])
}

function execIn(pid: number, env: readonly string[], user: string, command: readonly string[]) {
  const [uid = '', gid = ''] = user.split(':')
  const enter = ['--target', `${pid}`, '--mount', '--pid', '--net', '--root', '--wd', '--setuid', uid, '--setgid', gid]
  return new Promise<{ code: number | null; out: string }>((resolve) => {
    const child = spawn('nsenter', [...enter, '/bin/env', '-i', ...env, ...command], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let out = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        out += chunk
      })
    child.on('close', (code) => resolve({ code, out }))
  })
}
