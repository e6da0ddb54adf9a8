import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { stripVTControlCharacters } from 'node:util'
import { afterEach, describe, expect, test } from 'vitest'
import { FAILWEB, type ServiceProcess, startService, until } from './service-process.ts'

const running: { end(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const { end } of running.splice(0)) await end()
})

async function serve(options: Parameters<typeof startService>[0] = {}): Promise<ServiceProcess> {
  const service = await startService(options)
  running.push({
    end() {
      service.signal('SIGKILL')
      return service.exited
    },
  })
  return service
}

interface Ran {
  readonly child: ChildProcess
  readonly exited: Promise<{ code: number | null; out: string; err: string }>
  out(): string
}

const ENV = { PATH: `${process.env['PATH']}`, TERM: 'xterm-256color' }

function failweb(args: readonly string[], env: Readonly<Record<string, string>> = {}): Ran {
  return begin(process.execPath, [FAILWEB, ...args], env)
}

/** On a terminal of its own, 100 by 30: `script` makes one. Ctrl-C is the character that a terminal makes an interrupt of. */
function onTerminal(args: readonly string[], env: Readonly<Record<string, string>> = {}): Ran {
  const words = [process.execPath, FAILWEB, ...args].map((word) => `'${word}'`).join(' ')
  return begin('script', ['-qefc', `stty cols 100 rows 30; exec ${words}`, '/dev/null'], env)
}

function begin(command: string, args: readonly string[], env: Readonly<Record<string, string>>): Ran {
  const child = spawn(command, args, { env: { ...ENV, ...env } })
  const written = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    written.out += chunk
  })
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    written.err += chunk
  })
  const exited = new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, ...written }))
  })
  running.push({
    end() {
      child.kill('SIGKILL')
      return exited
    },
  })
  return { child, exited, out: () => written.out }
}

const canMakeTerminal = isThere('script')

function isThere(command: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const looked = (service: ServiceProcess) =>
  until(
    () => service.ask('/startupz'),
    ({ status }) => status === 200,
  )

/** A look may come late on a busy machine, and its check be unknown for a moment: the exit code is then 3. */
const passing = (begin: () => Ran) =>
  until(
    () => begin().exited,
    ({ code }) => code === 0,
  )

describe('failweb status', () => {
  test('asks a running service without a draw, by PORT as serve has it', async () => {
    const service = await serve({ args: ['--decay.seed', '33'] })
    await looked(service)
    await service.ask('/healthz')
    const { port } = new URL(service.url)
    for (let i = 0; i < 2; i++) {
      const { out, err } = await passing(() => failweb(['status'], { PORT: port }))
      expect(err).toBe('')
      expect(out).toMatch(/^PASS +release \d+\.\d+\.\d+ on \S+, http:\/\/127\.0\.0\.1:\d+, counter at 2%\n/)
      expect(out).toMatch(/^pass +disk-usage +\d+s +[▁-█·]+ {2}\d.*% of \/ is used/m)
      expect(out).toMatch(/^run +up \d+s, since \S+ \S+Z$/m)
      expect(stripVTControlCharacters(out)).toBe(out)
    }
  })

  test('says in JSON what fails, with exit 1; and that nobody is there, with exit 3', async () => {
    const service = await serve({ args: ['--decay.step', '100'] })
    await looked(service)
    await service.ask('/healthz')
    const { code, out } = await failweb(['status', service.url, '--json']).exited
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ status: 'fail', output: 'decay: failed at 100%', percent: 100 })
    service.signal('SIGKILL')
    await service.exited
    expect(await failweb(['status', service.url]).exited).toEqual({
      code: 3,
      out: '',
      err: `failweb: nothing listens at ${service.url}\n`,
    })
  })
})

describe('failweb status --watch', () => {
  test('in a pipe says what changes, over the end of the service, and ends by SIGINT with 0', async () => {
    const service = await serve()
    await looked(service)
    const watch = failweb(['status', service.url, '--watch', '--every', '0.2'])
    const sees = (text: string) =>
      until(
        async () => watch.out(),
        (out) => out.includes(text),
      )
    await sees(' pass cpu: ')
    const before = watch.out()
    await new Promise((resolve) => setTimeout(resolve, 1000))
    expect(watch.out()).toBe(before)
    service.signal('SIGKILL')
    await sees(`nothing listens at ${service.url}`)
    watch.child.kill('SIGINT')
    const { code, err } = await watch.exited
    expect([code, err]).toEqual([0, ''])
  })

  test('ends when nobody reads any more', async () => {
    const service = await serve()
    await looked(service)
    const watch = failweb(['status', service.url, '--watch', '--every', '0.2', '--json'])
    await until(
      async () => watch.out(),
      (out) => out.includes('\n'),
    )
    watch.child.stdout?.destroy()
    // News come only with a change: here, the end of the service.
    service.signal('SIGKILL')
    expect((await watch.exited).code).toBe(141)
  })

  test.runIf(canMakeTerminal)(
    'on a terminal draws in place, in colour, and gives the screen back at Ctrl-C',
    async () => {
      const service = await serve()
      await looked(service)
      const watch = onTerminal(['status', service.url, '--watch', '--every', '0.2'])
      await until(
        async () => watch.out().split('\x1b[H').length,
        (frames) => frames > 3,
      )
      watch.child.stdin?.write('\x03')
      const { code, out } = await watch.exited
      expect(code).toBe(0)
      expect(out.indexOf('\x1b[?1049h')).toBeGreaterThan(-1)
      const [drawn = '', after = ''] = out.split('\x1b[?25h\x1b[?1049l')
      expect(drawn).toContain('\x1b[32m')
      expect(stripVTControlCharacters(after)).toMatch(/PASS +release/)
      const frames = drawn.split('\x1b[H').slice(1, -1)
      for (const line of frames.flatMap((frame) => stripVTControlCharacters(frame).split(/\r+\n/)))
        expect(line.length).toBeLessThan(100)
    },
  )

  test.runIf(canMakeTerminal)('has no colour where NO_COLOR is set', async () => {
    const service = await serve()
    await looked(service)
    const { out } = await passing(() => onTerminal(['status', service.url], { NO_COLOR: '1' }))
    expect(stripVTControlCharacters(out)).toBe(out)
  })
})

describe('failweb purge', () => {
  test('empties the greetings of a running service, once', async () => {
    const service = await serve()
    for (const name of ['a', 'b', 'c']) await service.ask(`/?name=${name}`)
    const purge = (...args: string[]) => failweb(['purge', ...args, '--url', service.url]).exited
    expect(await purge()).toEqual({ code: 0, out: 'greetings  3 entries freed  0 left\n', err: '' })
    expect((await purge('greetings')).out).toBe('greetings  0 entries freed  0 left\n')
    expect((await purge('sessions')).code).toBe(1)
  })

  test('needs the token where one is set', async () => {
    const service = await serve({ env: { FAILWEB_TOKEN: 'sesame' } })
    const args = ['purge', '--url', service.url]
    const refused = await failweb(args).exited
    expect([refused.code, refused.err.split('\n').length]).toEqual([1, 2])
    expect((await failweb(args, { FAILWEB_TOKEN: 'sesame' }).exited).code).toBe(0)
  })
})
