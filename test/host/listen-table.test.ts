import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { createListenTable, type ListenTable } from '../../src/host/listen-table.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

function tableAt(root?: string): ListenTable {
  const table = createListenTable(root)
  ends.push(() => table.close())
  return table
}

async function listening(host: string): Promise<number> {
  const server: Server = createServer((socket) => socket.on('error', () => {}).resume()).listen(0, host)
  ends.push(() => server.close())
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** So many connect and leave while this process, which is to take them up, does nothing else. */
function call(port: number, host: string, times: number): void {
  const script = `
    const { connect } = require('node:net')
    let connected = 0
    for (let nth = 0; nth < ${times}; nth++)
      connect(${port}, '${host}').on('connect', () => ++connected === ${times} && process.exit())`
  execFileSync(process.execPath, ['-e', script], { timeout: 20_000 })
}

describe.skipIf(process.platform !== 'linux')('of the real kernel', () => {
  test.each(['127.0.0.1', '::1', '::', '0.0.0.0'])('how many wait at %s', async (host) => {
    const port = await listening(host)
    const table = tableAt()
    expect((await table.look())?.get(port)).toBe(0)
    call(port, host === '::' ? '::1' : host, 23)
    const looked = table.look()
    // The other thread reads meanwhile, and this one takes up nobody.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
    expect((await looked)?.get(port)).toBe(23)
  })

  test('of more than a page of sockets that listen, and of one that does no longer', async () => {
    const ports = await Promise.all(Array.from({ length: 70 }, () => listening('127.0.0.1')))
    const table = tableAt()
    const waiting = await table.look()
    expect(ports.filter((port) => waiting?.get(port) === 0)).toHaveLength(70)
    for (const end of ends.splice(0, 70)) end()
    expect([...((await table.look())?.keys() ?? [])].filter((port) => ports.includes(port))).toEqual([])
  })

  test('of those that have begun to listen since the last look', async () => {
    const table = tableAt()
    await table.look()
    const ports = await Promise.all(Array.from({ length: 40 }, () => listening('127.0.0.1')))
    const waiting = await table.look()
    expect(ports.map((port) => waiting?.get(port))).toEqual(ports.map(() => 0))
  })

  test('looks leave nothing behind', async () => {
    const script = `
      import { createListenTable } from '${new URL('../../src/host/listen-table.ts', import.meta.url)}'
      const table = createListenTable()
      const grown = async (looks) => {
        for (let nth = 0; nth < looks; nth++) await table.look()
        gc()
        return process.memoryUsage().heapUsed
      }
      const before = await grown(300)
      process.stdout.write(String(((await grown(1_000)) - before) / 1_000))
      await table.close()`
    const perLook = execFileSync(process.execPath, [
      '--expose-gc',
      '--import',
      'tsx',
      '--input-type=module',
      '-e',
      script,
    ])
    expect(Number(perLook)).toBeLessThan(100)
  })

  test('closed under a look, it ends that first', async () => {
    const port = await listening('127.0.0.1')
    const table = createListenTable()
    const looked = table.look()
    const closed = table.close()
    expect((await looked)?.get(port)).toBe(0)
    await closed
    expect(await table.look()).toBeUndefined()
  })
})

describe('of files that play the kernel', () => {
  /** Lines as the kernel writes them: own end, state, and how many wait. */
  function kernel(files: Readonly<Record<string, readonly string[]>>): string {
    const root = mkdtempSync(join(tmpdir(), 'failweb-net-'))
    ends.push(() => rmSync(root, { recursive: true }))
    mkdirSync(join(root, 'proc/self/net'), { recursive: true })
    const heading = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode'
    for (const [name, lines] of Object.entries(files)) {
      const rows = lines.map((line, nth) => {
        const [own, state, queue] = line.split(' ')
        return `${String(nth).padStart(4)}: ${own} 00000000:0000 ${state} 00000000:${queue} 00:00000000 00000000     0        0 1 1`
      })
      writeFileSync(join(root, 'proc/self/net', name), [heading, ...rows, ''].join('\n'))
    }
    return root
  }

  test('its numbers are hexadecimal; connections in use are none that wait', async () => {
    const root = kernel({ tcp: ['0100007F:1F90 0A 000000F1', '0100007F:1F90 01 00000007'], tcp6: [] })
    expect(await tableAt(root).look()).toEqual(new Map([[8080, 241]]))
  })

  test('two servers at one port, on two addresses, are counted together', async () => {
    const root = kernel({
      tcp: ['0100007F:1F90 0A 00000003'],
      tcp6: ['00000000000000000000000001000000:1F90 0A 00000004'],
    })
    expect(await tableAt(root).look()).toEqual(new Map([[8080, 7]]))
  })

  test('where several sockets share an address, who takes up what is not known', async () => {
    const root = kernel({ tcp: ['0100007F:1F90 0A 3', '0100007F:1F90 0A 5', '0100007F:1F91 0A 1'], tcp6: [] })
    expect(await tableAt(root).look()).toEqual(
      new Map<number, unknown>([
        [8080, 'shared'],
        [8081, 1],
      ]),
    )
  })

  test('a port that is known is looked for where it is, another in all tables', async () => {
    const root = kernel({ tcp: ['0100007F:1F90 0A 3'], tcp6: ['0:1F91 0A 4'] })
    const table = tableAt(root)
    expect((await table.look([8080]))?.size).toBe(2)
    expect(await table.look([8080])).toEqual(new Map([[8080, 3]]))
    expect(await table.look([8080, 8081])).toHaveProperty('size', 2)
    expect(await table.look([8080, 9])).toHaveProperty('size', 2)
  })

  test('more sockets than are looked through are not told of as if there were no others', async () => {
    const ports = Array.from({ length: 3_000 }, (_, nth) => `0100007F:${(nth + 1).toString(16).padStart(4, '0')} 0A 1`)
    expect(await tableAt(kernel({ tcp: ports.slice(0, 1_500), tcp6: [] })).look()).toHaveProperty('size', 1_500)
    expect(await tableAt(kernel({ tcp: ports, tcp6: [] })).look()).toBeUndefined()
  })

  test('a table that cannot be opened yet is opened later, and until then nothing is known', async () => {
    const root = kernel({ tcp: ['0100007F:1F90 0A 3'] })
    const link = join(root, 'proc/self/net/tcp6')
    // As without a free descriptor: it is there, and cannot be opened.
    symlinkSync(link, link)
    const table = tableAt(root)
    expect(await table.look()).toBeUndefined()
    rmSync(link)
    writeFileSync(link, '')
    expect(await table.look()).toEqual(new Map([[8080, 3]]))
  })

  test('without IPv6 there is one table; without any, nothing is known', async () => {
    expect(await tableAt(kernel({ tcp: ['0100007F:1F90 0A 0'] })).look()).toEqual(new Map([[8080, 0]]))
    expect(await tableAt(kernel({})).look()).toBeUndefined()
  })
})

test.skipIf(process.platform !== 'linux')('the heading that is played is the kernel’s own', () => {
  expect(readFileSync('/proc/self/net/tcp', 'latin1')).toMatch(
    /^ +sl +local_address rem_address +st tx_queue rx_queue /,
  )
})
