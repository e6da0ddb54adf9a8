import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
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

const TERM_BIT = 1n << BigInt(constants.signals.SIGTERM - 1)

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
  readonly #killHard = () => this.kill()
  #isOver = false

  private constructor(child: ChildProcess, { onOutput, clock }: GroupOptions) {
    this.#child = child
    process.on('exit', this.#killHard)
    const standDown = standBy(-this.pid)
    child.stdout?.on('data', onOutput)
    child.stderr?.on('data', onOutput)
    this.ended = new Promise((resolve) => {
      child.on('exit', (code, signal) => {
        this.kill()
        this.#isOver = true
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

  /** Whether SIGTERM would come to anything in a container: to its process 1 the kernel applies no default. */
  get hearsTerm(): boolean {
    return this.#isOver || hearsTerm(this.pid)
  }

  /** SIGTERM as a container runtime sends it: to the leader only. */
  terminate(): void {
    this.#child.kill('SIGTERM')
  }

  /** Every process of the group. One that is gone is no error; once all are, their id may be somebody else's. */
  kill(): void {
    if (this.#isOver || this.#child.pid === undefined) return
    try {
      process.kill(-this.#child.pid, 'SIGKILL')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
}

/**
 * Whether a process catches SIGTERM, blocks it to look for it later (dumb-init), or is waiting for it (tini): during sigtimedwait /proc
 * shows what is waited for as not blocked, and only where the process stands tells. Where nothing can be told, it is taken to.
 */
function hearsTerm(pid: number): boolean {
  try {
    // First where it stands: one that is about to wait is running then, which says nothing, and is not missed.
    const stands = readFileSync(`/proc/${pid}/wchan`, 'utf8')
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const masks = [...status.matchAll(/^Sig(?:Cgt|Blk):\s*([0-9a-f]+)$/gm)].map(([, mask]) => BigInt(`0x${mask}`))
    const isElsewhere = /^\w*[a-z]/.test(stands) && !stands.includes('sigtimedwait')
    return !isElsewhere || masks.length === 0 || masks.some((mask) => (mask & TERM_BIT) !== 0n)
  } catch {
    return true
  }
}

function letGo({ stdout, stderr }: ChildProcess): void {
  stdout?.destroy()
  stderr?.destroy()
}
