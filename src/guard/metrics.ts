import { type Pulse, TURNINGS } from './pulse.ts'

/** The guard's own metrics, in the Prometheus text format 0.0.4: what the main thread cannot say of itself while it hangs. */
export function guardMetrics({ state, silentMs, stalls, longestMs, creditedMs }: Pulse): string {
  const states = TURNINGS.map((one) => [`{state="${one}"}`, one === state ? 1 : 0] as const)
  return [
    metric(
      'main_silent_seconds',
      'gauge',
      'For how long the main thread has not turned its event loop.',
      silentMs / 1000,
    ),
    metric('main_state', 'gauge', 'Whether the main thread turns: exactly one state is 1.', ...states),
    metric('main_stalls_total', 'counter', 'How often the main thread was silent for over a second.', stalls),
    metric('main_longest_stall_seconds', 'gauge', 'The longest silence of that kind in this run.', longestMs / 1000),
    metric(
      'own_gaps_seconds_total',
      'counter',
      'How long the guard itself did not run; no verdict counts it.',
      creditedMs / 1000,
    ),
  ].join('')
}

type Series = readonly [labels: string, value: number]

function metric(
  name: string,
  type: 'gauge' | 'counter',
  help: string,
  ...values: readonly (number | Series)[]
): string {
  const full = `failweb_guard_${name}`
  const series = values.map((value) => (typeof value === 'number' ? (['', value] as const) : value))
  const lines = series.map(([labels, value]) => `${full}${labels} ${Number(value.toFixed(3))}\n`)
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${lines.join('')}`
}
