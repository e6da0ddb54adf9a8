import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import { rehearseCommand } from '../../src/cli/rehearse.ts'
import { fakeTerminal } from '../rehearse/fake-terminal.ts'

const fixture = (name: string) => fileURLToPath(new URL(`../rehearse/fixtures/${name}`, import.meta.url))
const SERVICE = `${process.execPath} ${fixture('service.mjs')}`

const folder = mkdtempSync(join(tmpdir(), 'rehearse-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface ManifestParts {
  readonly env?: Readonly<Record<string, string>>
  readonly pod?: string
  readonly container?: string
}

let files = 0

/** A manifest of one pod with a liveness probe each second, three failures to a kill. */
function manifest({ env = {}, pod = '', container = '' }: ManifestParts = {}): string {
  const file = join(folder, `pod-${files++}.yml`)
  const entries = Object.entries(env).map(([name, value]) => `{ name: ${name}, value: ${JSON.stringify(value)} }`)
  const text = `apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  ${pod || 'terminationGracePeriodSeconds: 2'}
  containers:
    - name: web
      image: web:v1
      ports: [{ containerPort: 8080 }]
      env: [${entries.join(', ')}]
      livenessProbe: { httpGet: { path: /healthz, port: 8080 }, periodSeconds: 1, failureThreshold: 3 }
      ${container}
`
  writeFileSync(file, text)
  return file
}

async function rehearse(...args: string[]) {
  const { terminal, out, err } = fakeTerminal()
  const code = await rehearseCommand.run(args, terminal)
  return { code, out: out(), err: err() }
}

const jsonLines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

/** Processes of this machine that run the fixture of a service, zombies aside. */
function servicesAlive(): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      if (!/^\d+$/.test(pid) || !readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('fixtures/service.mjs'))
        return false
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`MARK=${process.pid}`)
    } catch {
      return false
    }
  })
}

const mark = { MARK: String(process.pid) }

