import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Middleware } from 'koa'
import { assembleHealth } from './assembly.ts'
import type { Choice } from './core/assignment.ts'
import type { Check, Cure } from './core/check.ts'
import type { Clock } from './core/clock.ts'
import type { Snapshot, Transition } from './core/snapshot.ts'
import type { Cache } from './core/surroundings.ts'
import type { HealthRoutesOptions } from './http/health-routes.ts'
import type { NodeHandler } from './http/node-handler.ts'
import type { Registry as MetricsRegistry } from './metrics/exposition.ts'
import type { Identity } from './render/scene.ts'

export type { HealthRoutesOptions, Identity, NodeHandler }

/** What `createHealth` is told. A name that is none of these, or a value that does not fit, stops it. */
export interface HealthOptions {
  /** Built-in checks (`latency({ thresholdMs: 100 })`) and one's own (an object made with `defineCheck`). Default: none. */
  readonly checks?: readonly (Check | Choice)[]
  /** The host's own prom-client registry. Default: a registry of its own, with the process metrics. */
  readonly registry?: MetricsRegistry
  /** With a token, reasons, values, metrics and changes need it. Default: none; then changes are accepted from loopback only. */
  readonly token?: string
  /** Whether `/metrics` is open even with a token. Default false. */
  readonly metrics?: { readonly public?: boolean }
  /** Which cures of failing checks make `/healthz` fail. Default: restart, wait and person. */
  readonly heartbeat?: { readonly asks?: readonly Cure[] }
  /** Who answers, as the detail says it. */
  readonly identity?: Partial<Identity>
  /** How long `stop` waits, not ready, before it ends the checks. Default 0. */
  readonly drainMs?: number
  /**
   * The service's own address once it listens, for the self-probe of `latency`: `() => 'http://127.0.0.1:3000'`. It asks by plain HTTP only:
   * a service that speaks HTTPS alone leaves this out. Default: no self-probe.
   */
  readonly address?: () => string | undefined
  /** Told of each change of what is said of a check. */
  readonly onTransition?: (transition: Transition) => void
  /** The time. Default: the machine's. */
  readonly clock?: Clock
}

/** A health service inside a program: its checks, its routes and its metrics. */
export interface Health {
  /** Begins the checks. Each looks once at once; `/startupz` tells when all have. */
  start(): Promise<void>
  /** Is not ready from now on, waits `drainMs`, then ends the checks and gives back what they hold. */
  stop(): Promise<void>
  /** A Koa middleware that measures trip times and has every health route; use it first. Both in one costs a request one step of Koa's less. */
  middleware(options?: HealthRoutesOptions): Middleware
  /** A Koa middleware with every health route. Any other path is left to whoever comes next. */
  routes(options?: HealthRoutesOptions): Middleware
  /** The same for `node:http`, Express and the like. */
  handler(options?: HealthRoutesOptions): NodeHandler
  /** A Koa middleware that measures trip times; use it first. With `req` and `res`, the same for one `node:http` request. */
  readonly measure: Measure
  /** Everything known now, frozen. */
  snapshot(): Snapshot
  /** Makes a cache known to `cache-size` and `purge-cache`. Returns a function that forgets it. @throws {SetupError} for what is no cache */
  registerCache(cache: Cache): () => void
  /** Counts a number that is not finite under `name`, for the `numbers` check; returns it, or `fallback` in its place. */
  finite(name: string, value: number, fallback?: number): number
}

/** Measures trip times, from the first byte in to the last byte out, for `latency` and `/metrics`. */
export interface Measure {
  /** For Koa. The route is the pattern that the router matched. */
  (): Middleware
  /**
   * For `node:http`: call it first in each request. `route` is the pattern (`/orders/:id`), never the path: it becomes a metric label.
   * Default: `*`, one route for all. The health routes have their own all the same.
   */
  (req: IncomingMessage, res: ServerResponse, route?: string): void
}

/** Puts the engine and its surfaces together. Nothing runs until `start`. @throws {SetupError} with every mistake in the options */
export function createHealth(options: HealthOptions = {}): Health {
  return assembleHealth(options).health
}
