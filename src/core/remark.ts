/** Something to be read though no check says it. Nothing is tried against what no check judges. */
export interface Remark {
  /** What was seen, how often, and when. */
  readonly seen: string
  /** When the first of it was: milliseconds since 1970, where that is known. */
  readonly since?: number
  /** Whether that goes on, where it is known. */
  readonly lately?: string
  /** What it comes to by itself. */
  readonly fatal?: string
  /** Whether a kubelet may end the run for it: its liveness probe had no answer in time, as often as it takes. */
  readonly mayEnd?: boolean
  /** What to do about it, while it lasts. */
  readonly advice?: string
}

/** The whole of it in one sentence, as the detail has it. */
export function remarkText({ seen, lately, fatal, advice }: Remark): string {
  return [seen, lately, advice, fatal].filter((part) => part !== undefined).join('; ')
}
