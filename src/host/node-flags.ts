/** Where a Node process has its flags from. */
export interface NodeFlags {
  /** `process.execArgv`. */
  readonly flags: readonly string[]
  /** `NODE_OPTIONS`. */
  readonly options: string | undefined
}

export function ownFlags(): NodeFlags {
  return { flags: process.execArgv, options: process.env['NODE_OPTIONS'] }
}

/** What a flag was given: the last one counts, the command line over the environment; Node takes dashes and underscores alike. */
export function valueOfFlag({ flags, options }: NodeFlags, name: string): string | undefined {
  const words = [...(options ?? '').split(/\s+/), ...flags]
  const values = words.flatMap((word, index) => {
    const [flag = '', value = words[index + 1] ?? ''] = word.split('=')
    return flag.replaceAll('_', '-') === `--${name}` ? [value] : []
  })
  return values.at(-1)
}
