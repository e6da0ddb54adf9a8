import { stripVTControlCharacters, styleText } from 'node:util'
import type { Clock } from '../core/clock.ts'
import type { Status } from '../core/status.ts'
import type { LogEvent } from '../log-event.ts'
import type { Output } from './command.ts'
import { STATUS_COLOURS } from './status-colours.ts'

/** The log of a service: JSON lines for machines, one readable line each for people on a terminal. */
export function createLog(out: Output, clock: Clock): (event: LogEvent) => void {
  const write = out.isTTY ? readable : jsonLine
  return (event) => void out.write(`${write(clock.date(), event)}\n`)
}

function jsonLine(time: Date, event: LogEvent): string {
  return JSON.stringify({ time: time.toISOString(), ...event })
}

function readable(time: Date, { event, ...details }: LogEvent): string {
  const at = styleText('dim', time.toLocaleTimeString('en-GB'))
  if (event === 'transition') {
    const { name, from, to, because } = details as Record<string, string>
    const colour = STATUS_COLOURS[to as Status] ?? 'reset'
    return `${at} ${name}: ${from} → ${styleText(colour, `${to}`)}: ${stripVTControlCharacters(`${because}`)}`
  }
  const told = Object.entries(details).map(
    ([key, value]) => `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return `${at} ${event} ${told.join(', ')}`
}
