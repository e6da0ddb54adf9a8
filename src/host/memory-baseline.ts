import { inBytes } from '../core/byte-size.ts'
import type { Part } from '../core/check.ts'
import { apart } from '../core/wording.ts'
import type { MemoryReading } from './memory.ts'

/** Thresholds that were measured before production. */
interface Baseline {
  readonly externalBytes?: number | undefined
  readonly nativeBytes?: number | undefined
}

/**
 * Against what `failweb baseline` measured, which are the same numbers that memory-growth judges: what collections leave. How much
 * garbage lies about when somebody looks is chance.
 * @param used undefined before the first major collection
 * @param how what is compared, where that is not what the sentence begins with
 */
export function overBaseline(used: number | undefined, threshold: number | undefined, how = '') {
  if (threshold === undefined) return { status: 'pass', because: '', values: {}, word: inBytes } as const
  const values = { baseline_bytes: threshold }
  const word = apart(inBytes, used ?? threshold, [threshold])
  const measured = `the ${word(threshold)} measured before production`
  if (used === undefined)
    return { status: 'pass', because: `; ${measured} count from the first collection on`, values, word } as const
  const over = used >= threshold
  const because = `; ${how}${over ? 'over' : 'under'} ${measured}`
  return { status: over ? 'warn' : 'pass', because, values, word } as const
}

/** What has no ceiling of its own, only a threshold measured before production. */
export function besideCeilings(
  { collected, externalBytes, nativeBytes }: MemoryReading,
  baseline: Baseline,
): readonly Part[] {
  const left = collected.newestExternalBytes
  return [
    ...besidePart(
      'external',
      { now: externalBytes, judged: left },
      'outside the heap (buffers)',
      baseline.externalBytes,
    ),
    ...besidePart('native', { now: nativeBytes, judged: nativeBytes }, 'of native memory', baseline.nativeBytes),
  ]
}

function besidePart(
  subject: string,
  { now, judged }: { readonly now: number; readonly judged: number | undefined },
  noun: string,
  threshold: number | undefined,
): readonly Part[] {
  if (threshold === undefined) return []
  const used = judged ?? now
  const { status, because, values, word } = overBaseline(judged, threshold)
  return [{ subject, status, because: `${word(used)} ${noun}${because}`, values: { used_bytes: used, ...values } }]
}
