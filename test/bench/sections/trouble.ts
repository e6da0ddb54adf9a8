import { fileURLToPath } from 'node:url'
import { failwebInTrouble, peers } from '../contenders.ts'
import { progress, tableOf } from '../detection/report.ts'
import { mountSmallDisk, type SmallDisk } from '../disk.ts'
import type { Section } from '../section.ts'
import { type Contender, type Running, withServers } from '../server.ts'
import { inWords, type Sight, type Watched, watch, well } from '../watch.ts'

type Fault = 'stall' | 'leak' | 'disk' | 'hang'

interface Scenario {
  readonly fault: Fault
  readonly heading: string
  readonly seconds: number
}

const SMALL_HEAP = ['--max-old-space-size=64']
const CHECKS = fileURLToPath(new URL('../servers/checks', import.meta.url))

/** What each library says when something goes wrong, and how soon. */
export const trouble: Section = {
  name: 'trouble',
  heading: 'What each sees',
  async run({ quick }) {
    const seconds = quick ? 15 : 30
    const disk = mountSmallDisk()
    const scenarios: readonly Scenario[] = [
      { fault: 'stall', heading: 'a 10 s stall', seconds: quick ? 15 : 25 },
      { fault: 'leak', heading: 'a leak to death', seconds: quick ? 15 : 100 },
      { fault: 'disk', heading: 'a full disk', seconds },
      { fault: 'hang', heading: 'a hung check', seconds },
    ]
    const possible = scenarios.filter(({ fault }) => fault !== 'disk' || typeof disk === 'object')
    const { step } = progress('trouble', possible.length)
    try {
      const columns = await Promise.all(
        possible.map(async (scenario) => {
          const sights = await play(scenario, typeof disk === 'object' ? disk : undefined)
          step()
          return sights
        }),
      )
      return textOf(possible, columns, typeof disk === 'string' ? disk : undefined)
    } finally {
      if (typeof disk === 'object') disk.remove()
    }
  },
}

function play({ fault, seconds }: Scenario, disk: SmallDisk | undefined): Promise<readonly Sight[]> {
  const flags = fault === 'leak' ? SMALL_HEAP : []
  const contenders: readonly Contender[] = [
    failwebInTrouble(CHECKS, fault === 'disk' ? disk?.path : undefined),
    ...peers,
  ]
  return withServers(
    contenders.map((contender) => ({ ...contender, flags })),
    async ([failweb, ...others]) => {
      if (!failweb) throw new Error('a server is missing')
      const watched = [...probesOf(failweb), ...others.flatMap(probesOfPeer)]
      await Promise.all(watched.map(well))
      for (const { child } of [failweb, ...others]) child.send(fault)
      if (fault === 'disk') disk?.fill()
      return Promise.all(watched.map((one) => watch(one, seconds)))
    },
  )
}

function probesOf(server: Running): readonly Watched[] {
  return [
    { name: 'failweb /livez', server, path: '/livez' },
    { name: 'failweb /readyz', server, path: '/readyz' },
    { name: 'failweb /healthz', server, path: '/healthz' },
    { name: 'failweb’s guard /livez', server, path: '/livez', onSecond: true },
  ]
}

function probesOfPeer(server: Running, nth: number): readonly Watched[] {
  const { name = '', live = '/', ready = '/', onSecond = false } = peers[nth] ?? {}
  return [...new Set([live, ready])].map((path) => ({ name: `${name} ${path}`, server, path, onSecond }))
}

function textOf(
  scenarios: readonly Scenario[],
  columns: readonly (readonly Sight[])[],
  noDisk: string | undefined,
): string {
  const [first = []] = columns
  return `A prober asks each route four times a second, with a second's patience, from the moment when the fault begins; told is every change of the
answer, which was 200 before, once two in a row say it. A day goes by in a minute: the heap holds 64 MiB and leaks about 1 MiB a second, and failweb's checks look every second in place of every 5 to 60 s.
The others are set as their READMEs show; under-pressure samples every second, and has the heap's limit in its settings. lightship and express-actuator
have no checks that could hang.${noDisk ? ` The full disk is left out: ${noDisk}.` : ''}

${tableOf(
  ['told by', ...scenarios.map(({ heading }) => heading)],
  first.map(({ name }, row) => [
    name,
    ...columns.map((column) => {
      const sight = column[row]
      return sight ? inWords(sight) : ''
    }),
  ]),
)}`
}
