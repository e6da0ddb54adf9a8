import { ProcessRuntime } from '../rehearse/process/process-runtime.ts'
import { Rehearsal } from '../rehearse/rehearsal.ts'
import { seededRandom } from '../rehearse/simulation/random.ts'
import { simulate } from '../rehearse/simulation/simulation.ts'
import { simulationText } from '../rehearse/simulation/simulation-text.ts'
import { type Advice, adviceLines, adviseOnManifest } from '../rehearse/view/advice.ts'
import { describe } from '../rehearse/view/description.ts'
import { adviseOnRecord } from '../rehearse/view/measured-advice.ts'
import { paintFor } from '../rehearse/view/paint.ts'
import { JsonShow, LiveShow, PlainShow, type Show } from '../rehearse/view/show.ts'
import { summarise, summaryText } from '../rehearse/view/summary.ts'
import { timeLine } from '../rehearse/view/time-line.ts'
import { wakingClock } from '../system-clock.ts'
import { type Command, EXIT, type Terminal } from './command.ts'
import { type RehearseOptions, readOptions } from './rehearse-options.ts'

export const rehearseCommand: Command = {
  help: `failweb rehearse FILE... [options]

Plays one pod of the manifests as a kubelet would: probes, kills with their grace, restarts, CrashLoopBackOff. Each container is
a real process on this machine: this failweb, in place of whatever image the manifest names. It gets the manifest's env, though
not what ConfigMaps, Secrets or the cluster would fill in, what its command and args give to failweb, where they run that, and a
file for its last words as FAILWEB_TERMINATION_MESSAGE_PATH.
Each port of a container is a free one here and each emptyDir a folder, which outlives the container and goes with the pod: what
the manifest says of them is handed over as it is here. PORT is the first port, unless the manifest has one. A memory limit is
enforced on its resident memory. Nothing of it is left when the command ends.

  --for DURATION        how long to play; default 5m
  --restarts N          end once a container was started again so often
  --kubelet VERSION     1.20 or current: how probes begin, and what events say; default current
  --command COMMAND     run this for each container instead; the word manifest runs the manifest's own command and args
  --port PORT           this machine's port for the first port of the first container; default a free one
  --exec                let exec probes and hooks of the manifest run on this machine
  --pod NAME            which workload, where there are several
  --seed N              the same chances again: the kubelet's, and a simulation's
  --logs                show what the containers write, on stderr
  --describe            at the end, also what kubectl describe pod would show
  --json                one JSON object a line: all that happens, then a summary
  --check-only          only read the manifests, and advise

In virtual time, without any process:

  --simulate            play many runs at once, with the same prober and back-off
  --runs N              how many; default 1000
  --step POINTS         the model: a decay of so many points for each access to /healthz; default what the manifest says
  --rate SHARE          or: each probe fails with this chance, 0-1
  --history FILE        or: lives as recorded by failweb rehearse --json, each kind of probe with its own results
  --stop-takes DURATION what a container takes to end at SIGTERM; default 0s
`,
  async run(args, terminal) {
    const options = readOptions(args)
    if (!options.json) terminal.err.write(options.notes.map((note) => `${note}\n`).join(''))
    if (options.checkOnly) return checkOnly(options, terminal)
    return options.simulation ? simulateMany(options, options.simulation, terminal) : playOnce(options, terminal)
  },
}

function checkOnly({ pod, notes, kubelet, json }: RehearseOptions, { out }: Terminal): number {
  const advice = adviseOnManifest(pod.spec, kubelet)
  if (json) out.write(`${JSON.stringify({ kind: 'advice', notes, advice })}\n`)
  else
    out.write(advice.length === 0 ? `${pod.spec.place.file}: nothing to advise\n` : adviceText(advice, columnsOf(out)))
  return EXIT.ok
}

async function simulateMany(
  options: RehearseOptions,
  { model, runs, stopTakesMs }: NonNullable<RehearseOptions['simulation']>,
  terminal: Terminal,
): Promise<number> {
  const { pod, json } = options
  const stop = new AbortController()
  const stopListening = terminal.onInterrupt(() => stop.abort())
  const isLive = terminal.err.isTTY === true && !json
  const summary = await simulate({
    ...options,
    ...pod,
    model,
    runs,
    stopTakesMs,
    // What failweb exits with when it is stopped while unhealthy.
    exitCode: EXIT.unhealthy,
    stop: stop.signal,
    onRun: (run) => {
      if (isLive && (run % 10 === 0 || run === runs))
        terminal.err.write(`\r\x1b[K${run} of ${runs} runs${run === runs ? '\n' : ''}`)
    },
  })
  stopListening()
  const line = {
    kind: 'simulation',
    notes: options.notes,
    model: model.about,
    seed: options.seed,
    forSeconds: options.forMs / 1000,
    ...summary,
  }
  terminal.out.write(
    json ? `${JSON.stringify(line)}\n` : simulationText(summary, model.about, options, columnsOf(terminal.out)),
  )
  return EXIT.ok
}

