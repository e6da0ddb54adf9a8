import type { Effect, Remedy, RemedyReport } from '../core/remedy.ts'
import type { Cache, Caches } from '../core/surroundings.ts'
import { messageOf } from '../core/thrown.ts'
import { inOneLine } from '../core/wording.ts'

/** Empties every registered cache: one that was only found may hold sessions. Asked twice at once, it runs once and answers both. */
export function purgeCache(caches: Caches): Remedy {
  const registered = () => caches.all().filter(({ found }) => !found)
  return purging(registered, (names) => {
    const known = registered().map(({ name }) => name)
    const unknown = names.filter((name) => !known.includes(name))
    if (unknown.length > 0) throw new NoSuchCache(unknown, known)
    return purging(() => registered().filter(({ name }) => names.includes(name)))
  })
}

function purging(chosen: () => readonly Cache[], only?: Remedy['only']): Remedy {
  let running: Promise<RemedyReport> | undefined
  return {
    name: 'purge-cache',
    about: 'empties every registered cache',
    run() {
      running ??= purgeAll(chosen()).finally(() => {
        running = undefined
      })
      return running
    },
    ...(only && { only }),
  }
}

/** Somebody asked for a cache that is not registered. */
class NoSuchCache extends Error {
  override readonly name = 'NoSuchCache'
  readonly status = 404
  readonly expose = true

  constructor(unknown: readonly string[], known: readonly string[]) {
    const others = known.length === 0 ? 'none is' : `there is ${known.join(', ')}`
    super(`${unknown.map(inOneLine).join(', ')}: no cache of this name is registered; ${others}`)
  }
}

async function purgeAll(caches: readonly Cache[]): Promise<RemedyReport> {
  const ends = await Promise.allSettled(caches.map(purgeOne))
  const effects = ends.flatMap((end) => (end.status === 'fulfilled' ? end.value : []))
  const failed = ends.flatMap((end, nth) =>
    end.status === 'rejected' ? `${caches[nth]?.name}: ${messageOf(end.reason)}` : [],
  )
  // One that fails keeps no other from being emptied, and hides none that was.
  if (failed.length > 0) throw new Error(inOneLine([...failed, ...effects.map(emptied)].join('; ')))
  const bytes = effects.flatMap((effect) => effect.bytes ?? [])
  return {
    remedy: 'purge-cache',
    entries: sum(effects.map(({ entries }) => entries)),
    ...(bytes.length > 0 && { bytes: sum(bytes) }),
    caches: Object.fromEntries(effects.map(({ name, entries }) => [name, entries])),
  }
}

function emptied({ name, entries }: { readonly name: string; readonly entries: Effect }): string {
  return `${name} was emptied (${entries.before} → ${entries.after})`
}

async function purgeOne(cache: Cache): Promise<{ name: string; entries: Effect; bytes?: Effect }> {
  const before = { entries: cache.size(), bytes: cache.bytes?.() }
  await cache.purge()
  const bytesAfter = cache.bytes?.()
  return {
    name: cache.name,
    entries: { before: before.entries, after: cache.size() },
    ...(before.bytes !== undefined &&
      bytesAfter !== undefined && { bytes: { before: before.bytes, after: bytesAfter } }),
  }
}

function sum(effects: readonly Effect[]): Effect {
  return effects.reduce((all, one) => ({ before: all.before + one.before, after: all.after + one.after }), {
    before: 0,
    after: 0,
  })
}
