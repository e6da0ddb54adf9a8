import { closeSync, openSync, read } from 'node:fs'
import { promisify } from 'node:util'

/** How many connections wait to be taken up, by the port that listens. */
export type Waiting = ReadonlyMap<number, number>

/** Connections that the kernel holds for a server that has not taken them up yet. */
export interface ListenTable {
  /** Undefined where the kernel does not tell. Never rejects. */
  look(): Promise<Waiting | undefined>
  /** Resolves when its files are closed: after the looks that are out. */
  close(): Promise<void>
}

/** The kernel hands out as many whole lines as a page of memory holds. */
const PAGE = 4096
/** More listening sockets than this many pages hold (about 27 each) are not looked through. */
const MOST_PAGES = 16
/** `TCP_LISTEN`, as the kernel writes it. */
const LISTENS = '0A'

const readAt = promisify(read)

/**
 * Reads the kernel's tables of sockets, in which those that listen come first, with the length of their accept queue as `rx_queue`
 * (`sk_ack_backlog`, Linux net/ipv4/tcp_ipv4.c, `get_tcp4_sock`). On another thread, for behind the last of them the kernel looks through all
 * that it has room for, which may take a millisecond. The files stay open, so that a look needs no free descriptor.
 * @param root where the file system begins: `/`, or a folder that plays it
 */
export function createListenTable(root = '/'): ListenTable {
  const files = ['tcp', 'tcp6'].flatMap((name) => opened(`${root === '/' ? '' : root}/proc/self/net/${name}`) ?? [])
  let looks: Promise<unknown> = Promise.resolve()
  const look = async () => {
    try {
      const texts = await Promise.all(files.map(listeningIn))
      return texts.length > 0 ? waitingIn(texts.join('')) : undefined
    } catch {
      return undefined
    }
  }
  return {
    look() {
      const one = look()
      looks = Promise.all([looks, one])
      return one
    },
    async close() {
      // A descriptor that is closed under a read may be another file's by then.
      await looks
      for (const file of files.splice(0)) closeSync(file)
    },
  }
}

function opened(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch {
    return undefined
  }
}

/** The table's first pages, to the first that ends with a socket that does not listen. */
async function listeningIn(file: number): Promise<string> {
  const buffer = Buffer.allocUnsafe(PAGE)
  let text = ''
  for (let page = 0; page < MOST_PAGES; page++) {
    const { bytesRead } = await readAt(file, buffer, 0, PAGE, text.length)
    text += buffer.toString('latin1', 0, bytesRead)
    const last = text.trimEnd().split('\n').at(-1) ?? ''
    if (bytesRead === 0 || stateOf(last) !== LISTENS) break
  }
  return text
}

/** `1: 0100007F:1F90 00000000:0000 0A 00000000:000000F1 …`: number, own end, other end, state, what is to be sent and what came. */
const fieldsOf = (line: string) => line.trim().split(/\s+/)
const stateOf = (line: string) => fieldsOf(line)[3]

/**
 * A port at which several sockets listen on the same address is left out: they are other processes' too, and who of them takes up what
 * cannot be seen.
 */
function waitingIn(text: string): Waiting {
  const waiting = new Map<number, number>()
  const [seen, shared] = [new Set<string>(), new Set<number>()]
  for (const line of text.split('\n')) {
    const [, own = '', , state, queues = ''] = fieldsOf(line)
    if (state !== LISTENS) continue
    const port = Number.parseInt(own.slice(own.lastIndexOf(':') + 1), 16)
    if (seen.has(own)) shared.add(port)
    seen.add(own)
    const connections = Number.parseInt(queues.slice(queues.indexOf(':') + 1), 16)
    waiting.set(port, (waiting.get(port) ?? 0) + connections)
  }
  for (const port of shared) waiting.delete(port)
  return waiting
}
