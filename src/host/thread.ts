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

/** Of so many milliseconds: in how many a thread ran, and in how many it wanted to run and had to wait for a processor. In the rest it slept. */
export interface ThreadTimes {
  readonly ranMs: number
  readonly queuedMs: number
}

/** Takes the times of the thread that asks. */
export interface ThreadStopwatch {
  /** Begins to watch. What it returns tells the times of so many milliseconds since then; undefined where the kernel does not tell. */
  begin(): (ms: number) => ThreadTimes | undefined
  close(): void
}

/** @param root where the file system begins: `/`, or a folder that plays it */
export function createThreadStopwatch(root = '/'): ThreadStopwatch {
  // By the thread that will ask, when it first does.
  let file: { readonly kept: KernelFile | undefined } | undefined
  const times = () => {
    file ??= { kept: keepOpen(`${root === '/' ? '' : root}/proc/thread-self/schedstat`) }
    return timesIn(read(file.kept))
  }
  return {
    begin() {
      const before = times()
      return (ms) => {
        const now = before && times()
        if (!now) return undefined
        const queuedMs = Math.min(ms, now.queuedMs - before.queuedMs)
        // Since it began more may have passed than is asked about.
        return { ranMs: Math.min(ms - queuedMs, now.ranMs - before.ranMs), queuedMs }
      }
    },
    close() {
      file?.kept?.close()
      file = { kept: undefined }
    },
  }
}

/**
 * The first two numbers of `schedstat`, in nanoseconds: what it ran, and what it waited on a run queue, also while a CPU quota kept its
 * group from running. A kernel that counts neither writes zeros; no thread that can be asked about has not run.
 */
function timesIn(schedstat: string): ThreadTimes | undefined {
  const [ranNs = 0, queuedNs = Number.NaN] = schedstat.split(' ').map(Number)
  return ranNs > 0 && Number.isFinite(queuedNs) ? { ranMs: ranNs / 1e6, queuedMs: queuedNs / 1e6 } : undefined
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
  const ticks = Number(fields[UTIME]) + Number(fields[STIME])
  // `running` where it runs; -1 where it waits in no call, a page fault for one.
  const call = /^\d+/.exec(files.syscall)?.[0]
  const waitsIn = /^[a-z_]\w*/.exec(files.wchan)?.[0]
  return {
    state,
    ranMs: ticks * TICK_MS,
    ...timesIn(files.schedstat),
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
