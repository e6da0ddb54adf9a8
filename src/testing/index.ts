export type { Clock } from '../core/clock.ts'
export { FakeClock } from './fake-clock.ts'
