/** A number before and after. */
export interface Effect {
  readonly before: number
  readonly after: number
}

/** What a remedy did. A number that it does not change, or cannot tell, is absent. */
export interface RemedyReport {
  readonly remedy: string
  /** Of all caches together. */
  readonly entries?: Effect
  /** For `purge-cache` over the caches that know their bytes, for `gc` what is in use of heap and Buffers. */
  readonly bytes?: Effect
  /** Entries by cache. */
  readonly caches?: Readonly<Record<string, Effect>>
}

/** Something the service may do about itself. */
export interface Remedy {
  /** Kebab-case; the URL segment of `POST /remedies/NAME`. */
  readonly name: string
  readonly about: string
  /** Rejects when it could not be done. `signal` aborts when nobody waits for it any more. */
  run(signal?: AbortSignal): Promise<RemedyReport>
}
