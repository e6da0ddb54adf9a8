import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Values } from '../core/check.ts'
import type { Clock } from '../core/clock.ts'
import type { Draw } from '../core/draw.ts'
import type { Caches, Numbers } from '../core/surroundings.ts'
import type { Caps } from './caps.ts'
import type { Fields, SettingsOf } from './fields.ts'

/** What a service lends its faults: the real things, so that they really go wrong. */
export interface FaultSurroundings {
  readonly caches: Caches
  readonly numbers: Numbers
  /** The cache of the service that `cache-growth` fills. Without one it fills a cache of its own. */
  readonly cache?: FillableCache
  /** The service's own log, which `log-flood` floods. */
  log(event: { readonly event: string; readonly [detail: string]: unknown }): void
}

export interface FillableCache {
  /** Makes the service keep something under this key, at most 64 characters. */
  put(key: string): void
  size(): number
}

/** What a fault is given while it lasts. */
export interface Bench {
  readonly clock: Clock
  /** When, on the clock, its time to live is over. */
  readonly until: number
  /** Aborts when it is over, however that comes. */
  readonly signal: AbortSignal
  /** The folder of its own that it may write to. Not made yet. */
  readonly folder: string
  readonly caps: Caps
  readonly surroundings: FaultSurroundings
  /** Uniform in [0, 1). */
  readonly random: () => number
}

/** Whether a request is still to be answered. */
export type Passage = 'go on' | 'answered'

/** What a fault does while it lasts. Whatever it holds is let go by `end`. */
export interface Effects {
  /** What goes on in the background. When it rejects, the fault is over, and its state says why. */
  readonly work?: Promise<void>
  /** Meets each request, whoever's. */
  meet?(req: IncomingMessage, res: ServerResponse): Passage | Promise<Passage>
  /** What becomes of a draw of the heartbeat. */
  draw?(draw: Draw): Draw
  /** What a service that is told to stop does about it. */
  readonly stopping?: { readonly ignored: boolean; readonly delayMs: number }
  /** How far it has come. */
  progress?(): Values
  end?(): void | Promise<void>
}

/** One way to go wrong on purpose: one object, in the file of its family, and one line in `list.ts`. */
export interface Fault {
  /** Kebab-case; the URL segment and the metric's label. */
  readonly name: string
  /** One line: what goes wrong. */
  readonly about: string
  /** What may be set, within the caps. */
  fields(caps: Caps): Fields
  /** What is wrong with settings that are right each by itself. */
  mistakeIn?(settings: Readonly<Record<string, unknown>>): string | undefined
  begin(settings: Readonly<Record<string, unknown>>, bench: Bench): Effects
}

interface DefinedFault<F extends Fields> {
  readonly name: string
  readonly about: string
  fields(caps: Caps): F
  mistakeIn?(settings: SettingsOf<F>): string | undefined
  begin(settings: SettingsOf<F>, bench: Bench): Effects
}

/** Gives a fault its types: the settings are inferred from the fields. */
export function defineFault<F extends Fields>(fault: DefinedFault<F>): Fault {
  return fault as Fault
}

/** How long a fault that stops or kills the process waits first, so that the answer to whoever asked for it gets out. */
export const FIRST_ANSWER_MS = 100
