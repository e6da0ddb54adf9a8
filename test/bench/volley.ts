import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** So many requests for one path, over so many connections that are kept, each of which asks as soon as it is answered. */
export interface Volley {
  readonly port: number
  readonly path: string
  readonly requests: number
  readonly connections: number
}

/**
 * Sends a volley and resolves when the last answer is there. For slices of a tenth of a second: a load generator that reports once a
 * second cannot be asked for less. It is as cheap as can be, since it shares the machine with what it measures.
 * @throws when an answer is not 200, or a connection ends
 */
export async function fire({ port, path, requests, connections }: Volley): Promise<void> {
  const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`
  let left = requests
  const next = () => left-- > 0
  const sockets = Array.from({ length: connections }, () => connect(port, '127.0.0.1').setNoDelay())
  await Promise.all(sockets.map((socket) => once(socket, 'connect')))
  try {
    await Promise.all(sockets.map((socket) => keepAsking(socket, request, next)))
  } finally {
    for (const socket of sockets) socket.destroy()
  }
}

/** Answers to one request are of one length: the first tells it. */
function keepAsking(socket: Socket, request: string, next: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    let length = 0
    let received = 0
    const ask = () => (next() ? socket.write(request) : resolve())
    socket.on('data', (data: Buffer) => {
      if (received === 0 && data.toString('latin1', 9, 12) !== '200')
        return reject(new Error(`not 200: ${data.toString('latin1').split('\r\n', 1)}`))
      received += data.length
      length ||= lengthOf(data)
      if (received < length) return
      received = 0
      ask()
    })
    socket.on('close', () => reject(new Error('the server closed the connection')))
    ask()
  })
}

function lengthOf(answer: Buffer): number {
  const end = answer.indexOf('\r\n\r\n')
  const [, body = ''] = /content-length: (\d+)/i.exec(answer.toString('latin1', 0, end)) ?? []
  if (end < 0 || body === '') throw new Error('an answer without its length in its first piece')
  return end + 4 + Number(body)
}
