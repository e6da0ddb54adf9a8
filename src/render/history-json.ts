import type { CheckHistory } from '../core/history.ts'
import type { Sighting } from '../core/snapshot.ts'

/** For who may see values: without the token a check's history is withheld altogether. */
export function historyJson({ looks, fine, coarse, spells }: CheckHistory): object {
  return {
    looks: looks.map(sightingJson),
    fine: fine.map(({ at, said, value }) => ({
      time: iso(at),
      standing: said,
      ...(value !== undefined && { value }),
    })),
    spells: spells.map(({ from, said }) => ({ from: iso(from), standing: said })),
    coarse: coarse.map(({ from, to, looks, worst, least, mean, most }) => ({
      from: iso(from),
      to: iso(to),
      looks,
      worst,
      ...(least !== undefined && { least, mean, most }),
    })),
  }
}

function sightingJson({ at, sighting, said, because, values }: Sighting): object {
  return { time: iso(at), sighting, standing: said, because, values }
}

const iso = (at: number) => new Date(at).toISOString()
