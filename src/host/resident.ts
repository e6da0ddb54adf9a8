import { join } from 'node:path'
import { fieldOf, type KernelFile, keepOpen } from './kernel-file.ts'

/** How much of this process is in memory. */
export interface Resident {
  /** In bytes. */
  read(): number
  close(): void
}

/**
 * Reads it from a file kept open, as `process.memoryUsage.rss()` cannot once descriptors have run out. `statm` costs a fifth of
 * `status` but counts in pages, whose size `status` gives away; where there is neither, Node is asked.
 */
export function watchResident(root = '/'): Resident {
  const pages = keepOpen(join(root, 'proc/self/statm'))
  const status = keepOpen(join(root, 'proc/self/status'))
  const pageBytes = pages && status && pageSize(pages, status)
  const read = () =>
    (pages && pageBytes ? residentPages(pages) * pageBytes : status && bytesIn(status)) ?? process.memoryUsage.rss()
  const close = () => {
    pages?.close()
    status?.close()
  }
  return { read, close }
}

/** A power of two: the two files are read a moment apart, so their ratio is nearly one. */
function pageSize(pages: KernelFile, status: KernelFile): number | undefined {
  const ratio = (bytesIn(status) ?? 0) / residentPages(pages)
  return ratio > 0 && Number.isFinite(ratio) ? 2 ** Math.round(Math.log2(ratio)) : undefined
}

/** The second number: size, resident, shared and so on. */
function residentPages(pages: KernelFile): number {
  return Number(pages.read().split(' ')[1])
}

function bytesIn(status: KernelFile): number | undefined {
  const kib = fieldOf(status.read(), 'VmRSS:')
  return kib === undefined ? undefined : kib * 1024
}
