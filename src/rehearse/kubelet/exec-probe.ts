import type { Clock } from '../../core/clock.ts'
import { SetupError } from '../../core/setup-error.ts'
import { ProcessGroup } from '../process/process-group.ts'
import type { ProbeOutcome } from './http-probe.ts'

export interface ExecOptions {
  readonly env: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly clock: Clock
  /** Aborts when the container is over, and what runs in it with it. */
  readonly over: AbortSignal
}

/** As much of the output as is kept; the rest is read, and dropped as it comes: what writes is not held up. */
const LONGEST_OUTPUT_BYTES = 10 * 1024

/**
 * One exec probe: exit 0 is a success, anything else a failure with what it wrote; one that cannot be started is an error.
 * When it resolves, what was run is gone.
 */
export async function execProbe(command: readonly string[], options: ExecOptions): Promise<ProbeOutcome> {
  const { clock } = options
  const begun = clock.now()
  const conclusion = await run(command, options)
  return { ...conclusion, tookMs: clock.now() - begun }
}

async function run(command: readonly string[], { env, timeoutMs, clock, over }: ExecOptions) {
  if (over.aborted) return { result: 'error', message: 'the container is not running' } as const
  const output = new Beginning(LONGEST_OUTPUT_BYTES)
  try {
    const group = await ProcessGroup.start({ command, env, clock, onOutput: (chunk) => output.add(chunk) })
    const kill = () => group.kill()
    over.addEventListener('abort', kill, { once: true })
    if (over.aborted) kill()
    const decided = new AbortController()
    const late = clock.sleep(timeoutMs, decided.signal).then(() => true)
    const isLate = await Promise.race([group.ended.then(() => false), late])
    decided.abort()
    if (isLate) kill()
    const { code } = await group.ended
    over.removeEventListener('abort', kill)
    const message = output.toString()
    if (isLate) return { result: 'failure', message: `command "${command.join(' ')}" timed out` } as const
    return { result: code === 0 ? 'success' : 'failure', message } as const
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    return { result: 'error', message: error.message } as const
  }
}

/** The first bytes of something that may have no end. */
class Beginning {
  readonly #kept: Buffer[] = []
  #room: number

  constructor(bytes: number) {
    this.#room = bytes
  }

  add(chunk: Buffer): void {
    if (this.#room === 0) return
    // A copy: a part of a chunk would hold all of it.
    const part = Buffer.from(chunk.subarray(0, this.#room))
    this.#kept.push(part)
    this.#room -= part.length
  }

  toString(): string {
    return Buffer.concat(this.#kept).toString()
  }
}
