import { type ChildProcess, spawn } from 'node:child_process'
import type { Clock } from '../../core/clock.ts'
import { SetupError } from '../../core/setup-error.ts'
import { standBy } from '../../stand-by.ts'

export interface GroupOptions {
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly clock: Clock
  /** Told of everything that it writes. */
  onOutput(chunk: Buffer): void
}

const LONGEST_DRAIN_MS = 500

/** What ended a process, as a container runtime counts it: 128 + n for signal n. */
export interface GroupEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/**
 * A process that leads a group of its own, so that whatever it starts ends with it, as in a container.
 * However this process ends, the group is killed with it: by a hook on 'exit', which also runs after an uncaught error, and where none
 * runs (SIGKILL, out of memory) by a shell that stands by.
 */
export class ProcessGroup {
  /** Resolves when the leader has ended and nothing of the group is left. */
  readonly ended: Promise<GroupEnd>
  readonly #child: ChildProcess
  readonly #killHard = () => this.signal('SIGKILL')

  private constructor(child: ChildProcess, { onOutput, clock }: GroupOptions) {
    this.#child = child
    process.on('exit', this.#killHard)
    const standDown = standBy(-this.pid)
    child.stdout?.on('data', onOutput)
    child.stderr?.on('data', onOutput)
    this.ended = new Promise((resolve) => {
      child.on('exit', (code, signal) => {
        this.#killHard()
        process.off('exit', this.#killHard)
        standDown()
        // Once its pipes are closed, whatever it wrote last has been read. One that left the group may hold them open: not for long.
        child.on('close', () => resolve({ code, signal }))
        clock.sleep(LONGEST_DRAIN_MS).then(() => letGo(child))
      })
    })
  }

  /** @throws {SetupError} when the command cannot be started */
  static async start(options: GroupOptions): Promise<ProcessGroup> {
    const [program = '', ...args] = options.command
    const child = spawn(program, args, { env: options.env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', ({ code }: NodeJS.ErrnoException) => {
        reject(new SetupError([`${program}: cannot be started (${code === 'ENOENT' ? 'no such program' : code})`]))
      })
    })
    return new ProcessGroup(child, options)
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** To every process of the group. One that is gone is no error. */
  signal(signal: NodeJS.Signals): void {
    if (this.#child.pid === undefined) return
    try {
      process.kill(-this.#child.pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
}

function letGo({ stdout, stderr }: ChildProcess): void {
  stdout?.destroy()
  stderr?.destroy()
}
