import { closeSync, openSync, readFileSync, rmSync } from 'node:fs'
import { constants } from 'node:os'
import pidusage from 'pidusage'
import type { Clock } from '../../core/clock.ts'
import { execProbe } from '../kubelet/exec-probe.ts'
import { httpProbe, type ProbeOutcome } from '../kubelet/http-probe.ts'
import type { KubeletProfile } from '../kubelet/profile.ts'
import { tcpProbe } from '../kubelet/tcp-probe.ts'
import type { Action, ContainerSpec } from '../manifest/pod-spec.ts'
import { filledIn } from '../manifest/variables.ts'
import type { Ending, Life, Usage } from './life.ts'
import type { GroupEnd, ProcessGroup } from './process-group.ts'

/** Where a life is played. */
export interface Stage {
  readonly clock: Clock
  readonly kubelet: KubeletProfile
  /** This machine's port for each of the container's. */
  hostPort(containerPort: number): number
  /** Its `/dev/termination-log`. */
  readonly messagePath: string
  readonly env: Readonly<Record<string, string>>
  /** A word of the manifest as it is on this machine. */
  standIn(word: string): string
  /** The end of what it wrote, for `FallbackToLogsOnError`. */
  log(): string
}

/** How often the memory of a process is looked at, and how long a preStop request may take at most. */
const LOOK_EVERY_MS = 250
const LONGEST_HOOK_MS = 3_600_000

/** Source: Kubernetes 1.20.2, pkg/kubelet/container/runtime.go. */
const LONGEST_MESSAGE_BYTES = 4096

/**
 * One that has just begun has set no handler yet. A rehearsal that ends with a start (`--restarts`) is not to sit out a grace for that, nor
 * to blame it: until this age SIGTERM does to it what it does to any process.
 */
const YOUNG_MS = 1000

/** An error moves no counter: as process 1 it would still be there to answer. */
const SITS_OUT: ProbeOutcome = {
  result: 'error',
  message: 'the process died of SIGTERM, which as process 1 of its container it would have ignored',
  tookMs: 0,
}

/** One life of a container as a real process. */
export class ProcessLife implements Life {
  readonly ended: Promise<Ending>
  usage: Usage = { rssBytes: 0, cpuPercent: 0 }
  /** The most that it has used, for the summary. */
  peakRssBytes = 0
  readonly #group: ProcessGroup
  readonly #container: ContainerSpec
  readonly #stage: Stage
  readonly #over = new AbortController()
  /** Exec probes and hooks that have not ended yet. */
  readonly #executed = new Set<Promise<ProbeOutcome>>()
  #isOverLimit = false
  /** From being told to stop: ends when its grace is used up, or it is killed before. */
  #grace: Promise<void> | undefined
  readonly #cutShort = new AbortController()
  #isProcessOne = false
  #ignoresTerm = false
  /** It is gone from this machine, and in its container would be there until its grace is over. */
  #sitsOut = false
  readonly #begun: number

