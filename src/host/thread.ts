import { type KernelFile, keepOpen } from './kernel-file.ts'
import { systemCallName } from './system-calls.ts'

/** One thread of this process, as the kernel has it at one moment. What the kernel does not tell is absent. */
export interface ThreadReading {
  /** `R` runs or wants to, `S` and `D` wait for something, `T` and `t` are stopped: by a signal, by a tracer. */
  readonly state: string
  /** Milliseconds that it has spent on a processor. */
  readonly ranMs: number
  /** Milliseconds that it wanted to run and had to wait for one. The kernel adds a wait up when it is over. */
  readonly queuedMs?: number
  /** The system call that it is in: `futex`, `wait4`. */
  readonly call?: string
  /** The function of the kernel that it waits in: `futex_do_wait`. Many containers hide it. */
  readonly waitsIn?: string
}

export interface ThreadWatch {
  /** Undefined where there is no /proc, or nothing could be read. */
  look(): ThreadReading | undefined
  close(): void
}

/**
 * Watches one thread through files that stay open, so that looking needs no free descriptor.
 * @param id as the kernel counts threads; the main thread's is the process's own
 * @param root where the file system begins: `/`, or a folder that plays it
 */
export function watchThread(id: number, root = '/'): ThreadWatch {
  const open = (name: string) => keepOpen(`${root === '/' ? '' : root}/proc/self/task/${id}/${name}`)
  const files = { stat: open('stat'), schedstat: open('schedstat'), syscall: open('syscall'), wchan: open('wchan') }
  return {
    look: () =>
      parseThread({
        stat: read(files.stat),
        schedstat: read(files.schedstat),
        syscall: read(files.syscall),
        wchan: read(files.wchan),
      }),
    close() {
      for (const file of Object.values(files)) file?.close()
    },
  }
}

/** For how long the thread that asks has wanted to run and had to wait for a processor. */
export interface ThreadQueue {
  /** Begins to watch. What it returns tells that of so many milliseconds since then; undefined where the kernel does not tell. */
  begin(): (ms: number) => number | undefined
  close(): void
}

/** @param root where the file system begins: `/`, or a folder that plays it */
export function createThreadQueue(root = '/'): ThreadQueue {
  // By the thread that will ask, when it first does.
  let file: { readonly kept: KernelFile | undefined } | undefined
  const queuedMs = () => {
    file ??= { kept: keepOpen(`${root === '/' ? '' : root}/proc/thread-self/schedstat`) }
    return queuedIn(read(file.kept))
  }
  return {
    begin() {
      const before = queuedMs()
      return (ms) => {
        const now = before === undefined ? undefined : queuedMs()
        return now === undefined || before === undefined ? undefined : Math.min(ms, now - before)
      }
    },
    close() {
      file?.kept?.close()
      file = { kept: undefined }
    },
  }
}

/** The second number of `schedstat`, in nanoseconds: what it waited on a run queue, also while a CPU quota kept its group from running. */
function queuedIn(schedstat: string): number | undefined {
  const [, queuedNs] = schedstat.split(' ').map(Number)
  return queuedNs !== undefined && Number.isFinite(queuedNs) ? queuedNs / 1e6 : undefined
}

/** Clock ticks of `stat` are hundredths of a second on every machine that Node runs on. */
const TICK_MS = 10
/** Where `utime` and `stime` are, counted from the state. */
const [UTIME, STIME] = [11, 12]

/** The four files of `/proc/self/task/ID`; proc(5) has their formats. Undefined without `stat`. */
export function parseThread(files: {
  readonly stat: string
  readonly schedstat: string
  readonly syscall: string
  readonly wchan: string
}): ThreadReading | undefined {
  // The name of the thread, in brackets, may itself hold blanks and brackets.
  const fields = files.stat
    .slice(files.stat.lastIndexOf(')') + 1)
    .trim()
    .split(' ')
  const [state = ''] = fields
  if (!/^[A-Za-z]$/.test(state)) return undefined
  const [ranNs] = files.schedstat.split(' ').map(Number)
  const queuedMs = queuedIn(files.schedstat)
  const ticks = Number(fields[UTIME]) + Number(fields[STIME])
  // `running` where it runs; -1 where it waits in no call, a page fault for one.
  const call = /^\d+/.exec(files.syscall)?.[0]
  const waitsIn = /^[a-z_]\w*/.exec(files.wchan)?.[0]
  return {
    state,
    ranMs: ranNs ? ranNs / 1e6 : ticks * TICK_MS,
    ...(queuedMs !== undefined && { queuedMs }),
    ...(call !== undefined && { call: systemCallName(Number(call)) }),
    ...(waitsIn !== undefined && { waitsIn }),
  }
}

function read(file: KernelFile | undefined): string {
  try {
    return file?.read() ?? ''
  } catch {
    return ''
  }
}
