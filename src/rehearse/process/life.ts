import type { ProbeOutcome } from '../kubelet/http-probe.ts'
import type { Action, ContainerSpec, ProbeKind } from '../manifest/pod-spec.ts'

/** How a life ended. */
export interface Ending {
  /** As a container runtime gives it: 128 + n where signal n ended it. */
  readonly exitCode: number
  readonly reason: 'Completed' | 'Error' | 'OOMKilled'
  /** What it left in its termination message file; empty where it left nothing. */
  readonly message: string
  /** Set where it was told to stop, and had no handler for it: the kernel gives process 1 no other end by SIGTERM, so it sat out its grace. */
  readonly ignoredTerm?: true
}

/** What a process uses. */
export interface Usage {
  readonly rssBytes: number
  /** Of one core: 100 is one core kept busy. */
  readonly cpuPercent: number
}

/** One life of a container: a real process, or a model of one. */
export interface Life {
  /** Resolves when it is over, however that came about. */
  readonly ended: Promise<Ending>
  /** Asks it once, for a probe of that kind. */
  ask(action: Exclude<Action, { how: 'sleep' }>, timeoutMs: number, kind: ProbeKind): Promise<ProbeOutcome>
  /** Runs its preStop hook. Resolves to what went wrong, if anything did; the caller keeps time. */
  runHook(action: Action, signal: AbortSignal): Promise<string | undefined>
  /** Asks it to end, and kills it after the grace. Resolves when it is over. */
  stop(graceMs: number): Promise<Ending>
  /** The newest reading, where there is a process to read. */
  readonly usage?: Usage
}

/** Starts lives. */
export interface Runtime {
  /** @throws {SetupError} when there is nothing to start */
  start(container: ContainerSpec, life: number): Promise<Life>
}
