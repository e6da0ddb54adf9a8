import { closeSync, openSync, readdirSync, statSync } from 'node:fs'
import { KernelFile } from './kernel-file.ts'

/** How many descriptors are open, and how many may be. A number that the system does not tell is absent. */
export interface DescriptorReading {
  readonly open?: number
  /** The soft limit: at it, `open`, `accept` and `connect` fail with EMFILE. */
  readonly limit?: number
  /** Whether looking itself failed for want of a descriptor: then every one is taken, whatever the numbers. */
  readonly exhausted: boolean
}

export interface DescriptorWatch {
  look(): DescriptorReading
  stop(): void
}

const LIMITS = '/proc/self/limits'
const LISTING = '/proc/self/fd'
/** Where there is no `/proc`: macOS and the BSDs. */
const OTHER_LISTING = '/dev/fd'

/** Watches the open descriptors. What a look needs is opened now: once every one is taken it could not be. Nothing here throws. */
export function watchDescriptors(): DescriptorWatch {
  const reserve = new Reserve()
  let limits = attempt(() => new KernelFile(LIMITS))
  return {
    look() {
      if (!(limits instanceof KernelFile)) limits = attempt(() => new KernelFile(LIMITS))
      const kept = limits
      const limit = kept instanceof KernelFile ? attempt(() => softLimit(kept.read())) : kept
      const open = countOpen(reserve)
      return {
        ...(typeof open === 'number' && { open }),
        ...(typeof limit === 'number' && { limit }),
        exhausted: open === NONE_LEFT || limit === NONE_LEFT,
      }
    },
    stop() {
      if (limits instanceof KernelFile) limits.close()
      reserve.close()
    },
  }
}

/** One descriptor held back, so that there is one when all are taken. */
export class Reserve {
  #descriptor: number | undefined

  constructor() {
    this.open()
  }

  open(): void {
    const opened = attempt(() => openSync('/dev/null', 'r'))
    this.#descriptor = typeof opened === 'number' ? opened : undefined
  }

  /** Gives it back. Returns whether there was one. */
  close(): boolean {
    const descriptor = this.#descriptor
    this.#descriptor = undefined
    if (descriptor !== undefined) closeSync(descriptor)
    return descriptor !== undefined
  }
}

/** From Linux 6.2 on the folder's size is the number; before that it is 0, and the names must be counted. */
function countOpen(reserve: Reserve): number | NoneLeft | undefined {
  const size = attempt(() => statSync(LISTING).size)
  if (typeof size === 'number') return size > 0 ? size : listOpen(reserve, LISTING)
  return listOpen(reserve, OTHER_LISTING)
}

/** Counts by listing, which takes a descriptor of its own and sees it: the reserve makes room for it, and is made up for by it. */
export function listOpen(reserve: Reserve, listing: string = LISTING): number | NoneLeft | undefined {
  const own = reserve.close() ? 0 : 1
  const counted = attempt(() => readdirSync(listing).length - own)
  reserve.open()
  return counted
}

/** `Max open files  1024  524288  files`: the first number, or undefined for `unlimited`. */
function softLimit(limits: string): number | undefined {
  const [, soft] = /^Max open files\s+(\d+)/m.exec(limits) ?? []
  return soft === undefined ? undefined : Number(soft)
}

const NONE_LEFT = 'none left'
type NoneLeft = typeof NONE_LEFT

/** What `look` gives; that there is no descriptor left, of the process or of the machine; or undefined where it failed otherwise. */
function attempt<T>(look: () => T): T | NoneLeft | undefined {
  try {
    return look()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'EMFILE' || code === 'ENFILE' ? NONE_LEFT : undefined
  }
}
