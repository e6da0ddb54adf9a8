import type { Clock } from '../../core/clock.ts'
import { SetupError } from '../../core/setup-error.ts'
import { ProcessGroup } from '../process/process-group.ts'
import type { ProbeOutcome } from './http-probe.ts'

export interface ExecOptions {
  readonly env: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly clock: Clock
}

const LONGEST_OUTPUT_BYTES = 10 * 1024

/** One exec probe: exit 0 is a success, anything else a failure with what it wrote; one that cannot be started is an error. */
export async function execProbe(command: readonly string[], options: ExecOptions): Promise<ProbeOutcome> {
  const { clock } = options
  const begun = clock.now()
  const conclusion = await run(command, options)
  return { ...conclusion, tookMs: clock.now() - begun }
}

async function run(command: readonly string[], { env, timeoutMs, clock }: ExecOptions) {
  const chunks: Buffer[] = []
  try {
    const group = await ProcessGroup.start({ command, env, clock, onOutput: (chunk) => chunks.push(chunk) })
    const decided = new AbortController()
    const late = clock.sleep(timeoutMs, decided.signal).then(() => undefined)
    const end = await Promise.race([group.ended, late])
    decided.abort()
    group.signal('SIGKILL')
    const message = Buffer.concat(chunks).subarray(0, LONGEST_OUTPUT_BYTES).toString()
    if (!end) return { result: 'failure', message: `command "${command.join(' ')}" timed out` } as const
    return { result: end.code === 0 ? 'success' : 'failure', message } as const
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    return { result: 'error', message: error.message } as const
  }
}
