import { connect, type Socket } from 'node:net'

/** So many requests for one path, over so many connections, each of which asks as soon as it is answered. */
export interface Volley {
  readonly port: number
  readonly path: string
  readonly requests: number
  readonly connections: number
}

/**
 * Sends a volley and resolves when the last answer is there. For slices of a few tenths of a second: a load generator that reports once
 * a second cannot be asked for less. It is as cheap as can be, since it shares the machine with what it measures.
 * @throws when an answer is not 200
 */
export async function fire({ port, path, requests, connections }: Volley): Promise<void> {
  const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`
  let left = requests
  const line = async () => {
    let socket: Socket | undefined
    while (left-- > 0) socket = await ask(socket ?? connect(port, '127.0.0.1').setNoDelay(), request)
    socket?.destroy()
  }
  const lines = Promise.all(Array.from({ length: connections }, line))
  await awake(lines)
}

/**
 * Waits without sleeping: the event loop asks for news again and again. To wake a client that sleeps costs the server that answers it
 * 1.5 µs, and it sleeps the more often the slower the server is: a small difference would look three times as large.
 */
async function awake(work: Promise<unknown>): Promise<void> {
  let done = false
  const over = work.finally(() => {
    done = true
  })
  const turn = () => {
    if (!done) setImmediate(turn)
  }
  turn()
  await over
}

/** Resolves to the connection where it is kept, undefined where the server has ended it. */
function ask(socket: Socket, request: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const end = (kept: boolean) => {
      socket.removeAllListeners()
      if (!kept) socket.destroy()
      if (answer.startsWith('HTTP/1.1 200')) resolve(kept ? socket : undefined)
      else reject(new Error(`expected 200; got ${answer.split('\r\n', 1)}`))
    }
    socket.on('data', (data: Buffer) => {
      answer += data.toString('latin1')
      if (isWhole(answer)) end(!/^connection: close/im.test(answer))
    })
    socket.on('end', () => end(false)).on('error', reject)
    socket.write(request)
  })
}

function isWhole(answer: string): boolean {
  const head = answer.indexOf('\r\n\r\n') + 4
  if (head < 4) return false
  const [, length] = /^content-length: (\d+)/im.exec(answer) ?? []
  return length === undefined ? answer.endsWith('\r\n0\r\n\r\n') : answer.length >= head + Number(length)
}
