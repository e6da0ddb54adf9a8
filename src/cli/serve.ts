import { constants } from 'node:os'
import { createService, type Service } from '../service.ts'
import { systemClock } from '../system-clock.ts'
import { type Command, EXIT } from './command.ts'
import { refusePositionals, takeApart } from './flags.ts'
import { createLog } from './log.ts'
import { configFrom, SETTINGS_HELP } from './settings.ts'

export const serveCommand: Command = {
  help: `failweb [serve] [options]

Runs the service until SIGTERM or SIGINT: then it is not ready, drains, finishes what is under way and exits with 0, or with
69 if it was unhealthy. A second signal stops it at once (128 + the signal's number).

  --port PORT          the port to listen on (also PORT); default 8080, 0 takes a free one
${SETTINGS_HELP}
`,
  async run(args, terminal) {
    const flags = takeApart(args)
    refusePositionals(flags, 'serve')
    const config = await configFrom(flags, terminal.env)
    const log = createLog(terminal.out, systemClock)
    let leave = () => {}
    const service = await createService({ config, log, clock: systemClock, onSelfDrain: () => leave() })
    process.once('uncaughtExceptionMonitor', (error, origin) => service.uncaught(error, origin))
    process.once('exit', (code) => service.exited(code))
    return new Promise<number>((resolve, reject) => {
      const { stop, hasBegun } = stopper(service, log, resolve, reject)
      leave = () => stop('self-drain')
      terminal.onInterrupt(stop)
      service.start().then(
        (url) => log({ event: 'listening', url: `${url}/`, pid: process.pid }),
        // A start that is cut short by a stop has not failed.
        (error) => hasBegun() || reject(error),
      )
    })
  },
}

type Reason = NodeJS.Signals | 'self-drain'

interface Stopper {
  stop(reason: Reason): void
  hasBegun(): boolean
}

/** Stops the service, once; a second signal ends it at once. */
function stopper(
  service: Service,
  log: ReturnType<typeof createLog>,
  exit: (code: number) => void,
  fail: (error: unknown) => void,
): Stopper {
  let stopping = false
  const stop = (reason: Reason) => {
    if (service.ignoresStop()) return log({ event: 'stop-ignored', by: reason })
    if (stopping) return reason === 'self-drain' ? undefined : exit(128 + constants.signals[reason])
    stopping = true
    // Judged when the signal comes: what the drain does to it says nothing about why it came.
    const unhealthy = reason === 'self-drain' || service.unhealthy()
    log({ event: 'stopping', by: reason, unhealthy })
    service.stop(reason).then(() => {
      log({ event: 'stopped' })
      exit(unhealthy ? EXIT.unhealthy : EXIT.ok)
    }, fail)
  }
  return { stop, hasBegun: () => stopping }
}
