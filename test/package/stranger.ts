import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const exec = promisify(execFile)
export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** A project of somebody else's, in a folder from which nothing of ours can be seen but what was packed. */
export interface Project {
  readonly folder: string
  write(file: string, text: string): void
  /** Runs a command in the folder. @throws with all that it printed, when it fails */
  run(command: string, ...args: string[]): Promise<string>
  /** Starts a program that prints the port on which it listens, and nothing else. */
  serve(file: string): Promise<string>
  remove(): void
}

/** The package as it would be published, made from what is built, and installed into a new project beside others. */
export async function newProject(others: Readonly<Record<string, string>>): Promise<Project> {
  const folder = mkdtempSync(join(tmpdir(), 'failweb-stranger-'))
  const above = parents(folder).filter((parent) => existsSync(join(parent, 'node_modules')))
  if (above.length > 0) throw new Error(`a project in ${folder} would see the node_modules of ${above}`)
  const children: ChildProcess[] = []
  const project = projectIn(folder, children)
  // Without scripts: a build would take away, for a moment, what other tests run from.
  await exec('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: ROOT })
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const dependencies = { ...others, failweb: `file:failweb-${version}.tgz` }
  project.write('package.json', JSON.stringify({ private: true, type: 'module', dependencies }))
  await project.run('npm', 'install', '--prefer-offline', '--no-audit', '--no-fund')
  return project
}

function projectIn(folder: string, children: ChildProcess[]): Project {
  return {
    folder,
    write: (file, text) => writeFileSync(join(folder, file), text),
    async run(command, ...args) {
      const cause = (error: { stdout?: string; stderr?: string }) => new Error(`${error.stdout}${error.stderr}`)
      return exec(command, args, { cwd: folder, env: strangersEnv() }).then(
        ({ stdout }) => stdout,
        (error) => Promise.reject(cause(error)),
      )
    },
    async serve(file) {
      const child = spawn(process.execPath, [file], { cwd: folder, env: strangersEnv() })
      children.push(child)
      return `http://127.0.0.1:${await firstLine(child)}`
    },
    remove() {
      for (const child of children) child.kill('SIGKILL')
      rmSync(folder, { recursive: true })
    },
  }
}

/** What says to a program that it is under test, or that a test runner started it, is nothing that a stranger has. */
function strangersEnv(): NodeJS.ProcessEnv {
  const { NODE_ENV, VITEST, NODE_PATH, NODE_OPTIONS, ...env } = process.env
  return env
}

function parents(folder: string): readonly string[] {
  const parent = dirname(folder)
  return parent === folder ? [] : [parent, ...parents(parent)]
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let out = ''
    let errors = ''
    child.stderr?.on('data', (chunk) => {
      errors += chunk
    })
    child.stdout?.on('data', (chunk) => {
      out += chunk
      if (out.includes('\n')) resolve(out.trim())
    })
    child.on('close', (code) => reject(new Error(`ended with ${code} before it listened: ${errors}`)))
  })
}
