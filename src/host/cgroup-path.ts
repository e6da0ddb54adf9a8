import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Where the kernel accounts for this process. */
export interface CgroupPath {
  readonly version: 1 | 2
  /** Its own folder first, then each ancestor that can be seen, the root of the hierarchy last. */
  readonly folders: readonly string[]
}

interface Mount {
  readonly version: 1 | 2
  /** Which part of the hierarchy is mounted there: `/`, or a container's own part. */
  readonly part: string
  readonly at: string
}

/**
 * Finds the cgroup in `/proc/self/cgroup` and `/proc/self/mountinfo`. Where a host has both versions, the one that has the
 * controller.
 * @param root where the file system begins: `/`, or a folder that plays it
 * @param controller what is accounted for: `memory`, `cpu`
 * @returns undefined where there are no cgroups
 */
export function findCgroup(root = '/', controller = 'memory'): CgroupPath | undefined {
  const groups = textOf(join(root, 'proc/self/cgroup'))
  const mounts = textOf(join(root, 'proc/self/mountinfo'))
    .split('\n')
    .flatMap((line) => mountIn(line, controller))
  for (const version of [1, 2] as const) {
    const path = groupOf(groups, version, controller)
    const mount = mounts.find((mount) => mount.version === version)
    if (path !== undefined && mount)
      return { version, folders: foldersUp(join(root, mount.at), below(mount.part, path)) }
  }
  return undefined
}

/** `4:memory:/pod/app` for version 1, `0::/pod/app` for version 2. */
function groupOf(groups: string, version: 1 | 2, controller: string): string | undefined {
  for (const line of groups.split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? []
    if (controllers === undefined) continue
    if (version === 2 ? controllers === '' : controllers.split(',').includes(controller)) return path
  }
  return undefined
}

/** `35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory`, as proc(5) has it. */
function mountIn(line: string, controller: string): readonly Mount[] {
  const [mounted = '', filesystem = ''] = line.split(' - ')
  const [, , , part = '/', at = '/'] = mounted.split(' ')
  const [type, , options = ''] = filesystem.split(' ')
  if (type === 'cgroup2') return [{ version: 2, part, at }]
  return type === 'cgroup' && options.split(',').includes(controller) ? [{ version: 1, part, at }] : []
}

/** The path as seen below the mount; a path outside of it (`/../other`) is the mount itself. */
function below(part: string, path: string): string {
  if (path.startsWith('/..')) return '/'
  if (part === '/') return path
  return path === part || path.startsWith(`${part}/`) ? path.slice(part.length) || '/' : '/'
}

function foldersUp(mount: string, path: string): readonly string[] {
  const folders: string[] = []
  for (let at = path; at !== '/'; at = dirname(at)) folders.push(join(mount, at))
  return [...folders, mount]
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
