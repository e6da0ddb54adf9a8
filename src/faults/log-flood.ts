import { defineFault } from './fault.ts'
import { number, whole } from './fields.ts'
import { atRate } from './pace.ts'

export const logFloodFault = defineFault({
  name: 'log-flood',
  about: 'writes line after line to the log',
  fields: () => ({
    linesPerSecond: number({ min: 0.1, max: 10_000, fallback: 1_000 }),
    lineBytes: whole({ min: 1, max: 8_192, fallback: 200 }),
  }),
  begin({ linesPerSecond, lineBytes }, bench) {
    const { log } = bench.surroundings
    const filler = 'x'.repeat(lineBytes)
    const most = Math.floor(bench.caps.logBytes / lineBytes)
    let line = 0
    const work = atRate(linesPerSecond, bench, (due) => {
      for (let left = due; left > 0 && line < most; left--) log({ event: 'log-flood', line: ++line, filler })
    })
    return { work, progress: () => ({ logged_lines: line }) }
  },
})