async function playOnce(options: RehearseOptions, terminal: Terminal): Promise<number> {
  const { pod, kubelet, seed, forMs, restarts, logs } = options
  const clock = wakingClock
  const runtime = new ProcessRuntime({
    clock,
    kubelet,
    command: options.command,
    env: machineEnv(terminal.env),
    ...(options.port === undefined ? {} : { port: options.port }),
    onOutput: (_, chunk) => logs && terminal.err.write(chunk.toString()),
  })
  const stop = new AbortController()
  const show: { now?: Show; description?: string } = {}
  const rehearsal = new Rehearsal({
    ...{ ...pod, restarts, kubelet, clock, runtime, forMs, random: seededRandom(seed), stop: stop.signal },
    onNotice: (notice) => show.now?.notice(notice),
    onClosing: () => {
      show.description = describe(rehearsal.pod, dateOf())
    },
  })
  const stopListening = stopOn(terminal, stop, runtime)
  try {
    await runtime.ports(pod.spec.containers[0])
    show.now = showFor(rehearsal, runtime, options, terminal)
    const ticking = tickUntil(stop.signal, show.now)
    await rehearsal.play().finally(() => stop.abort())
    await ticking
    show.now.end()
    tellEnd(rehearsal, runtime, options, terminal)
    if (options.describe && !options.json) terminal.out.write(`\n${show.description}`)
    return terminal.unread.aborted ? EXIT.unread : EXIT.ok
  } finally {
    stop.abort()
    stopListening()
    await runtime.close()
  }
}

/** The first Ctrl-C, or a reader that has gone, ends the rehearsal with the pod's grace; a Ctrl-C after that without. */
function stopOn({ err, onInterrupt, unread }: Terminal, stop: AbortController, runtime: ProcessRuntime): () => void {
  const end = () => {
    err.write('stopping the pod; Ctrl-C again kills it now\n')
    stop.abort()
  }
  unread.addEventListener('abort', () => stop.signal.aborted || end(), { once: true })
  return onInterrupt(() => (stop.signal.aborted ? runtime.kill() : end()))
}

async function tickUntil(stop: AbortSignal, show: Show): Promise<void> {
  while (!stop.aborted) {
    await wakingClock.sleep(1000, stop)
    if (!stop.aborted) show.tick()
  }
}

function showFor(
  rehearsal: Rehearsal,
  runtime: ProcessRuntime,
  options: RehearseOptions,
  { out, env }: Terminal,
): Show {
  const write = (text: string) => void out.write(text)
  if (options.json) return new JsonShow(rehearsal.record.startedAt, { write, dateOf: dateOf() })
  const { kubelet, forMs } = options
  const log = (container: string) => runtime.log(container)
  const columns = () => columnsOf(out)
  const shown = { columns, write, paint: paintFor(out.isTTY, env), kubelet, now: () => wakingClock.now(), forMs, log }
  return out.isTTY ? new LiveShow(rehearsal, shown) : new PlainShow(rehearsal, shown)
}

function tellEnd(
  rehearsal: Rehearsal,
  runtime: ProcessRuntime,
  options: RehearseOptions,
  { out, env }: Terminal,
): void {
  const { record, pod } = rehearsal
  const now = wakingClock.now()
  const summary = summarise(record, now, runtime.peakRssBytes)
  const advice = [...adviseOnManifest(pod.spec, options.kubelet), ...adviseOnRecord(pod.spec, record, options.kubelet)]
  if (options.json) {
    const { notes, seed } = options
    out.write(`${JSON.stringify({ kind: 'summary', pod: pod.name, seed, ...summary, notes, advice })}\n`)
    return
  }
  const paint = paintFor(out.isTTY, env)
  const width = Math.min(out.columns || 100, 160)
  out.write(`\n${timeLine(record, { now, width, paint })}\n${summaryText(summary, columnsOf(out))}`)
  if (advice.length > 0) out.write(`\n${adviceText(advice, columnsOf(out))}`)
}

function adviceText(advice: readonly Advice[], columns: number): string {
  return advice.map((one) => adviceLines(one, columns)).join('\n')
}

/** What is not a terminal has lines without end. */
function columnsOf({ isTTY, columns }: Terminal['out']): number {
  return isTTY ? columns || 80 : Number.POSITIVE_INFINITY
}

/** The time of day for a time of the monotonic clock. */
function dateOf(): (at: number) => Date {
  const offset = wakingClock.date().getTime() - wakingClock.now()
  return (at) => new Date(offset + at)
}

/** What a process needs of this machine; everything else is the manifest's to say. */
function machineEnv(env: Terminal['env']): Readonly<Record<string, string>> {
  const names = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR']
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])))
}
