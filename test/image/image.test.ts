import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../e2e/service-process.ts'
import { has, holds } from '../needs.ts'
import { type Container, startContainer } from './container.ts'
import { buildImage, type Image } from './image.ts'

const root = holds(process.getuid?.() === 0, 'the tests run as root, who may build an image and enter namespaces')
const tools = ['buildah', 'busybox', 'unshare', 'nsenter', 'ldd'].map(has).every((there) => there)

/** Without an engine: see base.ts for what the image stands on, container.ts for what it runs in. */
describe.skipIf(!root || !tools)('the image, built from the Dockerfile', () => {
  let image: Image
  let container: Container | undefined

  beforeAll(async () => {
    image = await buildImage()
  }, 600_000)
  afterEach(async () => {
    if (!container) return
    try {
      container.signal('SIGKILL')
    } catch {} // It has ended already.
    await container.exited
    container = undefined
  })
  afterAll(() => image?.remove())

  test('says what runs, as whom, where, and how to ask for its health', () => {
    expect(image.config).toMatchObject({
      User: '10001:10001',
      WorkingDir: '/app',
      Entrypoint: ['node', 'dist/src/cli/main.js'],
      Cmd: ['serve'],
      ExposedPorts: { '80/tcp': {} },
      Env: expect.arrayContaining(['NODE_ENV=production', 'PORT=80']),
      Healthcheck: { Test: ['CMD', 'sh', '-c', expect.stringContaining('/livez')] },
    })
  })

  test('adds to its base nothing but /app: what was compiled and what it needs at run time', () => {
    const added = readdirSync(image.root).filter((name) => !readdirSync(image.base).includes(name))
    expect(added).toEqual(['app'])
    const changed = filesIn(image.root, ['app']).filter((file) => sizeOf(image.root, file) !== sizeOf(image.base, file))
    expect(changed).toEqual([])
    expect(readdirSync(join(image.root, 'app')).sort()).toEqual(['dist', 'node_modules', 'package.json'])
    expect(readdirSync(join(image.root, 'app/dist')).sort()).toEqual(['checks', 'chunks', 'src'])
  })

  test('holds no package that only developers need, no test of ours, nothing secret, and nothing that its user may change', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(image.root, 'app/package.json'), 'utf8'))
    const lock = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'))
    const onlyDev = Object.keys(devDependencies).filter((name) => lock.packages[`node_modules/${name}`]?.dev)
    expect(onlyDev.length).toBeGreaterThan(8)
    const files = filesIn(join(image.root, 'app'))
    const there = new Set(files)
    expect(onlyDev.filter((name) => there.has(`node_modules/${name}/package.json`))).toEqual([])
    expect(
      files.filter((file) =>
        /^dist\/.*(\.test\.|\.map$)|(^|\/)(\.npmrc|\.env|\.git|id_rsa)$|\.(pem|key|node)$/.test(file),
      ),
    ).toEqual([])
    const theirs = files.filter((file) => {
      const { uid, gid, mode } = lstatSync(join(image.root, 'app', file))
      return uid !== 0 || gid !== 0 || (mode & 0o002) !== 0
    })
    expect(theirs.filter((file) => !lstatSync(join(image.root, 'app', file)).isSymbolicLink())).toEqual([])
  })

  test('adds less than 28 MiB to its base', () => {
    const app = join(image.root, 'app')
    const bytes = filesIn(app).reduce((sum, file) => sum + (sizeOf(app, file) ?? 0), 0)
    expect(bytes / 1024 ** 2).toBeLessThan(28)
    expect(bytes / 1024 ** 2).toBeGreaterThan(1)
  })

  test('runs as process 1 without privileges on a read-only file system, on port 80, and its HEALTHCHECK passes', async () => {
    const running = await startContainer(image)
    container = running
    const listening = running.events().find(({ event }) => event === 'listening')
    expect(listening).toMatchObject({ url: 'http://127.0.0.1:80/', pid: 1 })
    const status = readFileSync(`/proc/${running.pid}/status`, 'utf8')
    expect(status).toMatch(/^Uid:\t10001\t10001\t10001\t10001$/m)
    expect(status).toMatch(/^CapEff:\t0+$/m)
    expect((await running.exec(['touch', '/app/x'])).out).toContain('Read-only file system')
    const [, ...check] = image.config.Healthcheck.Test
    expect(
      await until(
        () => running.exec(check),
        ({ code }) => code === 0,
      ),
    ).toMatchObject({ code: 0 })
    // The same command says so when nobody answers.
    expect((await running.exec(['env', 'PORT=81', ...check])).code).toBeGreaterThan(0)
  })

  test('an idle one ends with 0 as soon as it gets SIGTERM, as docker stop and the kubelet send it', async () => {
    container = await startContainer(image, ['serve', '--decay.step', '0'])
    const sent = performance.now()
    container.signal('SIGTERM')
    expect(await container.exited).toBe(0)
    // Docker would kill after 10 s; the service's own patience with connections would be as long.
    expect(performance.now() - sent).toBeLessThan(5_000)
    expect(container.events().map(({ event }) => event)).toEqual(expect.arrayContaining(['stopping', 'stopped']))
  })

  test('one whose last draw failed ends with 69, so that a restart policy on failure restarts it', async () => {
    container = await startContainer(image, ['serve', '--decay.step', '100'])
    const asked = await container.exec([
      'node',
      '-e',
      "fetch('http://127.0.0.1/healthz').then((r) => process.exit(r.status === 500 ? 0 : 1))",
    ])
    expect(asked).toMatchObject({ code: 0 })
    container.signal('SIGTERM')
    expect(await container.exited).toBe(69)
  })
})

/** Every file below a folder, by its path from there. */
function filesIn(folder: string, without: readonly string[] = []): readonly string[] {
  const inside = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !without.includes(name))
  return inside.flatMap((entry) =>
    entry.isDirectory() ? filesIn(join(folder, entry.name)).map((path) => `${entry.name}/${path}`) : [entry.name],
  )
}

function sizeOf(root: string, file: string): number | undefined {
  return lstatSync(join(root, file), { throwIfNoEntry: false })?.size
}