  constructor(group: ProcessGroup, container: ContainerSpec, stage: Stage) {
    this.#group = group
    this.#container = container
    this.#stage = stage
    this.#begun = stage.clock.now()
    this.ended = group.ended.then((end) => this.#conclude(end))
    this.#watch()
  }

  async ask(action: Exclude<Action, { how: 'sleep' }>, timeoutMs: number): Promise<ProbeOutcome> {
    const { clock, kubelet, env, standIn } = this.#stage
    if (this.#sitsOut && action.how !== 'exec') return SITS_OUT
    switch (action.how) {
      case 'httpGet':
        return httpProbe(this.#urlOf(action), { timeoutMs, headers: action.headers, kubelet, clock })
      case 'tcpSocket':
        return tcpProbe(this.#stage.hostPort(action.port), timeoutMs, clock)
      case 'exec':
        return this.#execute(
          action.command.map((word) => filledIn(standIn(word), env)),
          timeoutMs,
        )
    }
  }

  /** An httpGet hook that is answered has run, whatever the status; that is what the kubelet asks of it. */
  async runHook(action: Action): Promise<string | undefined> {
    if (action.how === 'sleep') return undefined
    const { result, message } = await this.ask(action, LONGEST_HOOK_MS)
    const isAnswered = action.how === 'httpGet' && !message.startsWith('Get ')
    return result === 'success' || isAnswered ? undefined : message
  }

  async stop(graceMs: number): Promise<Ending> {
    const { clock } = this.#stage
    this.#grace = clock.sleep(graceMs, this.#cutShort.signal)
    this.#isProcessOne = clock.now() - this.#begun >= YOUNG_MS
    this.#ignoresTerm = this.#isProcessOne && !this.#group.hearsTerm
    if (!this.#ignoresTerm) this.#group.terminate()
    this.#grace.then(() => this.kill())
    return this.ended
  }

  /** Without grace. */
  kill(): void {
    this.#cutShort.abort()
    this.#group.kill()
  }

  async #execute(command: readonly string[], timeoutMs: number): Promise<ProbeOutcome> {
    const { clock, env } = this.#stage
    const execution = execProbe(command, { env, timeoutMs, clock, over: this.#over.signal })
    this.#executed.add(execution)
    return execution.finally(() => this.#executed.delete(execution))
  }

  #urlOf({ scheme, path, port }: Extract<Action, { how: 'httpGet' }>): string {
    return `${scheme.toLowerCase()}://127.0.0.1:${this.#stage.hostPort(port)}${path}`
  }

  /** Reads what it uses, and enforces its memory limit: resident memory stands in for what a cgroup would count. */
  async #watch(): Promise<void> {
    const { memoryLimitBytes = Number.POSITIVE_INFINITY } = this.#container
    for (; !this.#over.signal.aborted; await this.#stage.clock.sleep(LOOK_EVERY_MS, this.#over.signal)) {
      // A process that has just ended cannot be read; its end is told by the group.
      const read = await pidusage(this.#group.pid).catch(() => undefined)
      if (!read || this.#sitsOut || this.#over.signal.aborted) continue
      this.usage = { rssBytes: read.memory, cpuPercent: read.cpu }
      this.peakRssBytes = Math.max(this.peakRssBytes, read.memory)
      if (read.memory <= memoryLimitBytes) continue
      this.#isOverLimit = true
      this.kill()
    }
  }

  /** What was executed in a container does not outlive it, a hook that has used up the grace least of all. */
  async #conclude(end: GroupEnd): Promise<Ending> {
    const { code, signal } = await this.#asProcessOne(end)
    this.#cutShort.abort()
    this.#over.abort()
    await Promise.all(this.#executed)
    const exitCode = signal === null ? (code ?? 0) : 128 + constants.signals[signal]
    const reason = this.#isOverLimit ? 'OOMKilled' : exitCode === 0 ? 'Completed' : 'Error'
    const message = this.#lastWords(exitCode)
    return { exitCode, reason, message, ...(this.#ignoresTerm && signal === 'SIGKILL' && { ignoredTerm: true }) }
  }

  /**
   * One that was told to stop and died of the very signal would have lived on as process 1. Node is such a one wherever no handler was
   * set: its own restores the terminal and raises the signal anew. Until its grace is over it counts as running.
   */
  async #asProcessOne(end: GroupEnd): Promise<GroupEnd> {
    if (end.signal !== 'SIGTERM' || !this.#isProcessOne) return end
    this.#ignoresTerm = true
    this.#sitsOut = true
    await this.#grace
    return { code: null, signal: 'SIGKILL' }
  }

  #lastWords(exitCode: number): string {
    const left = readEnd(this.#stage.messagePath)
    const falls = this.#container.terminationMessagePolicy === 'FallbackToLogsOnError'
    return left === '' && falls && exitCode !== 0 ? this.#stage.log() : left
  }
}

/** The part of a termination message that is shown. One whose file the process removed left nothing. */
function readEnd(path: string): string {
  try {
    return readFileSync(path).subarray(-LONGEST_MESSAGE_BYTES).toString()
  } catch {
    return ''
  }
}

/** An empty file to leave last words in: each life begins with none. */
export function prepareMessageFile(path: string): void {
  rmSync(path, { force: true })
  closeSync(openSync(path, 'w'))
}
