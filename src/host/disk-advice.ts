import type { Part, Verdict } from '../core/check.ts'
import { adviceInOneLine } from '../core/wording.ts'

/** A place on a disk, what there may be too much of, and what is said of that. */
export interface Placed {
  readonly path: string
  readonly by: 'bytes' | 'files'
  readonly part: Part
}

export function placed({ path }: { readonly path: string }, by: Placed['by'], part: Part): Placed {
  return { path, by, part }
}

/**
 * What a person does about the place that the verdict's sentence is about: with the command that shows what is largest there, as busybox knows
 * it too. Only the listing runs in the pod: sorting a million names would take memory from the very container that is in trouble, or space.
 * @returns undefined where the path cannot be told whole in one line: half a command is worse than none
 */
export function adviceOnWorst({ status }: Verdict, places: readonly Placed[]): string | undefined {
  const worst = places.find(({ part }) => part.status === status)
  const advice = worst && ADVICE[worst.by](inShell(worst.path))
  return advice !== undefined && adviceInOneLine(advice) === advice ? advice : undefined
}

/** Of an open file neither its bytes nor its inode come back before it is closed. */
const ADVICE: Readonly<Record<Placed['by'], (path: string) => string>> = {
  bytes: (path) =>
    `see what has grown there (in KiB: kubectl exec POD -- du -akx ${path} | sort -n | tail), rotate it or delete it; of a file that is open the space comes back when it is closed. Where Kubernetes limits that volume or the pod’s ephemeral storage, it evicts the pod that is over`,
  files: (path) =>
    `see which folders hold the most files (kubectl exec POD -- find ${path} -xdev | sed 's|[^/]*$||' | sort | uniq -c | sort -n | tail), delete those that nobody needs, and end what goes on making them; a file that is open counts until it is closed`,
}

/** A path as one word for a shell. */
function inShell(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
