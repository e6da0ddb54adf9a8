import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../e2e/service-process.ts'
import { newProject, type Project, ROOT } from './stranger.ts'

const { dependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))

describe('a stranger’s five minutes: the packed package in an empty project', () => {
  let project: Project
  beforeAll(async () => {
    const { koa, '@koa/router': router } = dependencies
    const { typescript } = devDependencies
    project = await newProject({ koa, '@koa/router': router, typescript, 'typescript-5': 'npm:typescript@5.9.3' })
  }, 300_000)
  afterAll(() => project?.remove())

  test('the lines of the README put probes and metrics into a Koa app', async () => {
    project.write('koa.js', `import Koa from 'koa'\nconst app = new Koa()\n${readmeLines()}${GREETING}`)
    const url = await project.serve('koa.js')
    await hasProbes(url)
    expect(await (await fetch(url)).text()).toBe('my own')
    const metrics = await (await fetch(`${url}/metrics`)).text()
    expect(metrics).toMatch(/^failweb_healthcheck_status\{.*"latency".*\} /m)
    expect(metrics).toMatch(/^http_request_duration_seconds_count\{.*code="200".*\} 1$/m)
    expect(await (await fetch(`${url}/healthz?verbose`)).text()).toContain('[+]latency ok')
  })

  test('a program in CommonJS has it by require, where this Node can', async () => {
    project.write('program.cjs', `const { createHealth } = require('failweb')\nconsole.log(typeof createHealth)`)
    expect(await project.run(process.execPath, 'program.cjs')).toBe('function\n')
  })

  test('in TypeScript the examples compile, with every check on and every declaration read, and run', async () => {
    for (const file of ['koa-app.ts', 'node-http-app.ts'])
      project.write(file, readFileSync(join(ROOT, 'test/examples', file), 'utf8'))
    project.write('tsconfig.json', settings({ module: 'nodenext', outDir: 'out', skipLibCheck: false }))
    await project.run('npx', '--no-install', 'tsc')
    project.write(
      'koa-main.js',
      `import { createShop } from './out/koa-app.js'\nconst { app, health } = createShop()\n${START}`,
    )
    project.write(
      'http-main.js',
      `import { createClock } from './out/node-http-app.js'\nconst { server, health } = createClock()\n${SERVE}`,
    )
    await hasProbes(await project.serve('koa-main.js'))
    const url = await project.serve('http-main.js')
    await hasProbes(`${url}/internal`)
    expect(await (await fetch(`${url}/time`)).text()).toMatch(/^20\d\d-/)
    expect(await (await fetch(`${url}/internal/metrics`)).text()).toContain('route="/time",code="200"} 1')
  })

  test.each([
    ['this TypeScript', 'typescript/bin/tsc', { module: 'esnext', moduleResolution: 'bundler' }],
    ['TypeScript 5', 'typescript-5/bin/tsc', { module: 'nodenext' }],
    ['TypeScript 5', 'typescript-5/bin/tsc', { module: 'esnext', moduleResolution: 'bundler' }],
  ])(
    '%s resolves the types as well: %s %j',
    async (_title, compiler, options) => {
      project.write('tsconfig.json', settings({ ...options, noEmit: true }))
      await project.run(process.execPath, join('node_modules', compiler))
    },
    180_000,
  )

  test('the command comes with it', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    expect(await project.run('npx', '--no-install', 'failweb', '--version')).toContain(version)
    expect(await project.run('npx', '--no-install', 'failweb', 'check', 'event-loop')).toContain('event-loop')
  })

  test('what is not exported cannot be reached', async () => {
    const reach = `import('failweb/dist/src/assembly.js').catch((error) => console.log(error.code))`
    expect(await project.run(process.execPath, '--eval', reach)).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED\n')
    const schema = `console.log(require('failweb/health.schema.json').$schema !== undefined)`
    expect(await project.run(process.execPath, '--input-type=commonjs', '--eval', schema)).toBe('true\n')
  })
})

/** The README's own lines, with a folder that is there. */
function readmeLines(): string {
  const [, lines = ''] =
    /^## As a library\n+```ts\n([\s\S]*?)^```$/m.exec(readFileSync(join(ROOT, 'README.md'), 'utf8')) ?? []
  expect(lines.trim().split('\n').length).toBeLessThan(10)
  return lines.replace('/data', '/')
}

const START = `await health.start()\nconst server = app.listen(0, '127.0.0.1', () => console.log(server.address().port))\n`
const GREETING = `app.use((ctx) => {\n  ctx.body = 'my own'\n})\n${START.slice(START.indexOf('\n') + 1)}`
const SERVE = `await health.start()\nserver.listen(0, '127.0.0.1', () => console.log(server.address().port))\n`

function settings(options: Readonly<Record<string, unknown>>): string {
  const compilerOptions = {
    target: 'es2023',
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    types: ['node'],
  }
  return JSON.stringify({ compilerOptions: { ...compilerOptions, ...options }, include: ['*.ts'] })
}

async function hasProbes(url: string): Promise<void> {
  for (const probe of ['startupz', 'livez', 'readyz'])
    await until(
      () => fetch(`${url}/${probe}`),
      ({ status }) => status === 200,
    )
}
