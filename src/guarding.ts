import type { Config } from './config/config.ts'
import { answer, codeOf } from './core/answer.ts'
import type { Clock } from './core/clock.ts'
import type { Decay } from './core/draw.ts'
import type { Probe } from './core/probe.ts'
import { createGuard, type Guard, type Told } from './guard/guard.ts'
import type { Surface } from './http/surface.ts'
import type { LogEvent } from './log-event.ts'
import type { Remembrance } from './remembrance.ts'
import { answerText } from './render/text.ts'

/** The guard thread, told of every change, so that it answers as this thread would. */
export interface Guarding {
  /** Resolves to its port. */
  start(): Promise<number>
  /** Something has changed that an answer shows. */
  changed(): void
  stop(): Promise<void>
}

export interface GuardingSetup {
  readonly config: Config
  readonly clock: Clock
  readonly surface: Surface
  readonly memory: Remembrance
  readonly tell: (event: LogEvent) => void
}

export function guarding({ config, clock, surface, memory, tell }: GuardingSetup): Guarding {
  const { guard: settings, token, metrics } = config.service
  const { terminationMessagePath, lastWordsPath } = memory
  const guard: Guard = createGuard({
    clock,
    listen: settings.listen,
    silenceMs: settings.silenceMs,
    metricsPublic: metrics.public,
    onEvent(event) {
      tell({ ...event })
      if (event.event === 'main-thread' && event.stopped) memory.recoveredFrom(event.because)
    },
    ...(token !== undefined && { token }),
    ...(terminationMessagePath !== undefined && { terminationMessagePath }),
    ...(lastWordsPath !== undefined && { lastWordsPath }),
  })
  const answers = () => ({
    live: toldOf('live', surface),
    heartbeatPeek: toldOf('heartbeat', surface, surface.decay),
    lastWords: memory.lastWords(),
  })
  const post = () => guard.post(answers)
  return {
    start() {
      post()
      return guard.start()
    },
    changed: post,
    stop: () => guard.stop(),
  }
}

function toldOf(probe: Probe, { snapshot, asks, draining, access }: Surface, decay?: Decay): Told {
  const found = answer(probe, snapshot(), { asks, draining: draining() }, decay?.last)
  const status = codeOf(found)
  const isPublic = access.token === undefined
  return { status, body: answerText(found, isPublic), ...(!isPublic && { openBody: answerText(found, true) }) }
}
