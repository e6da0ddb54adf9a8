/** A number before and after. */
export interface Effect {
  readonly before: number
  readonly after: number
}

/** What a remedy did. */
export interface RemedyReport {
  readonly remedy: string
  readonly entries: Effect
  /** Over the caches that know their bytes; absent when none does. */
  readonly bytes?: Effect
  /** Entries by cache. */
  readonly caches: Readonly<Record<string, Effect>>
}

/** Something the service may do about itself. */
export interface Remedy {
  /** Kebab-case; the URL segment of `POST /remedies/NAME`. */
  readonly name: string
  readonly about: string
  run(): Promise<RemedyReport>
}
