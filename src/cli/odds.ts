import { DEFAULT_STEP } from '../core/draw.ts'
import { goDuration } from '../rehearse/kubelet/human-duration.ts'
import { type Pace, type RestartOdds, restartOdds } from '../rehearse/simulation/restart-odds.ts'
import { broken } from '../rehearse/view/broken.ts'
import { bar, type Paint, paintFor } from '../rehearse/view/paint.ts'
import { meanAtRate, type Odds, oddsOf } from '../stats/odds.ts'
import { type Command, EXIT, type Terminal } from './command.ts'
import { takeApart } from './flags.ts'
import { OptionReader } from './option-reader.ts'

const OPTIONS = [
  'step',
  'rate',
  'failure-threshold',
  'period',
  'initial-delay',
  'second-period',
  'stop-takes',
  'for',
] as const

export const oddsCommand: Command = {
  help: `failweb odds [options]

How many liveness probes a life of the service stands, and how often it is restarted: nothing is played or drawn by lot, every
course is counted with its chance. Access n to the heartbeat fails with n times the step; a row of failures ends the life.

  --step POINTS            percentage points that each access adds, 0-100; default ${DEFAULT_STEP}
  --rate SHARE             a failure chance beside the decay, 0-1, the same for each probe; default 0
  --failure-threshold N    failures in a row that end a life; default 3
  --period DURATION        of the liveness probe; default 1s
  --initial-delay DURATION before its first probe; default 0s
  --second-period DURATION of a second probe that asks /healthz too, without ?peek: it moves the counter, but ends no life
  --stop-takes DURATION    from SIGTERM to the end; default 0s
  --for DURATION           the time in which restarts are counted, at most 6h; default 5m
  --json                   one JSON object
`,
  async run(args, terminal) {
    const { values, switches, positionals } = takeApart(args, ['json'])
    const reader = new OptionReader('odds', values, OPTIONS)
    if (positionals.length > 0) reader.mistakes.push(`${positionals[0]}: failweb odds takes no such argument`)
    const question = read(reader)
    reader.finish()
    const odds = oddsOf(question)
    const restarts = restartOdds(odds, question.pace, question.forSeconds)
    const print = switches.has('json') ? asJson : asText
    terminal.out.write(print(question, odds, restarts, terminal))
    return EXIT.ok
  },
}

interface Question {
  readonly step: number
  readonly rate: number
  readonly failureThreshold: number
  readonly othersPerProbe: number
  readonly pace: Pace
  readonly forSeconds: number
}

function read(reader: OptionReader): Question {
  const periodMs = reader.duration('period', 1000, 1000)
  const secondMs = reader.duration('second-period', undefined, 1)
  const forMs = reader.duration('for', 300_000, 1000)
  if (forMs > 21_600_000) reader.mistakes.push('--for: expected at most 6h')
  return {
    step: reader.number('step', DEFAULT_STEP, [0, 100]),
    rate: reader.number('rate', 0, [0, 1]),
    failureThreshold: reader.count('failure-threshold', 3, 1000),
    othersPerProbe: secondMs === undefined ? 0 : periodMs / secondMs,
    pace: {
      periodSeconds: periodMs / 1000,
      initialDelaySeconds: reader.duration('initial-delay', 0) / 1000,
      stopSeconds: reader.duration('stop-takes', 0) / 1000,
    },
    forSeconds: Math.round(forMs / 1000),
  }
}

const SHARES = [0.05, 0.1, 0.5, 0.9, 0.99] as const

function asJson(question: Question, odds: Odds, restarts: RestartOdds): string {
  const finite = (number: number | undefined) => (Number.isFinite(number) ? number : null)
  const answer = {
    ...question,
    probes: {
      mean: finite(odds.mean),
      sd: finite(odds.sd),
      quantiles: Object.fromEntries(SHARES.map((share) => [`p${share * 100}`, finite(odds.quantile(share))])),
      most: finite(odds.quantile(1 - 1e-12)),
      chances: odds.chances,
    },
    restarts: {
      mean: restarts.restarts,
      crashLoopChance: restarts.crashLoop,
      crashLoopAfterSeconds: restarts.crashLoopAfterSeconds ?? null,
    },
  }
  return `${JSON.stringify(answer)}\n`
}

