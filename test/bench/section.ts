/** How long a run may take: `quick` is for whoever works on the code, `full` for the record. */
export interface Pace {
  readonly quick: boolean
}

/** A part of the benchmark that can be run alone, by its name. */
export interface Section {
  readonly name: string
  readonly heading: string
  /** Resolves to Markdown. */
  run(pace: Pace): Promise<string>
}

/** A measured ratio beside the one that it is to reach. */
export interface Target {
  readonly what: string
  readonly measured: number
  readonly least?: number
  readonly most?: number
  readonly digits?: number
  readonly unit?: string
}

/** One line of Markdown for each target: met, or not. */
export function targetsOf(targets: readonly Target[]): string {
  return targets.map((target) => `- ${lineOf(target)}`).join('\n')
}

function lineOf({ what, measured, least, most, digits = 2, unit = '' }: Target): string {
  const met = measured >= (least ?? Number.NEGATIVE_INFINITY) && measured <= (most ?? Number.POSITIVE_INFINITY)
  const wanted = least === undefined ? `at most ${most}` : `at least ${least}`
  return `${met ? 'met' : '**not met**'}: ${what} ${measured.toFixed(digits)}${unit}, ${wanted}${unit}`
}
