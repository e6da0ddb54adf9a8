import { SetupError } from '../../core/setup-error.ts'
import { PROBE_KINDS, type ProbeKind } from '../manifest/pod-spec.ts'

/** One life, as `failweb rehearse --json` recorded it. */
export interface RecordedLife {
  readonly container: string
  /** Whether each probe failed, in turn. Those that the prober threw away are left out: they count for nothing. */
  readonly results: Readonly<Record<ProbeKind, readonly boolean[]>>
  /** Undefined where a probe ended it, or the rehearsal. */
  readonly exit?: { readonly afterMs: number; readonly code: number }
}

/** @throws {SetupError} where a line is no JSON object, or nothing is there to play again */
export function recordedLives(file: string, text: string): readonly RecordedLife[] {
  const recording = new Recording()
  for (const line of parsedLines(file, text)) recording.add(line)
  const { lives } = recording
  if (lives.some(saysSomething)) return lives
  throw new SetupError([`${file}: holds no probes; failweb rehearse --json writes them`])
}

/** Whether there is anything to play: a life that was cut off before its first probe would seem to be without end. */
export function saysSomething({ results, exit }: RecordedLife): boolean {
  return exit !== undefined || PROBE_KINDS.some((kind) => results[kind].length > 0)
}

interface RecordedLine {
  readonly kind?: string
  readonly reason?: string
  readonly container?: string
  readonly life?: number
  readonly probe?: string
  readonly result?: string
  readonly killedBy?: string
  readonly livedMs?: number
  readonly ending?: { readonly exitCode: number }
}

class Recording {
  readonly #lives = new Map<string, LifeInProgress>()
  /** Containers that were told to end: what ends then has not ended by itself. */
  readonly #told = new Set<string>()

  get lives(): readonly RecordedLife[] {
    return [...this.#lives.values()]
  }

  add(line: RecordedLine): void {
    const { kind, container = '', killedBy, ending } = line
    switch (kind) {
      case 'event':
        if (line.reason === 'Killing') this.#told.add(container)
        return
      case 'start':
        this.#lifeOf(line)
        return
      case 'probe':
        if (line.result !== 'error') this.#resultsOf(line)?.push(line.result === 'failure')
        return
      case 'end': {
        const isTold = this.#told.delete(container) || killedBy !== undefined
        if (ending && !isTold) this.#lifeOf(line).exit = { afterMs: line.livedMs ?? 0, code: ending.exitCode }
      }
    }
  }

  #resultsOf(line: RecordedLine): boolean[] | undefined {
    const kind = PROBE_KINDS.find((known) => known === line.probe)
    return kind && this.#lifeOf(line).results[kind]
  }

  #lifeOf({ container = '', life }: RecordedLine): LifeInProgress {
    const key = `${container} ${life}`
    const known = this.#lives.get(key) ?? { container, results: { startup: [], liveness: [], readiness: [] } }
    this.#lives.set(key, known)
    return known
  }
}

interface LifeInProgress extends RecordedLife {
  readonly results: Readonly<Record<ProbeKind, boolean[]>>
  exit?: NonNullable<RecordedLife['exit']>
}

function parsedLines(file: string, text: string): readonly RecordedLine[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return []
    const parsed = parsedLine(line)
    if (typeof parsed === 'object' && parsed !== null) return [parsed]
    throw new SetupError([
      `${file}:${index + 1}: expected one JSON object a line, as failweb rehearse --json writes them`,
    ])
  })
}

function parsedLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
