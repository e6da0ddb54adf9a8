import { type ChildProcess, spawn } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { freePort } from '../free-port.ts'
import { holds } from '../needs.ts'
import { makeLoopDisk, whyNoLoopDisk } from './loop-disk.ts'
import { FAILWEB, startService, until } from './service-process.ts'

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanUps.splice(0)) await clean()
})

/** A service that may open 64 files; while the file HOG is there, all of them are taken. And one connection to it that stays. */
async function startHogged() {
  const folder = mkdtempSync(join(tmpdir(), 'failweb-hog-'))
  cleanUps.push(() => rmSync(folder, { recursive: true }))
  const HOG = join(folder, 'hog')
  const service = await startService({
    under: ['sh', '-c', 'ulimit -n 64; exec "$@"', 'sh'],
    args: [
      ...['--decay.step', '0', '--checks', fileURLToPath(new URL('./checks', import.meta.url))],
      ...['--checks.descriptors.everyMs', '200', '--checks.latency.selfProbeMs', '0'],
    ],
    env: { HOG },
  })
  cleanUps.push(() => service.child.kill('SIGKILL'))
  const open = keptConnection(service.url)
  cleanUps.push(open.close)
  return { service, open, take: () => writeFileSync(HOG, ''), giveBack: () => rmSync(HOG) }
}

describe('with 64 descriptors and every one of them taken', () => {
  test('it goes on answering on open connections, says descriptors, and answers new ones as soon as some are free', async () => {
    const { service, open, take, giveBack } = await startHogged()
    expect((await open.ask('/healthz')).body).toBe('OK 0%\n')

    take()
    const { body } = await until(
      () => open.ask('/healthz/descriptors'),
      ({ status }) => status === 500,
    )
    expect(body).toMatch(/^\[-\]descriptors failed: .*64/)
    expect((await open.ask('/livez')).status).toBe(503)
    expect((await open.ask('/metrics')).body).toContain('failweb_descriptors_used_ratio')
    expect(open.connections()).toBe(1)

    giveBack()
    // A connection that was begun while none could be taken may be lost; one that is begun now is answered.
    const anew = (path: string) =>
      service.ask(path, { signal: AbortSignal.timeout(2_000) }).catch(() => ({ status: 0, body: '' }))
    await until(
      () => anew('/'),
      ({ status }) => status === 200,
    )
    await until(
      () => anew('/healthz/descriptors'),
      ({ status }) => status === 200,
    )
    service.signal('SIGTERM')
    expect((await service.exited).signal).toBeNull()
  })

  test('the status page, which nobody had asked for until then, says that it cannot be loaded, and is there as soon as it can', async () => {
    const { open, take, giveBack } = await startHogged()
    take()
    await until(
      () => open.ask('/healthz/descriptors'),
      ({ status }) => status === 500,
    )
    for (const path of ['/status', '/status/events']) {
      // EMFILE; Node 24 tells of a package.json that it could not open for it.
      const body = expect.stringMatching(/^the page cannot be loaded now: [A-Z_]+; probes are answered\n$/)
      expect(await open.ask(path)).toEqual({ status: 503, body })
    }
    giveBack()
    const { body } = await until(
      () => open.ask('/status'),
      ({ status }) => status === 200,
    )
    expect(body).toContain('<h1')
    expect(open.connections()).toBe(1)
  })
})

describe('with a full disk behind its log', () => {
  test('it serves on: what cannot be written is lost, and nothing else', async () => {
    const port = String(await freePort())
    const child = spawn('sh', [
      '-c',
      'exec "$@" >/dev/full 2>/dev/full',
      'sh',
      process.execPath,
      FAILWEB,
      '--port',
      port,
      '--decay.step',
      '0',
    ])
    cleanUps.push(() => child.kill('SIGKILL'))
    const ask = async (path: string) => {
      const reply = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined)
      return { status: reply?.status, body: await reply?.text() }
    }
    await until(
      () => ask('/readyz'),
      ({ status }) => status === 200,
    )
    expect(await ask('/')).toEqual({ status: 200, body: 'Hello, World!\n' })
    child.kill('SIGTERM')
    expect(await exitCode(child)).toBe(0)
  })
})

const whyNot = whyNoLoopDisk()

describe.skipIf(!holds(whyNot === undefined, `a disk in a file ${whyNot}`))(
  `with its log on a disk that fills${whyNot ? ` (skipped: ${whyNot})` : ''}`,
  () => {
    test('it serves on, says disk-usage, logs what it can, and logs on as soon as there is room', async () => {
      const disk = makeLoopDisk({ mebibytes: 16, inodes: 64 })
      cleanUps.unshift(() => disk.remove())
      const [log, filler] = [join(disk.path, 'service.log'), join(disk.path, 'filler')]
      const port = String(await freePort())
      const checks = ['--checks.disk-usage.paths', disk.path, '--checks.disk-usage.everyMs', '500']
      const child = spawn(
        'sh',
        [
          ...['-c', 'log=$1; shift; exec "$@" >>"$log"', 'sh', log, process.execPath, FAILWEB],
          ...['--port', port, '--decay.step', '0', ...checks],
        ],
        { stdio: ['ignore', 'ignore', 'inherit'] },
      )
      cleanUps.unshift(async () => {
        if (child.exitCode !== null) return
        child.kill('SIGKILL')
        await exitCode(child)
      })
      const ask = async (path: string) => {
        const reply = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined)
        return { status: reply?.status, body: (await reply?.text()) ?? '' }
      }
      await until(
        () => ask('/readyz'),
        ({ status }) => status === 200,
      )
      expect(() => writeFileSync(filler, Buffer.alloc(16 * 2 ** 20))).toThrow(/ENOSPC/)
      // The log's last block has room for some lines yet.
      const line = `${'x'.repeat(63)}\n`
      expect(() => {
        for (let lines = 0; lines < 200; lines++) appendFileSync(log, line)
      }).toThrow(/ENOSPC/)
      const { body } = await until(
        () => ask('/healthz/disk-usage'),
        ({ status }) => status === 500,
      )
      expect(body).toContain(`100% of ${disk.path} is used (0 B available)`)
      expect(await ask('/')).toEqual({ status: 200, body: 'Hello, World!\n' })
      expect((await ask('/livez')).status).toBe(200)
      expect(readFileSync(log, 'utf8')).not.toContain('"to":"fail"')

      rmSync(filler)
      await until(
        () => ask('/healthz/disk-usage'),
        ({ status }) => status === 200,
      )
      await until(
        async () => readFileSync(log, 'utf8'),
        (written) => /"event":"transition","name":"disk-usage".*"to":"pass"/.test(written),
      )
      child.kill('SIGTERM')
      expect(await exitCode(child)).toBe(0)
      expect(readFileSync(log, 'utf8')).toMatch(/"event":"stopped"/)
    })
  },
)

/** One connection that is kept: whoever asks again needs no new descriptor. */
function keptConnection(url: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const sockets = new Set<unknown>()
  const ask = (path: string) =>
    new Promise<{ status: number; body: string }>((resolve, reject) => {
      const sent = request(url + path, { agent }, (res) => {
        let body = ''
        res.on('data', (chunk) => {
          body += chunk
        })
        res.on('end', () => resolve({ status: res.statusCode ?? 0, body }))
      })
      sent.on('socket', (socket) => sockets.add(socket))
      sent.setTimeout(10_000, () => sent.destroy(new Error('no answer within 10 s')))
      sent.on('error', reject)
      sent.end()
    })
  return { ask, connections: () => sockets.size, close: () => agent.destroy() }
}

function exitCode(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.on('close', (code) => resolve(code)))
}
