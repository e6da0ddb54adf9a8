import { humanDuration } from '../kubelet/human-duration.ts'
import type { Pod } from '../kubelet/pod.ts'
import type { PodContainer } from '../kubelet/pod-container.ts'
import type { KubeletProfile } from '../kubelet/profile.ts'

export interface PodTableOptions {
  readonly kubelet: KubeletProfile
  readonly now: number
  /** When the pod was made. */
  readonly createdAt: number
}

/** `kubectl get pods`, and beside it what the processes use here: two lines. */
export function podTable(pod: Pod, { kubelet, now, createdAt }: PodTableOptions): string {
  const ready = pod.containers.filter((container) => container.ready).length
  const cells = [
    ['NAME', pod.name],
    ['READY', `${ready}/${pod.containers.length}`],
    ['STATUS', statusOf(pod)],
    ['RESTARTS', restartsOf(pod.containers, kubelet, now)],
    ['AGE', humanDuration(now - createdAt)],
    ['CPU', usageOf(pod.containers, 'cpuPercent')],
    ['MEMORY', usageOf(pod.containers, 'rssBytes')],
  ] as const
  const widths = cells.map(([head, cell]) => Math.max(head.length, cell.length))
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('   ')
      .trimEnd()
  return `${line(cells.map(([head]) => head))}\n${line(cells.map(([, cell]) => cell))}\n`
}

/** The STATUS column: why a container waits, else how one ended, else the phase. Source: Kubernetes 1.20.2, pkg/printers. */
export function statusOf({ containers, phase }: Pod): string {
  const last = containers.findLast(({ running, waiting, exited }) => waiting || (!running && exited))
  if (last?.waiting) return last.waiting.reason
  const hasRunning = containers.some(({ running }) => running)
  if (last?.exited) return last.exited.reason === 'Completed' && hasRunning ? 'Running' : last.exited.reason
  return hasRunning ? phase : 'ContainerCreating'
}

function restartsOf(containers: readonly PodContainer[], { restartsWithAge }: KubeletProfile, now: number): string {
  const count = containers.reduce((sum, { restarts }) => sum + restarts, 0)
  const ends = containers.flatMap(({ exited, restarts }) => (exited && restarts > 0 ? [exited.finishedAt] : []))
  if (count === 0 || !restartsWithAge || ends.length === 0) return String(count)
  return `${count} (${humanDuration(now - Math.max(...ends))} ago)`
}

function usageOf(containers: readonly PodContainer[], what: 'cpuPercent' | 'rssBytes'): string {
  const used = containers.reduce((sum, { process }) => sum + (process?.usage?.[what] ?? 0), 0)
  if (used === 0 && what === 'rssBytes') return '-'
  if (what === 'cpuPercent') return `${Math.round(used * 10)}m`
  return mebibytes(used)
}

/** `62Mi`, as `kubectl top` writes memory. */
export function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)}Mi`
}
