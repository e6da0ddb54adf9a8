import type { Clock } from '../core/clock.ts'
import type { ThreadReading } from '../host/thread.ts'
import { attribute, type ThreadSample } from './attribution.ts'
import type { Stall } from './contract.ts'
import { type Finding, lastWords, silentSentence, stackLines, wasSilentSentence } from './finding.ts'
import { firstPulse, LATE_MS, LOOK_MS, observe, type Pulse } from './pulse.ts'
import type { Capture } from './stack.ts'

/** What a watchman sees by, and whom it tells. */
export interface Post {
  readonly clock: Clock
  readonly silenceMs: number
  /** How often the main thread has beaten. */
  beats(): number
  thread(): ThreadReading | undefined
  /** Never rejects. */
  captureStack(isSilent: () => boolean): Promise<Capture>
  /** A line of the log, written at once: the main thread, whose log it is, cannot. */
  log(event: Readonly<Record<string, unknown>> & { readonly event: string }): void
  /** Leaves a termination message. */
  leave(words: string): void
  /** Told of each stall when it is over. */
  turned(stall: Stall): void
  /** What the main thread would have said, were it to end now. */
  posted(): string | undefined
}

/** Looks are kept over five seconds; what it did before that may be over. */
const MOST_SAMPLES = 5_000 / LOOK_MS
/** How often the termination message of a thread that stays silent is written anew. */
const WORDS_EVERY_MS = 10_000

/** Watches the main thread from outside: says whether it turns, and what it does when it does not. */
export class Watchman {
  readonly #post: Post
  #pulse: Pulse
  #samples: readonly ThreadSample[] = []
  #capture: Capture | undefined
  #spokeAtMs = 0

  constructor(post: Post) {
    this.#post = post
    this.#pulse = firstPulse(post.clock.now(), post.beats())
  }

  async run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      this.look()
      await this.#post.clock.sleep(LOOK_MS, stop)
    }
  }

  /** One look. Whoever is asked about the main thread looks first, so that no answer is older than its question. */
  look(): Pulse {
    const { clock, silenceMs, beats } = this.#post
    const before = this.#pulse
    this.#pulse = observe(before, clock.now(), beats(), silenceMs)
    const { state, silentMs } = this.#pulse
    this.#sample()
    if (state === 'stopped' && before.state !== 'stopped') this.#stopped()
    else if (state === 'stopped' && silentMs - this.#spokeAtMs >= WORDS_EVERY_MS) this.#speak()
    if (state === 'turning' && before.state !== 'turning') this.#turned(before)
    if (silentMs < before.silentMs) this.#forget()
    return this.#pulse
  }

  /** What the main thread does, as far as it is known. */
  get finding(): Finding {
    const attribution = attribute(this.#samples)
    return this.#capture ? { attribution, capture: this.#capture } : { attribution }
  }

  /** Looks at the thread while it is silent: at its own price, which is nothing as long as it turns. */
  #sample(): void {
    const { silentMs, at } = this.#pulse
    const last = this.#samples.at(-1)
    const isDue = silentMs >= Math.min(LATE_MS, this.#post.silenceMs) / 2 && !(last && at - last.at < LOOK_MS / 2)
    if (!isDue) return
    const reading = this.#post.thread()
    if (reading) this.#samples = [...this.#samples, { at, reading }].slice(-MOST_SAMPLES)
  }

  #stopped(): void {
    this.#speak()
    this.#log()
    const { beats } = this.#pulse
    const isSilent = () => this.#post.beats() === beats
    this.#post.captureStack(isSilent).then((capture) => {
      if (!isSilent()) return
      this.#capture = capture
      this.#speak()
      if ('frames' in capture || capture.halted) this.#log()
    })
  }

  #turned({ silentMs, state }: Pulse): void {
    const { finding } = this
    const because = wasSilentSentence(silentMs, finding)
    if (state === 'stopped') this.#leave(because, `until ${this.#time()}`)
    this.#post.turned({
      silentMs: Math.round(silentMs),
      stopped: state === 'stopped',
      because,
      stack: stackLines(finding),
    })
  }

  #forget(): void {
    this.#samples = []
    this.#capture = undefined
    this.#spokeAtMs = 0
  }

  #speak(): void {
    this.#spokeAtMs = this.#pulse.silentMs
    this.#leave(silentSentence(this.#pulse.silentMs, this.finding), `at ${this.#time()}`)
  }

  #leave(sentence: string, when: string): void {
    this.#post.leave(lastWords(sentence, this.finding, when, this.#post.posted()))
  }

  #log(): void {
    const { state, silentMs } = this.#pulse
    const because = silentSentence(silentMs, this.finding)
    const stack = stackLines(this.finding)
    this.#post.log({
      event: 'main-thread',
      state,
      silentMs: Math.round(silentMs),
      because,
      ...(stack.length > 0 && { stack }),
    })
  }

  #time(): string {
    return this.#post.clock.date().toISOString()
  }
}
