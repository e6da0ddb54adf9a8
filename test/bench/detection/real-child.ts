import { EventEmitter } from 'node:events'
import { writeFileSync } from 'node:fs'
import { memoryGrowthCheck } from '../../../checks/memory-growth.ts'
import { memoryHeadroomCheck } from '../../../checks/memory-headroom.ts'
import { assign } from '../../../src/core/assignment.ts'
import type { Surroundings } from '../../../src/core/surroundings.ts'
import { Registry } from '../../../src/engine/registry.ts'
import { systemClock } from '../../../src/system-clock.ts'
import { TELLS_PARENT } from './real-told.ts'

/** What a child does, as JSON in its first argument. */
export interface Life {
  readonly load: 'objects' | 'map' | 'listeners' | 'buffers' | 'steady' | 'changing' | 'cache' | 'bursts'
  /** How much the leaking loads keep, in bytes a second. */
  readonly leakPerSecond: number
  /** `cgroup.procs` of a group to join, and the limit to tell the checks where there is none to join. */
  readonly procs?: string
  readonly ceilingBytes?: number
  readonly timeScale: number
  readonly everyMs: number
}

const TICK_MS = 50
const kept: unknown[] = []
const map = new Map<string, unknown>()
const emitter = new EventEmitter().setMaxListeners(0)
const rng = () => Math.random()

/** About so many bytes of small objects. */
function objectsOf(bytes: number): unknown[] {
  return Array.from({ length: Math.ceil(bytes / 120) }, (_, i) => ({ id: i, name: `n${rng()}`, next: [i] }))
}

const LOADS: Readonly<Record<Life['load'], (bytes: number, tick: number) => void>> = {
  objects: (bytes) => kept.push(objectsOf(bytes)),
  map: (bytes) => map.set(`key ${map.size}`, objectsOf(bytes)),
  listeners(bytes) {
    const captured = objectsOf(bytes)
    emitter.on('never', () => captured.length)
  },
  buffers: (bytes) => kept.push(Buffer.alloc(Math.ceil(bytes), 1)),
  steady: () => {},
  changing: (_bytes, tick) => hold(tick % 2_400 < 1_200 ? 20_000 : 120_000, 20),
  cache(_bytes, tick) {
    map.set(`key ${tick % 1_500}`, objectsOf(6_000))
  },
  bursts: (_bytes, tick) => hold(tick % 600 < 100 ? 80_000 : 0, 100),
}

/** Kept for some ticks, then let go: long enough to be promoted, so that major collections have work. */
function hold(bytes: number, ticks: number): void {
  if (bytes === 0) return
  let held: unknown[] | undefined = objectsOf(bytes)
  setTimeout(() => {
    held = undefined
  }, ticks * TICK_MS).ref()
  if (held.length === 0) kept.push(held)
}

function live({ load, leakPerSecond }: Life): void {
  let tick = 0
  let last = performance.now()
  setInterval(() => {
    const now = performance.now()
    hold(40_000, 40)
    LOADS[load]((leakPerSecond * (now - last)) / 1000, tick++)
    last = now
  }, TICK_MS)
}

function watch({ timeScale, everyMs, ceilingBytes }: Life): void {
  const ceiling = ceilingBytes === undefined ? {} : { ceilingBytes }
  const assignments = assign([
    { check: memoryGrowthCheck, options: { timeScale, everyMs, ...ceiling } },
    { check: memoryHeadroomCheck, options: ceiling },
  ])
  // These two checks ask nothing of what a service lends but its clock.
  const surroundings = { clock: systemClock } as Surroundings
  new Registry(assignments, { clock: systemClock, surroundings, random: Math.random, watchers: [TELLS_PARENT] }).start()
}

const life = JSON.parse(process.argv[2] ?? '{}') as Life
if (life.procs) writeFileSync(life.procs, String(process.pid))
process.on('disconnect', () => process.exit())
watch(life)
live(life)
