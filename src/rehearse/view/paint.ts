import { styleText } from 'node:util'

export type Colour = 'red' | 'green' | 'yellow' | 'magenta' | 'cyan' | 'dim' | 'bold'

/** Colours text, or leaves it. */
export type Paint = (colour: Colour, text: string) => string

/** Colours on a terminal, and none where `NO_COLOR` is set (to anything, as no-color.org has it) or the output is piped. */
export function paintFor(isTTY: boolean | undefined, env: Readonly<Record<string, string | undefined>>): Paint {
  const isColoured = isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
  return (colour, text) => (isColoured ? styleText(colour, text) : text)
}

/** `█████▌` for a share of a width, in eighths of a cell. */
export function bar(share: number, width: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * width * 8)
  return '█'.repeat(Math.floor(eighths / 8)) + (' ▏▎▍▌▋▊▉'[eighths % 8]?.trim() ?? '')
}
