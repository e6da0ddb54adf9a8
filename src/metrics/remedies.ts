import { RESULTS, type Result } from '../core/remedy.ts'
import type { Counted } from './family.ts'
import { createTally } from './tally.ts'

export interface Remedied {
  /** A remedy was run, by hand or by itself. */
  remedied(name: string, result: Result): void
  /** A look of the check for which a remedy was tried has judged it. */
  judged(check: string, remedy: string, helped: boolean): void
}

/** The remedies that there are, and those that are tried for a check. */
export interface KnownRemedies {
  readonly list: readonly { readonly name: string }[]
  readonly ladders: readonly { readonly check: string; readonly remedies: readonly string[] }[]
}

export function countRemedies({ list, ladders }: KnownRemedies): Counted<Remedied> {
  const runs = createTally(
    'failweb_remedies_total',
    'Remedies that were run.',
    list.flatMap(({ name }) => RESULTS.map((result) => ({ name, result }))),
  )
  const judgements = createTally(
    'failweb_healthcheck_remedies_total',
    'Remedies that were tried for a check, by whether it was well when it next looked.',
    ladders.flatMap(({ check: name, remedies }) =>
      remedies.flatMap((remedy) => ['true', 'false'].map((helped) => ({ name, remedy, helped }))),
    ),
  )
  return {
    families: [runs, judgements],
    told: {
      remedied: (name, result) => runs.count({ name, result }),
      judged: (name, remedy, helped) => judgements.count({ name, remedy, helped: String(helped) }),
    },
  }
}
