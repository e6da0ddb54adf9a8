import { stripVTControlCharacters, styleText } from 'node:util'
import type { Clock } from '../core/clock.ts'
import type { LogEvent } from '../log-event.ts'
import type { Output } from './command.ts'

/** The log of a service: JSON lines for machines, one readable line each for people on a terminal. */
export function createLog(out: Output, clock: Clock): (event: LogEvent) => void {
  const write = out.isTTY ? readable : jsonLine
  return (event) => void out.write(`${write(clock.date(), event)}\n`)
}

function jsonLine(time: Date, event: LogEvent): string {
  return JSON.stringify({ time: time.toISOString(), ...event })
}

const COLOURS = { pass: 'green', warn: 'yellow', unknown: 'magenta', fail: 'red' } as const

function readable(time: Date, { event, ...details }: LogEvent): string {
  const at = styleText('dim', time.toLocaleTimeString('en-GB'))
  if (event === 'transition') {
    const { name, from, to, because } = details as Record<string, string>
    const colour = COLOURS[to as keyof typeof COLOURS] ?? 'reset'
    return `${at} ${name}: ${from} → ${styleText(colour, `${to}`)}: ${stripVTControlCharacters(`${because}`)}`
  }
  const told = Object.entries(details).map(
    ([key, value]) => `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return `${at} ${event} ${told.join(', ')}`
}
