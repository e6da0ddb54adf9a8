import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../free-port.ts'
import { koaApp, koaAppLoaded, koaAppMeasured, koaAppTimedLeast, koaAppTimedUsually } from './contenders.ts'
import { recordSection, tableOf } from './detection/report.ts'
import { ask, type Contender, sleep } from './server.ts'
import { fire } from './volley.ts'

/**
 * Machine instructions that a request takes in the server's process, and how often it has to fetch code or data into a processor's first
 * cache, by valgrind: a server takes forty times as long with it, but as many each time, within a percent, whoever else uses the machine. Times
 * of the same servers differ by a few percent from run to run. Most of a request's time goes into fetching code: it runs through some 4,300
 * different places of 64 bytes, more than that cache holds, so that each place that is added is fetched anew for each request.
 * Checks are left out: they go by the clock, and would look forty times as often for each request.
 */
const CONTENDERS = [koaApp, koaAppTimedLeast, koaAppTimedUsually, koaAppLoaded, koaAppMeasured]
const WARM = 60_000
const REQUESTS = 2_000
/** In the first of them V8 is still compiling, and in some it does so again; what a request takes is the median of the three least. */
const ROUNDS = 5
/** One thread collects garbage: with several, how they share the work is luck. */
const FLAGS = ['--min-semi-space-size=16', '--single-threaded-gc']

/** First caches of 64 KiB for code and 48 for data, a last one of 2 MiB, as one processor had: fixed, so that runs on others compare. */
const CACHES = ['--cache-sim=yes', '--I1=65536,16,64', '--D1=49152,12,64', '--LL=2097152,16,64']

/** Of one request. */
interface Taken {
  readonly instructions: number
  /** Places of 64 bytes that were fetched. */
  readonly code: number
  readonly data: number
}

async function takenBy({ name, script, args, flags = [] }: Contender): Promise<Taken> {
  const folder = mkdtempSync(join(tmpdir(), 'failweb-instructions-'))
  const [port, second] = [await freePort(), await freePort()]
  const path = fileURLToPath(new URL(script, import.meta.url))
  const tool = [
    '--tool=callgrind',
    '--instr-atstart=no',
    '--smc-check=all-non-file',
    ...CACHES,
    `--callgrind-out-file=${folder}/out`,
  ]
  const command = [...tool, process.execPath, ...FLAGS, ...flags, path, ...(args?.({ port, second }) ?? [])]
  const child = spawn('valgrind', command, { env: { ...process.env, PORT: `${port}` }, stdio: 'ignore' })
  const control = (...what: string[]) =>
    execFileSync('callgrind_control', [...what, `${child.pid}`], { stdio: 'ignore' })
  try {
    while ((await ask(port, '/')).status !== 200) {
      if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode} before it answered`)
      await sleep(100)
    }
    const load = (requests: number) => fire({ port, path: '/', requests, connections: 10 })
    await load(WARM)
    for (let round = 0; round < ROUNDS; round++) {
      control('-i', 'on')
      await load(500)
      control('-z')
      await load(REQUESTS)
      control('-d')
      control('-i', 'off')
    }
    const rounds = readdirSync(folder).map((file) => takenIn(join(folder, file)))
    const [, middle] = rounds.filter((round) => round !== undefined).sort((a, b) => a.instructions - b.instructions)
    if (!middle) throw new Error(`valgrind wrote nothing of ${name}`)
    return middle
  } finally {
    const ended = child.exitCode === null && once(child, 'exit')
    child.kill('SIGKILL')
    await ended
    rmSync(folder, { recursive: true })
  }
}

/** Undefined where nothing was counted, as when valgrind ends. */
function takenIn(file: string): Taken | undefined {
  const text = readFileSync(file, 'utf8')
  const [, names = ''] = /^events: (.*)/m.exec(text) ?? []
  const [, counts] = /^(?:totals|summary): (\d+ .*)/m.exec(text) ?? []
  if (counts === undefined) return undefined
  const each = counts.split(' ').map((count) => Number(count) / REQUESTS)
  const of = (event: string) => each[names.split(' ').indexOf(event)] ?? 0
  return { instructions: of('Ir'), code: of('I1mr'), data: of('D1mr') + of('D1mw') }
}

const found: (Taken & { readonly name: string })[] = []
for (const contender of CONTENDERS) {
  found.push({ name: contender.name, ...(await takenBy(contender)) })
  console.log(found.at(-1))
}
const [least] = found
const cells = (one: Taken, of: keyof Taken) => [one[of], one[of] - (least?.[of] ?? Number.NaN)].map((n) => n.toFixed(0))
const body = tableOf(
  ['GET /', 'instructions', 'more', 'code fetched', 'more', 'data fetched', 'more'],
  found.map((one) => [one.name, ...cells(one, 'instructions'), ...cells(one, 'code'), ...cells(one, 'data')]),
)
console.log(body)
recordSection(
  {
    heading: 'What a request takes in instructions',
    command: 'npm run build && npx tsx test/bench/instructions.ts',
    body: `Servers of \`npm run bench -- greeting\`, counted by valgrind's callgrind (Debian's \`valgrind\`): ${ROUNDS} rounds of ${REQUESTS} requests after ${WARM}, 10 connections. *Fetched*: how many places of 64 bytes a request has to fetch into the processor's first cache, as simulated (64 KiB for code, 48 KiB for data). Where V8 inlines Node's own functions differs from row to row, which moves some twenty of them.\n\n${body}`,
  },
  fileURLToPath(new URL('RESULTS.md', import.meta.url)),
)
