import { Agent, request } from 'node:http'

export interface LoadSettings {
  /** The service; loopback only. */
  readonly url: string
  /** Asked in turn. */
  readonly paths: readonly string[]
  readonly perSecond: number
  readonly connections: number
}

export interface LoadReport {
  readonly answered: number
  /** No answer, or one of 500 and above. */
  readonly failed: number
}

/**
 * Sends requests at a steady rate until `stop` aborts, and counts the answers. A request that finds no connection free waits for none:
 * it is left out, so that a slow service is not buried.
 */
export async function sendLoad(
  { url, paths, perSecond, connections }: LoadSettings,
  stop: AbortSignal,
): Promise<LoadReport> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const count = { answered: 0, failed: 0, underWay: 0, sent: 0 }
  const sendOne = () => {
    if (count.underWay >= connections) return
    count.underWay++
    askOnce(url + (paths[count.sent++ % paths.length] ?? '/'), agent).then((answered) => {
      count.underWay--
      count[answered ? 'answered' : 'failed']++
    })
  }
  await new Promise<void>((resolve) => {
    const timer = setInterval(sendOne, 1_000 / perSecond)
    const end = () => {
      clearInterval(timer)
      resolve()
    }
    stop.addEventListener('abort', end, { once: true })
    if (stop.aborted) end()
  })
  agent.destroy()
  return { answered: count.answered, failed: count.failed }
}

function askOnce(url: string, agent: Agent): Promise<boolean> {
  return new Promise((resolve) => {
    const sent = request(url, { agent, timeout: 10_000 }, (res) => {
      res.resume()
      res.on('end', () => resolve((res.statusCode ?? 500) < 500))
      res.on('error', () => resolve(false))
    })
    sent.on('timeout', () => sent.destroy())
    sent.on('error', () => resolve(false))
    sent.end()
  })
}
