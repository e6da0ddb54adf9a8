import { constants } from 'node:os'
import { createService, type Service } from '../service.ts'
import { systemClock } from '../system-clock.ts'
import { type Command, EXIT, type Terminal } from './command.ts'
import { refusePositionals, takeApart } from './flags.ts'
import { createLog } from './log.ts'
import { configFrom, SETTINGS_HELP } from './settings.ts'

export const serveCommand: Command = {
  name: 'serve',
  about: 'run the service (the default command)',
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
    const service = createService({ config, log, clock: systemClock })
    const stopped = untilStopped(service, terminal, log)
    const port = await service.start()
    log({ event: 'listening', port, url: `http://127.0.0.1:${port}/`, pid: process.pid })
    return stopped
  },
}

/** Resolves to the exit code once the service has stopped, or at once at a second signal. */
function untilStopped(service: Service, { onInterrupt }: Terminal, log: ReturnType<typeof createLog>): Promise<number> {
  return new Promise((resolve, reject) => {
    let stopping = false
    onInterrupt((signal) => {
      if (stopping) return resolve(128 + constants.signals[signal])
      stopping = true
      // Judged when the signal comes: what the drain does to it says nothing about why it came.
      const unhealthy = service.unhealthy()
      log({ event: 'stopping', signal, unhealthy })
      service.stop().then(() => {
        log({ event: 'stopped' })
        resolve(unhealthy ? EXIT.unhealthy : EXIT.ok)
      }, reject)
    })
  })
}
