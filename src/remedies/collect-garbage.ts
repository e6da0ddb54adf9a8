import type { Remedy } from '../core/remedy.ts'

/**
 * Has V8 collect now, in full: what is garbage goes, and the checks on memory see what is left. It holds the event
 * loop meanwhile: with small objects, half a second at 128 MiB in use and a second at 512 MiB.
 * @returns undefined where Node does not expose it (`node --expose-gc`)
 */
export function collectGarbage(collect: (() => unknown) | undefined = globalThis.gc): Remedy | undefined {
  if (!collect) return undefined
  return {
    name: 'gc',
    about: 'has V8 collect its garbage now',
    async run() {
      const before = usedBytes()
      await collect()
      return { remedy: 'gc', bytes: { before, after: usedBytes() } }
    },
  }
}

function usedBytes(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
