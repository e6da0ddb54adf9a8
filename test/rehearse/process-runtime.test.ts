import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import type { Clock } from '../../src/core/clock.ts'
import { KUBELETS } from '../../src/rehearse/kubelet/profile.ts'
import type { ContainerSpec } from '../../src/rehearse/manifest/pod-spec.ts'
import { ProcessRuntime, type ProcessRuntimeOptions } from '../../src/rehearse/process/process-runtime.ts'
import { wakingClock } from '../../src/system-clock.ts'
import { has } from '../needs.ts'
import { containerSpec, probeSpec } from './specs.ts'

const SERVICE = fileURLToPath(new URL('fixtures/service.mjs', import.meta.url))

const folder = mkdtempSync(join(tmpdir(), 'process-runtime-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const opened: ProcessRuntime[] = []
afterEach(() => Promise.all(opened.splice(0).map((runtime) => runtime.close())))

/** Real sleeps, and a time of its own: a second that passes at once. */
class Ahead implements Clock {
  #aheadMs = 0
  readonly date = wakingClock.date
  readonly sleep = wakingClock.sleep
  readonly every = wakingClock.every
  readonly now = () => wakingClock.now() + this.#aheadMs
  passASecond(): void {
    this.#aheadMs += 1000
  }
}

/** A real child that has said that it listens. */
async function startLife(own: Partial<ContainerSpec> = {}, options: Partial<ProcessRuntimeOptions> = {}) {
  let output = ''
  const clock = new Ahead()
  const runtime = new ProcessRuntime({
    clock,
    kubelet: KUBELETS.current,
    command: () => [process.execPath, SERVICE],
    env: {},
    onOutput: (_, chunk) => {
      output += chunk
    },
    ...options,
  })
  opened.push(runtime)
  const life = await runtime.start(containerSpec(own))
  const says = async (words: RegExp) => {
    while (!words.test(output)) await new Promise((resolve) => setTimeout(resolve, 5))
    return words.exec(output)
  }
  await says(/listening/)
  clock.passASecond()
  return { runtime, life, says, output: () => output }
}

function runtimeOf(command: ProcessRuntimeOptions['command'], clock: Clock = wakingClock): ProcessRuntime {
  const runtime = new ProcessRuntime({ clock, kubelet: KUBELETS.current, command, env: {} })
  opened.push(runtime)
  return runtime
}

/** What a life that ends by itself has written. */
async function wordsOfLife(runtime: ProcessRuntime, container: ContainerSpec): Promise<string> {
  const life = await runtime.start(container)
  await life.ended
  return runtime.log(container.name)
}

/** A zombie has ended too: it only waits for whoever adopted it to take note. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

describe('a container, played as a process', () => {
  test('answers on a free port of this machine, which it is handed as PORT', async () => {
    const { life } = await startLife()
    const outcome = await life.ask(probeSpec().action, 1000)
    expect(outcome).toMatchObject({ result: 'success', message: 'access 1\n' })
    expect((await life.ask({ how: 'tcpSocket', port: 8080 }, 1000)).result).toBe('success')
  })

  test('ends at SIGTERM with its own exit code and its last words', async () => {
    const { life } = await startLife({ env: { LAST_WORDS: 'the heartbeat failed 3 times', EXIT_AT_TERM: '69' } })
    const ending = await life.stop(10_000)
    expect(ending).toEqual({ exitCode: 69, reason: 'Error', message: 'the heartbeat failed 3 times' })
  })

  test('is killed after its grace when it ignores SIGTERM', async () => {
    const { life, says } = await startLife({ env: { IGNORE_TERM: '1' } })
    const ended = life.stop(50)
    await says(/told to stop/)
    expect(await ended).toEqual({ exitCode: 137, reason: 'Error', message: '' })
  })

  const CHILD_THAT_LISTENS = `${process.execPath} ${SERVICE}`

  test.each([
    { who: 'a shell that waits for its service', command: ['/bin/sh', '-c', `${CHILD_THAT_LISTENS}; echo after: $$?`] },
    { who: 'a service in Node that has no handler', command: [process.execPath, SERVICE] },
  ])('$who: as process 1 it ignores SIGTERM, and sits out its grace', async ({ command }) => {
    const { life, output } = await startLife({ env: { NO_HANDLER: '1' } }, { command: () => command })
    const begun = performance.now()
    expect(await life.stop(700)).toEqual({ exitCode: 137, reason: 'Error', message: '', ignoredTerm: true })
    expect(performance.now() - begun).toBeGreaterThan(690)
    expect(output()).toBe('listening\n')
  })

  test('one that has just begun may have no handler yet: SIGTERM ends it at once', async () => {
    // Its first second does not pass, and its handler never comes, however slow this machine is.
    const clock = { ...wakingClock, now: () => 0 }
    const runtime = runtimeOf(() => [process.execPath, SERVICE], clock)
    const life = await runtime.start(containerSpec({ env: { NO_HANDLER: '1' } }))
    expect(await life.stop(60_000)).toEqual({ exitCode: 143, reason: 'Error', message: '' })
  })

  test('what a shell waits for is told nothing of SIGTERM, which goes to the shell alone', async () => {
    const { life, output } = await startLife({}, { command: () => ['/bin/sh', '-c', `${CHILD_THAT_LISTENS}; true`] })
    await life.stop(300)
    expect(output()).not.toContain('told to stop')
  })

  test.each([
    { how: 'execs it', command: ['/bin/sh', '-c', `exec ${CHILD_THAT_LISTENS}`], exitCode: 69 },
    {
      how: 'passes it on',
      command: [
        '/bin/sh',
        '-c',
        `trap 'kill $child; wait $child; exit 7' TERM; ${CHILD_THAT_LISTENS} & child=$!; wait`,
      ],
      exitCode: 7,
    },
  ])('a shell that $how lets its service hear SIGTERM', async ({ command, exitCode }) => {
    const { life, output } = await startLife({ env: { EXIT_AT_TERM: '69' } }, { command: () => command })
    expect(await life.stop(10_000)).toEqual({ exitCode, reason: 'Error', message: '' })
    expect(output()).toContain('told to stop')
  })

  test.skipIf(!has('python3'))('one that blocks SIGTERM and waits for it, as tini does, is sent it', async () => {
    const script = `import signal
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
print('listening', flush=True)
signal.sigwait([signal.SIGTERM])
raise SystemExit(5)`
    const { life } = await startLife(
      {},
      { command: () => ['python3', '-c', script], env: { PATH: process.env['PATH'] ?? '' } },
    )
    expect(await life.stop(10_000)).toMatchObject({ exitCode: 5 })
  })

  test('while it sits out its grace what only it could answer concludes nothing, and a kill cuts it short', async () => {
    const { life } = await startLife({ env: { NO_HANDLER: '1' } })
    const ended = life.stop(60_000)
    await expect.poll(async () => life.ask(probeSpec().action, 1000)).toMatchObject({ result: 'error' })
    expect(await life.ask({ how: 'exec', command: ['/bin/sh', '-c', 'exit 0'] }, 1000)).toMatchObject({
      result: 'success',
    })
    life.kill()
    expect(await ended).toMatchObject({ exitCode: 137, ignoredTerm: true })
  })

  test('ends when its main process does, and what that left running is killed', async () => {
    const { life, says } = await startLife({ env: { CHILD: '1', EXIT_AFTER_MS: '200' } })
    const pid = Number((await says(/child (\d+)/))?.[1])
    expect(await life.ended).toEqual({ exitCode: 0, reason: 'Completed', message: '' })
    await expect.poll(() => isAlive(pid)).toBe(false)
  })

  test('takes whatever it started with it', async () => {
    const { life, says } = await startLife({ env: { CHILD: '1' } })
    const pid = Number((await says(/child (\d+)/))?.[1])
    expect(isAlive(pid)).toBe(true)
    life.kill()
    await life.ended
    await expect.poll(() => isAlive(pid)).toBe(false)
  })

  test('is killed as OOMKilled once its resident memory is over its limit', async () => {
    const { life } = await startLife({ env: { GROW_MIB: '8' }, memoryLimitBytes: 120 * 2 ** 20 })
    expect(await life.ended).toMatchObject({ exitCode: 137, reason: 'OOMKilled' })
    expect(life.peakRssBytes).toBeGreaterThan(120 * 2 ** 20)
  })

  test('shows the end of its log where it left no words, failed, and its policy says so', async () => {
    const { life } = await startLife({
      env: { EXIT_AT_TERM: '1' },
      terminationMessagePolicy: 'FallbackToLogsOnError',
    })
    expect((await life.stop(10_000)).message).toBe('listening\ntold to stop')
  })

  test('a variable of the manifest that is one of the container’s ports carries the real one', async () => {
    const { runtime } = await startLife()
    const container = containerSpec({ name: 'two', ports: [{ containerPort: 8080 }, { containerPort: 9090 }] })
    const ports = await runtime.ports(container)
    let output = ''
    const command = () => [process.execPath, '-e', 'console.log(process.env.ADMIN, process.env.PORT, process.env.STEP)']
    const echo = new ProcessRuntime({
      clock: wakingClock,
      kubelet: KUBELETS.current,
      command,
      env: {},
      onOutput: (_, chunk) => {
        output += chunk
      },
    })
    opened.push(echo)
    const life = await echo.start({ ...container, env: { ADMIN: '9090', STEP: '2' } })
    await life.ended
    const own = await echo.ports(container)
    expect(output).toBe(`${own.get(9090)} ${own.get(8080)} 2\n`)
    expect([...ports.keys()]).toEqual([8080, 9090])
  })

  test('a PORT of the manifest stays the manifest’s, and exec probes know its variables', async () => {
    const ports = [{ containerPort: 9090 }, { containerPort: 8080 }]
    const { runtime, life } = await startLife({ ports, env: { PORT: '8080', WORD: 'well' } })
    const real = (await runtime.ports(containerSpec({ ports }))).get(8080)
    const script = 'console.log(process.argv[1], process.argv[2]); process.exitCode = 3'
    const asked = { how: 'exec', command: [process.execPath, '-e', script, '$(PORT)', '$$(WORD)'] } as const
    expect((await life.ask(asked, 10_000)).message).toBe(`${real} $(WORD)\n`)
    expect((await life.ask({ how: 'tcpSocket', port: 8080 }, 1000)).result).toBe('success')
  })

  const GUARDED = { FAILWEB_GUARD_ENABLED: 'true' }
  const both = [{ containerPort: 8081 }, { containerPort: 8080 }]

  test.each([
    { said: 'by a variable', own: { ports: both, env: { ...GUARDED, FAILWEB_GUARD_LISTEN: '0.0.0.0:8081' } } },
    { said: 'by nothing, and has its default', own: { ports: both, env: GUARDED } },
    {
      said: 'by a flag',
      own: { ports: both, args: ['serve', '--guard.enabled', 'true', '--guard.listen=0.0.0.0:8081'] },
    },
    {
      said: 'where only a probe names it, and the service’s own is named nowhere',
      own: {
        ports: [],
        env: GUARDED,
        probes: { liveness: probeSpec({ action: { how: 'tcpSocket', port: 8081 } }) },
      },
    },
  ])('the guard’s port is said $said: probes find it there, and the service on another', async ({ own }) => {
    const script = 'console.log(process.env.PORT, process.argv.at(-1), process.env.FAILWEB_GUARD_LISTEN)'
    const container = containerSpec(own)
    const runtime = runtimeOf(({ args }) => [process.execPath, '-e', script, '--', 'words', ...args])
    const ports = await runtime.ports(container)
    const [port, flag = '', variable = ''] = (await wordsOfLife(runtime, container)).split(' ')
    expect(port).toBe(`${ports.get(8080)}`)
    expect(flag === 'words' ? variable : flag).toMatch(new RegExp(`(^|:)${ports.get(8081)}$`))
  })

  test('an emptyDir outlives the container, not the pod', async () => {
    const script = `const { appendFileSync, readFileSync } = require('node:fs')
const file = process.env.STATE + '/lives'
appendFileSync(file, 'life\\n')
console.log(readFileSync(file, 'utf8'))`
    const emptyDirs = [{ volume: 'state', mountPath: '/state', subPath: '' }]
    const container = containerSpec({ emptyDirs, env: { STATE: '/state' } })
    const pod = () => runtimeOf(() => [process.execPath, '-e', script])
    const first = pod()
    expect(await wordsOfLife(first, container)).toBe('life')
    expect(await wordsOfLife(first, container)).toBe('life\nlife')
    expect(await wordsOfLife(pod(), container)).toBe('life')
  })

  test('runs exec probes here, and kills one that takes too long', async () => {
    const { life } = await startLife()
    const exec = (script: string, timeoutMs = 10_000) =>
      life.ask({ how: 'exec', command: [process.execPath, '-e', script] }, timeoutMs)
    expect((await exec('')).result).toBe('success')
    expect(await exec('console.log("not well"); process.exitCode = 3')).toMatchObject({
      result: 'failure',
      message: 'not well\n',
    })
    const late = await exec('setInterval(() => {}, 1000)', 100)
    expect(late.result).toBe('failure')
    expect(late.message).toMatch(/timed out$/)
    expect((await life.ask({ how: 'exec', command: ['/no/such/program'] }, 1000)).result).toBe('error')
  })

  test('an exec probe that writes without end is late, and no more than 10 KiB of it is kept', async () => {
    const { life } = await startLife()
    const before = process.memoryUsage().rss
    let most = before
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss)
    }, 20)
    const late = await life.ask({ how: 'exec', command: ['/usr/bin/yes'] }, 1000)
    clearInterval(watch)
    expect(late).toMatchObject({ result: 'failure', message: 'command "/usr/bin/yes" timed out' })
    expect(late.tookMs).toBeLessThan(4000)
    expect(most - before).toBeLessThan(100 * 2 ** 20)
    const script = 'process.stdout.write("é".repeat(50_000))'
    const { message } = await life.ask({ how: 'exec', command: [process.execPath, '-e', script] }, 10_000)
    expect(message).toBe('é'.repeat(5 * 1024))
  })

  test('a hook that is answered has run, whatever the status', async () => {
    const { life, output } = await startLife({ env: { SOUND_ACCESSES: '0' } })
    const get = (path: string) => ({ how: 'httpGet', scheme: 'HTTP', path, port: 8080, headers: {} }) as const
    expect(await life.runHook(get('/hook'))).toBeUndefined()
    expect(await life.runHook(get('/healthz'))).toBeUndefined()
    expect(output()).toContain('hook')
    await life.stop(10_000)
    expect(await life.runHook(get('/hook'))).toMatch(/connection refused/)
  })

  test('a hook that outlasts its container is killed with it, and so is whatever the hook started', async () => {
    const { life } = await startLife({ env: { IGNORE_TERM: '1' } })
    const pidFile = join(folder, 'hook')
    // A manifest writes $$ for one dollar.
    const script = `trap '' TERM; sleep 60 & echo "$$$$ $!" > ${pidFile}; wait`
    const hook = life.runHook({ how: 'exec', command: ['/bin/sh', '-c', script] })
    await expect.poll(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8')).toMatch(/\d+ \d+\n/)
    const pids = readFileSync(pidFile, 'utf8').trim().split(' ').map(Number)
    expect(pids.map(isAlive)).toEqual([true, true])
    await life.stop(50)
    await expect.poll(() => pids.map(isAlive)).toEqual([false, false])
    expect(await hook).toBe('')
  })

  test('in a container that is over nothing is executed', async () => {
    const { life } = await startLife()
    await life.stop(10_000)
    const outcome = await life.ask({ how: 'exec', command: ['/bin/sh', '-c', 'exit 0'] }, 1000)
    expect(outcome).toMatchObject({ result: 'error', message: 'the container is not running' })
  })

  test('a program that is not there, a port that is taken: wrong setup, in one line', async () => {
    await expect(startLife({}, { command: () => ['/no/such/program'] })).rejects.toThrow(
      '/no/such/program: cannot be started (no such program)',
    )
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const address = taken.address()
    const port = typeof address === 'object' && address ? address.port : 0
    await expect(startLife({}, { port })).rejects.toThrow(`--port: ${port} is in use`)
    taken.close()
  })
})
