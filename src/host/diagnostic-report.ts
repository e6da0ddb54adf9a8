import type { Worker } from 'node:worker_threads'

/** A report lists every open handle: 4,000 sockets take 45 ms and 1.2 MB, and meanwhile nobody is served. */
const MOST_HANDLES = 4_000

/** Why a report would do harm now; undefined where it would not. */
export function whyNoReport(): string | undefined {
  const handles = process.getActiveResourcesInfo().length
  if (handles > MOST_HANDLES) return `it would list ${handles} open handles, and meanwhile nobody is served`
  return 'excludeNetwork' in process.report ? undefined : 'this Node would look up the name of every remote host'
}

/**
 * Node's own diagnostic report, as JSON: stacks, heap spaces, handles, limits, libraries. Taken on this thread. Left out is what is
 * secret (environment, arguments) and the names of remote hosts, for which it would ask the network.
 */
export function readReport(): string {
  const report = process.report as NodeJS.ProcessReport & { excludeNetwork: boolean }
  const before = report.excludeNetwork
  report.excludeNetwork = true
  try {
    const { environmentVariables, header, ...rest } = report.getReport() as Readonly<Record<string, unknown>>
    const { commandLine, ...about } = header as Readonly<Record<string, unknown>>
    return JSON.stringify({ header: about, ...rest }, null, 1)
  } finally {
    report.excludeNetwork = before
  }
}

/** The worker threads that were started since the watch began. */
export interface WorkerWatch {
  count(): number
  /** Looks now. The function that it returns tells, a while later, whether any of them was never idle in between. */
  look(): () => boolean
  close(): void
}

/**
 * A report asks every worker thread for its part and waits for it: one in a loop answers, one that is blocked in a call (`execSync`) does so
 * when that returns (measured: 2.5 s for the rest of a `sleep 3`). From outside the two look alike, never idle, so that is what is asked.
 */
export function watchWorkers(): WorkerWatch {
  const workers = new Set<Worker>()
  const onWorker = (worker: Worker) => {
    workers.add(worker)
    worker.once('exit', () => workers.delete(worker))
  }
  process.on('worker', onWorker)
  return {
    count: () => workers.size,
    look() {
      const before = [...workers].map((worker) => ({ worker, used: worker.performance.eventLoopUtilization() }))
      const isStuck = ({ worker, used }: (typeof before)[number]) =>
        workers.has(worker) && worker.performance.eventLoopUtilization(used).idle <= 0
      return () => before.some(isStuck)
    },
    close: () => void process.off('worker', onWorker),
  }
}
