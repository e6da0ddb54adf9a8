import { createHash, randomUUID } from 'node:crypto'
import type { PodName } from './pod.ts'

export type { PodName } from './pod.ts'

/** The letters that Kubernetes makes names of: none that could spell a word or be mistaken for another. */
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789'

/** A pod's name as its workload's controller would make it: `failweb-6c7496cd6f-94xkd`. */
export function podNameOf(kind: string, workload: string, uid: string = randomUUID()): PodName {
  const own = letters(uid, 5)
  switch (kind) {
    case 'Deployment':
      return { name: `${workload}-${letters(workload, 10)}-${own}`, uid }
    case 'StatefulSet':
      return { name: `${workload}-0`, uid }
    case 'DaemonSet':
      return { name: `${workload}-${own}`, uid }
    default:
      return { name: workload, uid }
  }
}

function letters(seed: string, count: number): string {
  const bytes = createHash('sha256').update(seed).digest()
  return Array.from(bytes.subarray(0, count), (byte) => LETTERS[byte % LETTERS.length]).join('')
}
