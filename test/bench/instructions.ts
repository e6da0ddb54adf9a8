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
 * Machine instructions that a request takes in the server's process, by valgrind: a server takes forty times as long with it, but as many
 * instructions each time, within half a percent, whoever else uses the machine. Times of the same servers differ by a few percent from run to run.
 * Checks are left out: they go by the clock, and would look forty times as often for each request.
 */
const CONTENDERS = [koaApp, koaAppTimedLeast, koaAppTimedUsually, koaAppLoaded, koaAppMeasured]
const WARM = 60_000
const REQUESTS = 4_000
/** In the first of them V8 is still compiling, and in some it does so again; what a request takes is the median of the three least. */
const ROUNDS = 7
/** One thread collects garbage: with several, how they share the work is luck. */
const FLAGS = ['--min-semi-space-size=16', '--single-threaded-gc']

async function instructionsOf({ name, script, args, flags = [] }: Contender): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'failweb-instructions-'))
  const [port, second] = [await freePort(), await freePort()]
  const path = fileURLToPath(new URL(script, import.meta.url))
  const tool = [
    '--tool=callgrind',
    '--instr-atstart=no',
    '--smc-check=all-non-file',
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
    const [, middle] = readdirSync(folder)
      .map((file) => totalIn(join(folder, file)))
      .sort((a, b) => a - b)
    return (middle ?? Number.NaN) / REQUESTS
  } finally {
    const ended = child.exitCode === null && once(child, 'exit')
    child.kill('SIGKILL')
    await ended
    rmSync(folder, { recursive: true })
  }
}

function totalIn(file: string): number {
  return Number(/^(?:totals|summary): (\d+)/m.exec(readFileSync(file, 'utf8'))?.[1] ?? Number.NaN)
}

const found: { readonly name: string; readonly instructions: number }[] = []
for (const contender of CONTENDERS) {
  found.push({ name: contender.name, instructions: await instructionsOf(contender) })
  console.log(found.at(-1))
}
const least = found[0]?.instructions ?? Number.NaN
const body = tableOf(
  ['GET /', 'instructions', 'more', 'ratio'],
  found.map(({ name, instructions }) => [
    name,
    instructions.toFixed(0),
    (instructions - least).toFixed(0),
    (least / instructions).toFixed(3),
  ]),
)
console.log(body)
recordSection(
  {
    heading: 'What a request takes in instructions',
    command: 'npm run build && npx tsx test/bench/instructions.ts',
    body: `Servers of \`npm run bench -- greeting\`, counted by valgrind's callgrind (Debian's \`valgrind\`): ${ROUNDS} rounds of ${REQUESTS} requests after ${WARM}, 10 connections.\n\n${body}`,
  },
  fileURLToPath(new URL('RESULTS.md', import.meta.url)),
)
