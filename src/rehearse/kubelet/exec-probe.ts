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
  const chunks: Buffer[] = []
  try {
    const group = await ProcessGroup.start({ command, env, clock, onOutput: (chunk) => chunks.push(chunk) })
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
    const message = Buffer.concat(chunks).subarray(0, LONGEST_OUTPUT_BYTES).toString()
    if (isLate) return { result: 'failure', message: `command "${command.join(' ')}" timed out` } as const
    return { result: code === 0 ? 'success' : 'failure', message } as const
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    return { result: 'error', message: error.message } as const
  }
}
