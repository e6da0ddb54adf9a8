import { connect } from 'node:net'
import type { Clock } from '../../core/clock.ts'
import { inWordsOfGo, type ProbeOutcome } from './http-probe.ts'

/** One TCP probe: a connection that opens is a success, and is closed at once. */
export async function tcpProbe(port: number, timeoutMs: number, clock: Clock): Promise<ProbeOutcome> {
  const begun = clock.now()
  const address = `127.0.0.1:${port}`
  const decided = new AbortController()
  const socket = connect(port, '127.0.0.1')
  const problem = await new Promise<string | undefined>((resolve) => {
    socket.on('connect', () => resolve(undefined))
    socket.on('error', (error) => resolve(inWordsOfGo(error, new URL(`tcp://${address}`))))
    clock.sleep(timeoutMs, decided.signal).then(() => resolve(`dial tcp ${address}: i/o timeout`))
  })
  decided.abort()
  socket.destroy()
  const tookMs = clock.now() - begun
  return problem === undefined
    ? { result: 'success', message: '', tookMs }
    : { result: 'failure', message: problem, tookMs }
}
