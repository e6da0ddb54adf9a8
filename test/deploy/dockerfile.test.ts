import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const ROOT = new URL('../../', import.meta.url)
const stages = stagesOf(readFileSync(new URL('Dockerfile', ROOT), 'utf8'))
const last = stages.at(-1)?.steps ?? []

describe('the image', () => {
  test('is made in stages, all from one release of Node, of which the last one is the service', () => {
    expect(stages.map(({ name }) => name)).toEqual(['manifest', 'build', 'dependencies', 'service'])
    const images = new Set(stages.map(({ from }) => stages.find(({ name }) => name === from)?.from ?? from))
    expect([...images]).toEqual([expect.stringMatching(/^node:\d+\.\d+-alpine$/)])
  })

  test('runs as a user that is not root, by number', () => {
    expect(valuesOf('USER')).toEqual(['10001:10001'])
    const [user, entry] = ['USER', 'ENTRYPOINT'].map((word) => last.findIndex((step) => step.word === word))
    expect(user).toBeLessThan(entry ?? 0)
  })

  test('holds production dependencies and what was compiled, and nothing that only builds need', () => {
    const copies = valuesOf('COPY')
    expect(copies).toEqual([
      'package.json ./',
      '--from=dependencies /app/node_modules node_modules',
      '--from=build /app/dist dist',
    ])
    expect(last.some(({ word }) => word === 'RUN')).toBe(false)
    const install = stages.find(({ name }) => name === 'dependencies')?.steps.find(({ word }) => word === 'RUN')
    expect(install?.rest).toContain('--omit=dev')
    expect(valuesOf('ENV')).toContain('NODE_ENV=production')
  })

  test('listens where the chapter maps it: docker run -p 8080:80', () => {
    expect(valuesOf('ENV')).toContain('PORT=80')
    expect(valuesOf('EXPOSE')).toEqual(['80'])
  })

  test('asks /livez for its health, on the port in force: each access to /healthz is a draw', () => {
    const [check = ''] = valuesOf('HEALTHCHECK')
    const command = JSON.parse(check.replace(/^.*CMD /, '')) as unknown
    expect(command).toEqual([
      'sh',
      '-c',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own
      'exec node dist/src/cli/main.js probe http://127.0.0.1:${PORT}/livez',
    ])
    expect(check).not.toContain('healthz')
  })

  test('has Node as process 1, so that SIGTERM reaches the service; its arguments are a command of failweb', () => {
    expect(JSON.parse(valuesOf('ENTRYPOINT')[0] ?? '')).toEqual(['node', 'dist/src/cli/main.js'])
    expect(JSON.parse(valuesOf('CMD')[0] ?? '')).toEqual(['serve'])
    expect(existsSync(new URL('src/cli/main.ts', ROOT))).toBe(true)
  })

  test('copies only what is there, and what .dockerignore lets through', () => {
    const allowed = readFileSync(new URL('.dockerignore', ROOT), 'utf8').match(/(?<=^!).+$/gm) ?? []
    const copied = stages.flatMap(({ steps }) =>
      steps
        .filter(({ word, rest }) => word === 'COPY' && !rest.startsWith('--from'))
        .flatMap(({ rest }) => rest.split(' ').slice(0, -1)),
    )
    expect(copied.filter((path) => !existsSync(new URL(path, ROOT)))).toEqual([])
    expect(allowed.toSorted()).toEqual([...new Set(copied)].toSorted())
  })
})

interface Stage {
  readonly from: string
  readonly name: string
  readonly steps: readonly { readonly word: string; readonly rest: string }[]
}

function stagesOf(text: string): readonly Stage[] {
  const lines = text
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
  const steps = lines.map((line) => ({ word: line.split(' ')[0] ?? '', rest: line.replace(/^\S+\s+/, '') }))
  const starts = steps.flatMap(({ word }, index) => (word === 'FROM' ? [index] : []))
  return starts.map((start, index) => {
    const [from = '', , name = ''] = steps[start]?.rest.split(' ') ?? []
    return { from, name, steps: steps.slice(start + 1, starts[index + 1]) }
  })
}

/** Of the last stage. */
function valuesOf(word: string): readonly string[] {
  return last.filter((step) => step.word === word).map(({ rest }) => rest)
}
