import { join } from 'node:path'
import type { ContainerSpec } from '../manifest/pod-spec.ts'

/** What this machine has in place of what is a container's own. */
export interface StandIns {
  /** By the container's port. */
  readonly ports: ReadonlyMap<number, number>
  /** By where it is mounted in the container. */
  readonly folders: ReadonlyMap<string, string>
}

const LOCAL = String.raw`0\.0\.0\.0|127\.0\.0\.1|localhost|\[::1?\]`

/** `8080`, `:8080`, `0.0.0.0:8080`, `http://localhost:8080/livez`, `--port=8080`; a port of another host is none of the container's. */
const PORT = new RegExp(String.raw`^(--[^=]+=)?((?:https?://)?(?:${LOCAL})?:)?(\d{1,5})(/.*)?$`, 's')

const PATH = /^(--[^=]+=)?(\/.*)$/s

/** A word or value of a manifest, where it names a port or a folder of the container, with this machine's in its place. */
export function withStandIns(text: string, { ports, folders }: StandIns): string {
  const [, flag = '', address = '', port, path = ''] = PORT.exec(text) ?? []
  const hostPort = ports.get(Number(port))
  if (hostPort !== undefined && (address !== '' || path === '')) return `${flag}${address}${hostPort}${path}`
  const [, option = '', place = ''] = PATH.exec(text) ?? []
  // Of two mounts the inner one.
  const mounts = [...folders].sort(([a], [b]) => b.length - a.length)
  const [mount, folder] = mounts.find(([mount]) => place === mount || place.startsWith(`${mount}/`)) ?? []
  return mount === undefined ? text : `${option}${folder}${place.slice(mount.length)}`
}

/** The folders below `root` that stand in for a container's emptyDirs. A volume that several mount is one. */
export function foldersOf({ emptyDirs = [] }: ContainerSpec, root: string): ReadonlyMap<string, string> {
  return new Map(
    emptyDirs.map(({ volume, mountPath, subPath }) => [mountPath.replace(/\/+$/, ''), join(root, volume, subPath)]),
  )
}
