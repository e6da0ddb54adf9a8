import { closeSync, openSync } from 'node:fs'
import { devNull } from 'node:os'
import { watchDescriptors } from '../host/descriptors.ts'
import { defineFault } from './fault.ts'
import { number, whole } from './fields.ts'
import { atRate } from './pace.ts'

/** Opens descriptors and does not close them. Some stay free, so that the service can be asked, and the fault be ended. */
export const descriptorLeakFault = defineFault({
  name: 'descriptor-leak',
  about: 'opens more and more descriptors, and leaves some free',
  fields: ({ descriptors, freeDescriptors }) => ({
    perSecond: number({ min: 0.1, max: descriptors, fallback: Math.min(descriptors, 10) }),
    leaveFree: whole({ min: freeDescriptors, max: 1_000_000, fallback: freeDescriptors }),
  }),
  begin({ perSecond, leaveFree }, bench) {
    const watch = watchDescriptors()
    const opened: number[] = []
    const work = atRate(perSecond, bench, (due) => {
      const { open = 0, limit = Number.POSITIVE_INFINITY, exhausted } = watch.look()
      const room = exhausted ? 0 : Math.min(limit - open - leaveFree, bench.caps.descriptors - opened.length)
      for (let left = Math.min(due, room); left > 0; left--) opened.push(openSync(devNull, 'r'))
    })
    return {
      work,
      progress: () => ({ opened_descriptors: opened.length }),
      end() {
        for (const descriptor of opened.splice(0)) closeSync(descriptor)
        watch.stop()
      },
    }
  },
})
