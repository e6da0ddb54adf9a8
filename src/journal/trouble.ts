import type { Clock } from '../core/clock.ts'
import { inWords } from '../core/wording.ts'
import { wordsFor } from './state-folder.ts'

/** A write that takes longer than this is said to hang. */
const HANGS_MS = 5_000

/** What keeps the journal from being written: said when it begins and when it ends, and told whenever somebody asks. */
export class Trouble {
  readonly #clock: Clock
  readonly #say: (sentence: string) => void
  #because: string | undefined
  #writingSince: number | undefined

  /** `say` hears one sentence when a trouble begins, and one when it is over. */
  constructor(clock: Clock, say: (sentence: string) => void) {
    this.#clock = clock
    this.#say = say
  }

  get sentence(): string | undefined {
    if (this.#because !== undefined) return this.#because
    const ms = this.#writingSince === undefined ? 0 : this.#clock.now() - this.#writingSince
    return ms > HANGS_MS ? `the journal cannot be written: its disk has not answered for ${inWords(ms)}` : undefined
  }

  writing(): void {
    this.#writingSince = this.#clock.now()
  }

  failed(error: unknown): void {
    this.#writingSince = undefined
    const because = `the journal cannot be written: ${wordsFor(error)}`
    const isNew = this.#because === undefined
    this.#because = because
    if (isNew) this.#say(`${because}; it is tried again`)
  }

  wrote(): void {
    this.#writingSince = undefined
    if (this.#because === undefined) return
    this.#because = undefined
    this.#say('the journal is written again')
  }
}
