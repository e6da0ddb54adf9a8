import { defineFault } from './fault.ts'
import { number } from './fields.ts'
import { atRate } from './pace.ts'

/** The name under which `numbers` counts the results. */
export const NUMBER_NAME = 'fault-not-a-number'

/** Divides by zero, which throws nothing: what comes out is not a number, and goes where results go. */
export const notANumberFault = defineFault({
  name: 'not-a-number',
  about: 'calculates, and a share of the results is NaN',
  fields: () => ({
    perSecond: number({ min: 0.1, max: 10_000, fallback: 10 }),
    share: number({ min: 0, max: 1, fallback: 1 }),
  }),
  begin({ perSecond, share }, bench) {
    const { numbers } = bench.surroundings
    let calculated = 0
    const work = atRate(perSecond, bench, (due) => {
      for (let left = due; left > 0; left--) {
        const divisor = bench.random() < share ? 0 : 1
        numbers.finite(NUMBER_NAME, 0 / divisor, 0)
        calculated += 1
      }
    })
    return { work, progress: () => ({ results: calculated }) }
  },
})
