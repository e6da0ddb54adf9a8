/** Each of a bounded set of values. */
export type Labels = Readonly<Record<string, string | number>>

/** One line of the exposition, as prom-client has it. */
export interface Sample {
  readonly labels: Labels
  /** More of them, in an object that is kept: prom-client makes its text once. */
  readonly sharedLabels: Labels
  readonly value: number
  /** Of a histogram, whose lines have names of their own. */
  readonly metricName?: string | undefined
}

/** A metric. It is read at each scrape, and reading it changes nothing. */
export interface Family {
  readonly name: string
  readonly help: string
  readonly type: 'gauge' | 'counter' | 'histogram'
  samples(): readonly Sample[]
}

/** What is counted as it happens: where it is read, and whom to tell. */
export interface Counted<Told> {
  readonly families: readonly Family[]
  readonly told: Told
}

export function gauge(name: string, help: string, samples: Family['samples']): Family {
  return { name, help, type: 'gauge', samples }
}

export function counter(name: string, help: string, samples: Family['samples']): Family {
  return { name, help, type: 'counter', samples }
}

const NONE: Labels = {}

export function sample(labels: Labels, value: number): Sample {
  return { labels, sharedLabels: NONE, value }
}

/** A sample whose labels are the same object at each scrape. */
export function keptSample(sharedLabels: Labels, value: number, metricName?: string): Sample {
  return { labels: NONE, sharedLabels, value, metricName }
}