function asText(question: Question, odds: Odds, restarts: RestartOdds, { out, env }: Terminal): string {
  const { step, rate, failureThreshold, othersPerProbe, pace } = question
  const others = othersPerProbe > 0 ? `, ${shortly(othersPerProbe)} other accesses for each probe` : ''
  const chance = rate > 0 ? `, ${rate} of probes lost beside` : ''
  const columns = out.isTTY ? out.columns || 80 : Number.POSITIVE_INFINITY
  const said = `Each access adds ${step} points${others}${chance}; ${failureThreshold} failures in a row end a life.`
  const head = `${broken(said, columns)}\n\n`
  if (!Number.isFinite(odds.mean)) return `${head}${broken(endless(question), columns)}\n`
  const quantiles = SHARES.map((share) => `p${share * 100} ${odds.quantile(share)}`).join('   ')
  const times = `${goDuration(pace.periodSeconds * 1000)} apart, after ${goDuration(pace.initialDelaySeconds * 1000)}`
  const indent = columns < 72 ? 2 : 25
  const probes = `probes until a restart   mean ${odds.mean.toFixed(4)}   sd ${odds.sd.toFixed(4)}`
  return `${head}${broken(probes, columns, indent)}
${broken(`${' '.repeat(indent)}${quantiles}`, columns, indent)}

${chart(odds, paintFor(out.isTTY, env), (out.columns || 80) - 20)}
${broken(`${inTime(question, restarts)} (probes ${times})`, columns)}
`
}

function inTime({ forSeconds }: Question, { restarts, crashLoop, crashLoopAfterSeconds }: RestartOdds): string {
  const counted = `in ${goDuration(forSeconds * 1000)}: ${restarts.toFixed(2)} restarts on average`
  if (crashLoopAfterSeconds === undefined) return `${counted}, never CrashLoopBackOff`
  const share = crashLoop > 0.9995 ? 'always' : `in ${(crashLoop * 100).toFixed(1)} % of runs`
  return `${counted}, CrashLoopBackOff ${share}, first after ${goDuration(crashLoopAfterSeconds * 1000)}`
}

/** The distribution, in at most twenty rows. */
function chart({ chances, quantile }: Odds, paint: Paint, width: number): string {
  const some = chances.findIndex((chance) => chance > 5e-4)
  // Where each chance is that small, they add up all the same.
  const first = some < 0 ? quantile(5e-4) : some
  const last = Math.max(first, quantile(0.999))
  const size = Math.max(1, Math.ceil((last - first + 1) / 20))
  const rows = Array.from({ length: Math.ceil((last - first + 1) / size) }, (_, row) => {
    const from = first + row * size
    return { from, chance: chances.slice(from, from + size).reduce((sum, chance) => sum + chance, 0) }
  })
  const most = Math.max(...rows.map(({ chance }) => chance))
  return rows
    .map(({ from, chance }) => {
      const label = size === 1 ? `${from}` : `${from}-${from + size - 1}`
      const drawn = paint('cyan', bar(chance / most, Math.min(50, Math.max(10, width))))
      return `${label.padStart(9)}  ${(chance * 100).toFixed(1).padStart(5)} %  ${drawn}\n`
    })
    .join('')
}

/** What is not over within all the probes that are reckoned with. */
function endless({ step, rate, failureThreshold }: Question): string {
  if (step > 0 || rate === 0) return 'With that, no life need ever end.'
  return `With that, a life takes ${Math.round(meanAtRate(rate, failureThreshold))} probes in the mean, too many to tell more of.`
}

function shortly(number: number): string {
  return String(Math.round(number * 100) / 100)
}
