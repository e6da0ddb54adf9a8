/**
 * Who stands in the accept queue of one port. Who comes is taken up in turn: so who is next had come by the first look at which more had come
 * than are gone now. (Cumulative arrivals and departures over time, as in Newell, Applications of Queueing Theory, chapter 1.) When between
 * two looks he came is not known, so that he has waited at the least since the later one. Nobody is so said to have waited while the loop
 * stood still, which is counted as that.
 */
export interface AcceptLine {
  /** How many are gone: taken up, or turned away. */
  readonly gone: number
  /** How many waited at the last look, and for how many milliseconds the one that was next had. */
  readonly connections: number
  readonly waitedMs: number
  /** Whether nobody is gone since the last look, and nobody was left then. */
  readonly isQuiet: boolean
  /** The one that was next is gone. @returns for how many milliseconds he had waited, at the least */
  left(now: number): number
  /** At a look that was over at that time, and begun when so many were gone, so many waited. */
  seen(at: number, gone: number, connections: number): void
}

/** How many had come by then: those that were gone, and those that waited. */
interface Come {
  readonly at: number
  readonly come: number
}

/** A minute of looks. */
const MOST_LOOKS = 600

export function createAcceptLine(): AcceptLine {
  let [gone, goneBefore, connections, waitedMs] = [0, 0, 0, 0]
  let looks: readonly Come[] = []
  return {
    get gone() {
      return gone
    },
    get connections() {
      return connections
    },
    get waitedMs() {
      return waitedMs
    },
    get isQuiet() {
      return connections === 0 && gone === goneBefore
    },
    left(now) {
      gone++
      const known = looks.find(({ come }) => come >= gone)
      return known ? now - known.at : 0
    },
    seen(at, goneThen, waiting) {
      const come = goneThen + waiting
      // Who has come cannot be fewer, and a loop that turns takes one up: else they leave in a way that is not seen, and what was is void.
      const isVoid = come < (looks.at(-1)?.come ?? 0) || (connections > 0 && goneThen === goneBefore)
      const before = isVoid ? [] : looks.filter((look) => look.come > goneThen)
      looks = [...before, { at, come }].slice(-MOST_LOOKS)
      ;[goneBefore, connections] = [goneThen, waiting]
      waitedMs = waiting > 0 ? at - (looks[0]?.at ?? at) : 0
    },
  }
}
