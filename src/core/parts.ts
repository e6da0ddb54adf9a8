import { CannotTell, type Part, type Said, type Verdict } from './check.ts'
import { type Judged, mildest, type Status, worst } from './status.ts'

/** A subject that could not be looked at, and why. */
export interface Unseen {
  readonly subject: string
  readonly because: string
}

/**
 * The verdict of several subjects: the worst speaks, with its own values, and names the others that are as bad.
 * One that was not seen is unknown, which is worse than warn and milder than fail: a failing part is said all the same.
 * @throws {CannotTell} when something was not seen and nothing that was seen fails
 */
export function verdictOf(parts: readonly Part[], unseen: readonly Unseen[] = []): Verdict {
  const status = worst(parts.map((part) => part.status))
  const blind = unseen.map(({ subject, because }) => `${subject} could not be looked at: ${because}`)
  const [first, ...others] = parts.filter((part) => part.status === status)
  if (blind.length > 0 && status !== 'fail') throw new CannotTell(withOthers(blind.join('; '), status, first, others))
  if (!first) throw new CannotTell('there is nothing to look at')
  const { values, limits, forecast } = first
  const because = status === 'pass' ? first.because : alsoBad(first.because, others)
  return {
    status,
    because: [because, ...blind].join('; '),
    values,
    ...(limits && { limits }),
    ...(forecast && { forecast }),
    parts,
  }
}

/**
 * What was said of one part, for limits with a band. Only what patience has said is held on to: a single bad look must not
 * make the next, better one count as bad.
 */
export function saidOf(subject: string, said?: Said): Status | undefined {
  // A subject may be called `constructor`: what every object inherits was said of nobody.
  const part: Judged | undefined = said && Object.hasOwn(said.parts, subject) ? said.parts[subject] : undefined
  return said && part && mildest<Status>([part, said.status])
}

/** What warns is told even where the check as a whole cannot tell. */
function withOthers(blind: string, status: Judged, first: Part | undefined, others: readonly Part[]): string {
  return first && status === 'warn' ? `${blind}; ${alsoBad(first.because, others)}` : blind
}

/** The sentence of the parts of one status, which is worse than what was said of the whole: of whom it is has to be told. */
export function partsInWords(parts: readonly Part[], status: Judged): string {
  const [first, ...others] = parts.filter((part) => part.status === status)
  if (!first) return ''
  const { subject, because } = first
  const isNamed = [' ', ':'].some((after) => because.startsWith(subject + after))
  return alsoBad(isNamed ? because : `${subject}: ${because}`, others)
}

function alsoBad(because: string, others: readonly Part[]): string {
  return others.length === 0 ? because : `${because} (likewise ${others.map(({ subject }) => subject).join(', ')})`
}
