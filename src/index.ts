export type { Choice, Terms } from './core/assignment.ts'
export {
  CannotTell,
  type Check,
  type Cure,
  defineCheck,
  type Forecast,
  type Observation,
  type Part,
  type Said,
  type Sample,
  type Senses,
  type ValueLimits,
  type Values,
  type Verdict,
} from './core/check.ts'
export type { Clock } from './core/clock.ts'
export { grade, type Limits } from './core/limits.ts'
export type { Rhythm } from './core/rhythm.ts'
export type { SettingsSchema } from './core/settings-schema.ts'
export { SetupError } from './core/setup-error.ts'
export type { CheckState, Snapshot, Transition } from './core/snapshot.ts'
export type { Patience } from './core/standing.ts'
export type { Judged, Status } from './core/status.ts'
export type {
  Arrivals,
  Cache,
  Caches,
  LoopReading,
  LoopWatch,
  LoopWatcher,
  Numbers,
  NumberTally,
  RouteTrips,
  Surroundings,
  TripCount,
  TripRecorder,
  Trips,
  TripTally,
} from './core/surroundings.ts'
export {
  createHealth,
  type Health,
  type HealthOptions,
  type HealthRoutesOptions,
  type Identity,
  type Measure,
  type NodeHandler,
} from './health.ts'
