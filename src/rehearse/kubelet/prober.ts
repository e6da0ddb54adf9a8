import type { ProbeKind } from '../manifest/pod-spec.ts'
import type { ProbeOutcome } from './http-probe.ts'
import type { PodEvent } from './notice.ts'

/** How often the prober asks before it throws an error of its own away. */
const MOST_TRIES = 3

/** Asks until there is a conclusion, three times at most, back to back. */
export async function probe(ask: () => Promise<ProbeOutcome>): Promise<ProbeOutcome & { readonly tries: number }> {
  for (let tries = 1; ; tries++) {
    const outcome = await ask()
    if (outcome.result !== 'error' || tries === MOST_TRIES) return { ...outcome, tries }
  }
}

/** What the cluster says of a probe; of a success it says nothing. */
export function eventOf(
  kind: ProbeKind,
  { result, message }: ProbeOutcome,
): Pick<PodEvent, 'type' | 'reason' | 'message'> | undefined {
  const name = nameOf(kind)
  switch (result) {
    case 'success':
      return undefined
    case 'warning':
      return { type: 'Warning', reason: 'ProbeWarning', message: `${name} probe warning: ${message}` }
    case 'failure':
      return { type: 'Warning', reason: 'Unhealthy', message: `${name} probe failed: ${message}` }
    case 'error':
      return { type: 'Warning', reason: 'Unhealthy', message: `${name} probe errored: ${message}` }
  }
}

/** `liveness` → `Liveness`. */
export function nameOf(kind: ProbeKind): string {
  return kind.charAt(0).toUpperCase() + kind.slice(1)
}
