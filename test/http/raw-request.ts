import { connect } from 'node:net'

export interface RawReply {
  readonly status: number
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Everything that came, byte for byte. */
  readonly whole: string
}

interface RawRequest {
  readonly method?: string
  /** As it stands in the first line: `//`, `http://elsewhere.example/healthz`. */
  readonly target: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly version?: '1.0' | '1.1'
  /** The address to ask from, of this machine's. */
  readonly from?: string
}

/** Sends a request as it is written, which neither fetch nor node:http would send so; reads until the connection ends. */
export function sendRaw(url: string, request: RawRequest): Promise<RawReply> {
  const { hostname, port, host } = new URL(url)
  const { method = 'GET', target, headers = {}, body = '', version = '1.1', from } = request
  const sent = { Host: host, ...(body !== '' && { 'Content-Length': Buffer.byteLength(body) }), ...headers }
  const lines = Object.entries({ ...sent, Connection: 'close' }).map(([name, value]) => `${name}: ${value}\r\n`)
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), ...(from !== undefined && { localAddress: from }) })
    let whole = ''
    socket.setEncoding('latin1').on('data', (chunk) => {
      whole += chunk
    })
    socket.on('error', reject).on('close', () => resolve(takeApart(whole)))
    socket.write(`${method} ${target} HTTP/${version}\r\n${lines.join('')}\r\n${body}`)
  })
}

function takeApart(whole: string): RawReply {
  const [head = '', ...rest] = whole.split('\r\n\r\n')
  const [first = '', ...lines] = head.split('\r\n')
  const headers = lines.map((line) => [
    line.slice(0, line.indexOf(':')).toLowerCase(),
    line.slice(line.indexOf(':') + 1).trim(),
  ])
  return {
    status: Number(first.split(' ')[1]),
    headers: Object.fromEntries(headers),
    body: rest.join('\r\n\r\n'),
    whole,
  }
}

/** An answer without what is this second's. */
export function comparable({ whole }: RawReply): string {
  return whole.replace(/^Date: .*\r\n/m, '')
}
