import { closeSync, openSync, read } from 'node:fs'
import { promisify } from 'node:util'

/** How many connections wait to be taken up, by the port that listens; `shared` where several sockets listen on one address, as only those of several processes do. */
export type Waiting = ReadonlyMap<number, number | 'shared'>

/** Connections that the kernel holds for a server that has not taken them up yet. */
export interface ListenTable {
  /** At these ports, and others. Undefined where the kernel does not tell. Never rejects. */
  look(ports?: readonly number[]): Promise<Waiting | undefined>
  /** Resolves when its files are closed: after the looks that are out. */
  close(): Promise<void>
}

/** The kernel hands out as many whole lines as are asked for, and as a page of memory holds. */
const PAGE = 4096
/** A line is as long as this in `tcp`, and hardly longer in `tcp6`. */
const LINE = 150
/** Where more sockets listen than this many pages hold (about 27 each), nothing is told. */
const MOST_PAGES = 64
/** `TCP_LISTEN`, as the kernel writes it. */
const LISTENS = '0A'

const readAt = promisify(read)

/**
 * Reads the kernel's tables of sockets, in which those that listen come first, with the length of their accept queue as `rx_queue`
 * (`sk_ack_backlog`, Linux net/ipv4/tcp_ipv4.c, `get_tcp4_sock`). On another thread, for behind the last of them the kernel looks through its
 * whole table of connections for as many as are asked for, or to its end, which takes milliseconds. So no more is asked for than listened the last
 * time, and one line by which to see that no more does. The files stay open, so that a look needs no free descriptor.
 * @param root where the file system begins: `/`, or a folder that plays it
 */
export function createListenTable(root = '/'): ListenTable {
  const folder = `${root === '/' ? '' : root}/proc/self/net`
  const tables = ['tcp', 'tcp6'].map((name) => tableIn(`${folder}/${name}`))
  let looks: Promise<unknown> = Promise.resolve()
  const look = async (ports: readonly number[]) => {
    // To find out that nobody listens there, the kernel looks through all sockets that there might be: so where is remembered.
    const isKnown = ports.length > 0 && ports.every((port) => tables.some(({ has }) => has(port)))
    const asked = isKnown ? tables.filter(({ has }) => ports.some(has)) : tables
    try {
      const texts = await Promise.all(asked.map(({ read }) => read()))
      return texts.every((text) => text === undefined) ? undefined : waitingIn(texts.join(''))
    } catch {
      return undefined
    }
  }
  return {
    look(ports = []) {
      const one = look(ports)
      // Of those before it nothing is kept.
      looks = Promise.all([looks, one]).then(() => {})
      return one
    },
    async close() {
      // A descriptor that is closed under a read may be another file's by then.
      await looks
      for (const table of tables) table.close()
    },
  }
}

/** One of the files. A kernel without IPv6 has no `tcp6`; one that could not be opened for want of a descriptor is tried again. */
function tableIn(path: string) {
  let file = opened(path)
  let seen: Waiting = new Map()
  let expected = PAGE
  return {
    /** Whether that port was listened at when it was last read. */
    has: (port: number) => seen.has(port),
    /** Undefined where there is no such table. @throws where it cannot be read, or not to the end */
    async read(): Promise<string | undefined> {
      if (file === 'later') file = opened(path)
      if (file === 'later') throw new Error(`${path} cannot be opened now`)
      if (file === undefined) return undefined
      const text = await listeningIn(file, expected)
      seen = waitingIn(text)
      expected = lengthListening(text) + LINE
      return text
    },
    close() {
      if (typeof file === 'number') closeSync(file)
      file = undefined
    },
  }
}

function opened(path: string): number | 'later' | undefined {
  try {
    return openSync(path, 'r')
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : 'later'
  }
}

/**
 * The table's beginning, to where a socket does not listen, or to its end.
 * @param expected how many bytes that may be
 * @throws when there are too many
 */
async function listeningIn(file: number, expected: number): Promise<string> {
  const buffer = Buffer.allocUnsafe(PAGE)
  let text = ''
  for (let page = 0; page < MOST_PAGES; page++) {
    const rest = expected - text.length
    const { bytesRead } = await readAt(file, buffer, 0, rest > 0 ? Math.min(rest, PAGE) : PAGE, text.length)
    text += buffer.toString('latin1', 0, bytesRead)
    const [, ...sockets] = text.slice(0, text.lastIndexOf('\n')).split('\n')
    if (bytesRead === 0 || sockets.some((line) => stateOf(line) !== LISTENS)) return text
  }
  throw new Error(`more than ${MOST_PAGES} pages of sockets listen`)
}

/** How long the heading and the lines of those that listen are. */
function lengthListening(text: string): number {
  const lines = text.split('\n')
  const others = lines.findIndex((line, nth) => nth > 0 && stateOf(line) !== LISTENS)
  return lines.slice(0, others).reduce((sum, line) => sum + line.length + 1, 0)
}

/** `1: 0100007F:1F90 00000000:0000 0A 00000000:000000F1 …`: number, own end, other end, state, what is to be sent and what came. */
const fieldsOf = (line: string) => line.trim().split(/\s+/)
const stateOf = (line: string) => fieldsOf(line)[3]

function waitingIn(text: string): Waiting {
  const waiting = new Map<number, number | 'shared'>()
  const seen = new Set<string>()
  for (const line of text.split('\n')) {
    const [, own = '', , state, queues = ''] = fieldsOf(line)
    if (state !== LISTENS) continue
    const port = Number.parseInt(own.slice(own.lastIndexOf(':') + 1), 16)
    const connections = Number.parseInt(queues.slice(queues.indexOf(':') + 1), 16)
    const others = waiting.get(port) ?? 0
    const isShared = others === 'shared' || seen.has(own)
    seen.add(own)
    waiting.set(port, isShared ? 'shared' : others + connections)
  }
  return waiting
}
