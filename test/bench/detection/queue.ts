import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Calling, Waited } from './real-callers.ts'
import type { CrowdedLife, FromCrowd } from './real-crowd.ts'
import { progress, recordSection, tableOf } from './report.ts'

const WORK_MS = 5
/** Calls for each that the service can answer. */
const LOADS = [0.5, 0.8, 1.15, 1.5] as const
const SECONDS = 60

type Change = Extract<FromCrowd, { readonly to: string }>
type Known = Extract<FromCrowd, { readonly latency: string }>

interface Outcome {
  readonly load: number
  readonly waited: Waited
  readonly known: Known
  /** When `latency` was first said to warn and to fail, in seconds since the callers began. */
  readonly said: ReadonlyMap<string, number>
}

function child(script: string, life: CrowdedLife | Calling): ChildProcess {
  return fork(fileURLToPath(new URL(script, import.meta.url)), [JSON.stringify(life)], {
    execArgv: ['--import', 'tsx'],
  })
}

async function runOne(load: number): Promise<Outcome> {
  const service = child('real-crowd.ts', { workMs: WORK_MS, everyMs: 10_000 })
  try {
    const { port } = await heard(service, 'port')
    const callers = child('real-callers.ts', { port, perSecond: (load * 1_000) / WORK_MS, seconds: SECONDS })
    const begun = performance.now()
    const said = new Map<string, number>()
    service.on('message', (change: Partial<Change>) => {
      const { name, to } = change
      if (name === 'latency' && to && !said.has(to)) said.set(to, (performance.now() - begun) / 1_000)
    })
    const [waited] = (await once(callers, 'message')) as [Waited]
    service.send('tell')
    return { load, waited, said, known: await heard(service, 'latency') }
  } finally {
    service.disconnect()
  }
}

type With<K extends string> = Extract<FromCrowd, Readonly<Record<K, unknown>>>

/** The next message that has this. */
async function heard<K extends 'port' | 'latency'>(service: ChildProcess, key: K): Promise<With<K>> {
  for (;;) {
    const [message] = (await once(service, 'message')) as [FromCrowd]
    if (key in message) return message as With<K>
  }
}

function rowOf({ load, waited, known, said }: Outcome): readonly string[] {
  const ms = (milliseconds: number) => milliseconds.toFixed(0)
  const first = (status: string) => (said.has(status) ? `${said.get(status)?.toFixed(0)} s` : '–')
  return [
    `${((load * 1_000) / WORK_MS).toFixed(0)}`,
    ms(waited.p50Ms),
    ms(waited.p99Ms),
    `${waited.lost}`,
    ms(known.handledP99Ms),
    ms(known.toldP99Ms),
    first('warn'),
    first('fail'),
  ]
}

/** Five minutes of real services under more callers than they can answer. */
export async function runQueue(command: string): Promise<void> {
  const { step } = progress('queue', LOADS.length)
  const outcomes: Outcome[] = []
  for (const load of LOADS) {
    outcomes.push(await runOne(load))
    step()
    await sleep(1_000)
  }
  const worst = outcomes.at(-1)
  const body = [
    `A real \`node:http\` service whose requests keep its thread busy for ${WORK_MS} ms each, so that it can answer ${1_000 / WORK_MS} a second, and callers in another process who come for ${SECONDS} s, each on a connection of its own, however long the others wait. From there on they wait in the kernel's queue, before the service knows of them.`,
    tableOf(
      [
        'callers a second',
        'they waited: p50 ms',
        'p99 ms',
        'not answered',
        'a middleware sees: p99 ms',
        '`latency` says: p99 ms',
        'WARN after',
        'FAIL after',
      ],
      outcomes.map(rowOf),
    ),
    `What \`latency\` says at the end of the last: ${worst?.known.latency}. And \`event-loop\`, which passes, for no turn is long: ${worst?.known.eventLoop}.`,
  ].join('\n\n')
  recordSection({ heading: 'Callers who wait before they are taken up', command, body })
  console.log(body)
}
