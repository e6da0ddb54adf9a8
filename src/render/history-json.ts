import type { CheckHistory } from '../core/history.ts'
import type { Sighting } from '../core/snapshot.ts'

/** Who may not see values sees what was said, and when. */
export function historyJson({ looks, fine, coarse }: CheckHistory, open: boolean): object {
  return {
    looks: looks.map((sighting) => sightingJson(sighting, open)),
    fine: fine.map(({ at, said, value }) => ({
      time: iso(at),
      standing: said,
      ...(open && value !== undefined && { value }),
    })),
    coarse: coarse.map(({ from, to, looks, worst, least, mean, most }) => ({
      from: iso(from),
      to: iso(to),
      looks,
      worst,
      ...(open && least !== undefined && { least, mean, most }),
    })),
  }
}

function sightingJson({ at, sighting, said, because, values }: Sighting, open: boolean): object {
  return { time: iso(at), sighting, standing: said, ...(open && { because, values }) }
}

const iso = (at: number) => new Date(at).toISOString()