describe('failweb rehearse', () => {
  test('plays kills and restarts of a real process, as kubectl would tell them', async () => {
    const file = manifest({ env: { ...mark, SOUND_ACCESSES: '1', LAST_WORDS: 'the draw failed', EXIT_AT_TERM: '69' } })
    const { code, out } = await rehearse(file, '--command', SERVICE, '--restarts', '1', '--describe', '--for', '60s')
    expect(code).toBe(0)
    expect(out).toMatch(/^LAST SEEN +TYPE +REASON +OBJECT +MESSAGE\n/)
    expect(out).toMatch(/Warning +Unhealthy +pod\/web +Liveness probe failed: HTTP probe failed with statuscode: 500/)
    expect(out).toMatch(/Normal +Killing +pod\/web +Container web failed liveness probe, will be restarted/)
    expect(out).toMatch(/NAME +READY +STATUS +RESTARTS +AGE/)
    expect(out).toMatch(/web +1\/1 +Running +1 \(0s ago\)/)
    expect(out).toContain('Last State:     Terminated')
    expect(out).toMatch(/Message: +the draw failed\n +Exit Code: +69/)
    // Between them dots, where the next one began later than a column is wide: none was held back, as is said below.
    expect(out).toMatch(/^web +0━+·*1/m)
    expect(out).toMatch(/^ {2}liveness .*x.*K/m)
    expect(out).toMatch(/restarts +1, 0 of them held back/)
    expect(servicesAlive()).toEqual([])
  })

  test('--json writes a line for each event, probe, start and end, then a summary; a simulation plays it again', async () => {
    const file = manifest({ env: { ...mark, SOUND_ACCESSES: '0', EXIT_AT_TERM: '69' } })
    const { out } = await rehearse(file, '--command', SERVICE, '--restarts', '1', '--json')
    const lines = jsonLines(out)
    expect(lines.at(-1)).toMatchObject({ kind: 'summary', restarts: 1, probesUntilKill: { count: 1 } })
    expect(new Set(lines.map(({ kind }) => kind))).toEqual(
      new Set(['event', 'start', 'ready', 'probe', 'end', 'summary']),
    )
    expect(lines.find(({ kind }) => kind === 'end')).toMatchObject({ killedBy: 'liveness', ending: { exitCode: 69 } })
    const recording = join(folder, 'run.jsonl')
    writeFileSync(recording, out)
    const again = await rehearse(file, '--simulate', '--runs', '3', '--history', recording, '--for', '20s', '--json')
    expect(jsonLines(again.out)[0]).toMatchObject({ kind: 'simulation', runs: 3 })
  })

  test('a pod is not ready while its second container is asked what it answers with 500', async () => {
    const second =
      '- { name: log, image: log:v1, ports: [{ containerPort: 8081 }], env: [{ name: SOUND_ACCESSES, value: "0" }]'
    const probe = 'readinessProbe: { httpGet: { path: /healthz, port: 8081 }, periodSeconds: 1 } }'
    const file = manifest({ env: mark, container: `\n    ${second}, ${probe}` })
    const { out } = await rehearse(file, '--command', SERVICE, '--for', '3s')
    expect(out).toMatch(/Readiness probe failed: HTTP probe failed with statuscode: 500/)
    expect(out).toMatch(/^ready +0\.0 % of the time$/m)
  })

  test('a process that ignores SIGTERM is killed after its grace, and the advice says so', async () => {
    const file = manifest({ env: { ...mark, SOUND_ACCESSES: '0', IGNORE_TERM: '1' } })
    const { out } = await rehearse(file, '--command', SERVICE, '--restarts', '1', '--json')
    const lines = jsonLines(out)
    expect(lines.find(({ kind }) => kind === 'end')).toMatchObject({ ending: { exitCode: 137 } })
    const { advice } = lines.at(-1)
    expect(advice.map(({ advice }: { advice: string }) => advice)).toContain('end at SIGTERM, or lengthen the grace')
  })

  test('a process that exits 0 under OnFailure is not started again', async () => {
    const file = manifest({ env: { ...mark, EXIT_AFTER_MS: '300' }, pod: 'restartPolicy: OnFailure' })
    const { out } = await rehearse(file, '--command', SERVICE, '--for', '60s', '--describe')
    expect(out).toMatch(/Status: +Succeeded/)
    expect(out).toMatch(/restarts +0,/)
  })

  test('a process over its memory limit is OOMKilled', async () => {
    const file = manifest({ env: { ...mark, GROW_MIB: '10' }, container: 'resources: { limits: { memory: 120Mi } }' })
    const { out } = await rehearse(file, '--command', SERVICE, '--restarts', '1', '--json')
    expect(jsonLines(out).find(({ kind }) => kind === 'end')).toMatchObject({
      ending: { exitCode: 137, reason: 'OOMKilled' },
    })
  })

  test('Ctrl-C ends it in good order: the pod is stopped, the summary told, nothing left', async () => {
    const { terminal, out, err, interrupt, listeners } = fakeTerminal()
    const file = manifest({ env: mark })
    const playing = rehearseCommand.run([file, '--command', SERVICE, '--for', '5m'], terminal)
    await expect.poll(() => out(), { timeout: 10_000 }).toContain('Started container web')
    interrupt()
    expect(await playing).toBe(0)
    expect(err()).toContain('stopping the pod; Ctrl-C again kills it now')
    expect(out()).toContain('Stopping container web')
    expect(out()).toContain('lasted')
    expect(listeners()).toBe(0)
    expect(servicesAlive()).toEqual([])
  })

  test('a second Ctrl-C does not wait for the grace', async () => {
    const { terminal, out, interrupt } = fakeTerminal()
    const file = manifest({ env: { ...mark, IGNORE_TERM: '1' }, pod: 'terminationGracePeriodSeconds: 600' })
    const playing = rehearseCommand.run([file, '--command', SERVICE], terminal)
    await expect.poll(() => out(), { timeout: 10_000 }).toContain('Started container web')
    interrupt()
    await expect.poll(() => out()).toContain('Stopping container web')
    interrupt()
    expect(await playing).toBe(0)
    expect(servicesAlive()).toEqual([])
  })

  test('a rehearsal that crashes takes its processes with it', async () => {
    const crashing = spawn(process.execPath, ['--import', 'tsx', fixture('crash.ts')], {
      env: { ...process.env, ...mark, COMMAND: fixture('service.mjs') },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    crashing.stdout.on('data', (chunk) => {
      output += chunk
    })
    const code = await new Promise((resolve) => crashing.on('exit', resolve))
    expect(output).toContain('listening')
    expect(code).not.toBe(0)
    await expect.poll(() => servicesAlive()).toEqual([])
  })
})

describe('what cannot be rehearsed', () => {
  const mistakesOf = async (...args: string[]) => {
    try {
      await rehearse(...args)
    } catch (error) {
      return (error as { mistakes?: readonly string[] }).mistakes
    }
    return []
  }

  test('wrong options, all at once', async () => {
    expect(await mistakesOf('--frequency', '2', '--kubelet', '1.19', '--for', 'ever', '--rate', '0.1')).toEqual([
      '--frequency: failweb rehearse has no such option; see its --help',
      'rehearse: expected a manifest, such as deploy.yml',
      '--rate: belongs to --simulate',
      '--kubelet: expected 1.20 or current; got 1.19',
      '--for: expected a duration such as 90s, 5m or 1h30m; got ever',
    ])
  })

  test('a manifest that is not there, a program that is not there, a port that is taken', async () => {
    expect(await mistakesOf('/nowhere.yml')).toEqual(['/nowhere.yml: no such file'])
    expect(await mistakesOf(manifest(), '--command', '/no/such/program')).toEqual([
      '/no/such/program: cannot be started (no such program)',
    ])
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const address = taken.address()
    const port = typeof address === 'object' && address ? address.port : 0
    expect(await mistakesOf(manifest(), '--port', String(port))).toEqual([
      `--port: ${port} is in use; choose another, or leave --port out for a free one`,
    ])
    taken.close()
  })

  test('a simulation of a step with which the service would not start', async () => {
    const file = manifest({ env: { FAILWEB_DECAY_STEP: 'two' } })
    expect(await mistakesOf(file, '--simulate')).toEqual([
      'FAILWEB_DECAY_STEP of web: expected a number from 0 to 100; got two',
    ])
  })

  test('a simulation of a step that a ConfigMap says', async () => {
    const file = join(folder, 'from-a-config-map.yml')
    const source = 'valueFrom: { configMapKeyRef: { name: settings, key: step } }'
    const text = readFileSync(manifest({ env: { FAILWEB_DECAY_STEP: '2' } }), 'utf8')
    writeFileSync(file, text.replace('value: "2"', source))
    expect(await mistakesOf(file, '--simulate')).toEqual([
      'FAILWEB_DECAY_STEP of web: comes from elsewhere, and the manifest does not tell it; give it with --step',
    ])
    const { out, err } = await rehearse(file, '--simulate', '--step', '100', '--runs', '1', '--for', '20s')
    expect(err).toContain(
      'env of the container web from elsewhere is not played: FAILWEB_DECAY_STEP (ConfigMap settings)',
    )
    expect(out).toMatch(/^model +decay of 100 points/)
  })

  test('exec probes run on this machine only when that was allowed', async () => {
    const file = manifest({ container: 'readinessProbe: { exec: { command: [rm, -rf, /data] } }' })
    expect(await mistakesOf(file)).toEqual([
      `${file}:12: spec.containers[0].readinessProbe: exec would run on this machine: rm -rf /data; allow it with --exec`,
    ])
  })
})

describe('--simulate', () => {
  test('without a model of its own plays the decay that the service’s arguments say', async () => {
    const file = manifest({
      env: { FAILWEB_DECAY_STEP: '1' },
      container: 'command: [failweb]\n      args: [serve, --decay.step, "100"]',
    })
    const { out } = await rehearse(file, '--simulate', '--runs', '2', '--for', '20s', '--json')
    expect(jsonLines(out)[0]).toMatchObject({
      model: 'decay of 100 points an access to /healthz',
      probesUntilKill: { mean: 3 },
    })
  })
})

test('--simulate takes the step of each container whose heartbeat is asked, not of the first', async () => {
  const container = (name: string, step: string, path: string) => `
    - name: ${name}
      image: ${name}:v1
      env: [{ name: FAILWEB_DECAY_STEP, value: "${step}" }]
      livenessProbe: { httpGet: { path: ${path}, port: 8080 }, periodSeconds: 1, failureThreshold: 3 }`
  const modelOf = async (...containers: string[]) => {
    const file = join(folder, `steps-${files++}.yml`)
    writeFileSync(file, `kind: Pod\nmetadata: { name: web }\nspec:\n  containers:${containers.join('')}\n`)
    const { out } = await rehearse(file, '--simulate', '--runs', '2', '--for', '20s', '--json')
    return jsonLines(out)[0]
  }
  expect(await modelOf(container('log', 'none', '/livez'), container('web', '100', '/healthz'))).toMatchObject({
    model: 'decay of 100 points an access to /healthz',
    probesUntilKill: { mean: 3 },
  })
  const both = await modelOf(container('log', '1', '/healthz'), container('web', '100', '/healthz'))
  expect(both.model).toBe('decay of 1 (log), 100 (web) points an access to /healthz')
  const neither = await modelOf(container('log', '1', '/livez'), container('web', '100', '/livez'))
  expect(neither.model).toBe('decay of /healthz, which no probe asks')
})

test.each([24, 40])(
  'on a terminal of %d columns no line is longer than that, what is drawn again least of all',
  async (columns) => {
    const { terminal, out } = fakeTerminal({ ...process.env, NO_COLOR: '1' })
    const narrow = { ...terminal, out: { ...terminal.out, isTTY: true, columns } }
    const file = manifest({ env: mark })
    await rehearseCommand.run([file, '--command', SERVICE, '--for', '1s'], narrow)
    await rehearseCommand.run([file, '--simulate', '--runs', '2', '--for', '60s'], narrow)
    const lines = stripVTControlCharacters(out()).split('\n')
    expect(lines.filter((line) => line.length > columns && line.trim().includes(' '))).toEqual([])
  },
)

describe('what is left out or played otherwise', () => {
  const file = manifest({ env: mark, pod: 'initContainers: [{ name: first, image: first:v1 }]' })
  const notes = ['web: initContainers are not played']

  test('is told on stderr', async () => {
    expect((await rehearse(file, '--check-only')).err).toBe(`${notes[0]}\n`)
  })

  test.each([
    { args: ['--check-only'], kind: 'advice' },
    { args: ['--simulate', '--runs', '1', '--for', '5s'], kind: 'simulation' },
    { args: ['--command', SERVICE, '--for', '1s'], kind: 'summary' },
  ])('with --json is told in the object of kind $kind', async ({ args, kind }) => {
    const { out, err } = await rehearse(file, ...args, '--json')
    expect(err).toBe('')
    expect(jsonLines(out).at(-1)).toMatchObject({ kind, notes })
  })
})

describe('--check-only', () => {
  const advice = async (parts: ManifestParts, ...args: string[]) =>
    (await rehearse(manifest(parts), '--check-only', ...args)).out

  test('names the line, the advice and the reason', async () => {
    const out = await advice({
      container: 'readinessProbe: { httpGet: { path: /healthz, port: 8080 }, periodSeconds: 1 }',
    })
    expect(out).toMatch(/pod-\d+\.yml:12: spec\.containers\[0\]\.readinessProbe\n {4}ask \/readyz, or \/healthz\?peek/)
    expect(out).toContain('ask something narrower than readiness does')
    expect(out).toContain('set FAILWEB_HEARTBEAT_ASKS to restart')
    expect(out).toContain('a life lasts 16s on average')
  })

  test('has nothing to say against a manifest that asks what a restart cures', async () => {
    const file = join(folder, 'good.yml')
    writeFileSync(file, readFileSync(manifest({ env: { A: '1' } }), 'utf8').replace('/healthz', '/livez'))
    expect((await rehearse(file, '--check-only')).out).toBe(`${file}: nothing to advise\n`)
  })
})
