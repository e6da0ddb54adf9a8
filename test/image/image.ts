import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeBase } from './base.ts'
import { run } from './run.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** What the image says of itself, in Docker's words. */
export interface ImageConfig {
  readonly User: string
  readonly Env: readonly string[]
  readonly Entrypoint: readonly string[]
  readonly Cmd: readonly string[]
  readonly WorkingDir: string
  readonly ExposedPorts: Readonly<Record<string, unknown>>
  readonly Healthcheck: { readonly Test: readonly string[] }
}

export interface Image {
  readonly config: ImageConfig
  /** Its file system. */
  readonly root: string
  /** The file system that it was built upon. */
  readonly base: string
  remove(): Promise<void>
}

/** Builds the Dockerfile of this checkout with buildah, which needs no engine: each RUN is a chroot. */
export async function buildImage(): Promise<Image> {
  const folder = mkdtempSync(join(tmpdir(), 'failweb-image-'))
  const storage = ['--storage-driver', 'vfs', '--root', join(folder, 'store'), '--runroot', join(folder, 'run')]
  const buildah = (command: string, ...args: string[]) =>
    run('buildah', [...storage, command, ...args], { cwd: folder })
  try {
    const base = await makeBase(folder, join(ROOT, 'Dockerfile'))
    const build = ['--isolation', 'chroot', '--pull-never', '--format', 'docker']
    await buildah('bud', ...build, '--tag', `docker.io/library/${base.name}`, '--file', 'Base', folder)
    await buildah('bud', ...build, ...(await npmOfThisMachine(folder)), '--tag', 'failweb:v1', ROOT)
    const container = (await buildah('from', '--pull-never', 'failweb:v1')).trim()
    const root = (await buildah('mount', container)).trim()
    const { Docker } = JSON.parse(await buildah('inspect', '--type', 'image', 'failweb:v1'))
    return { config: Docker.config, root, base: base.root, remove: async () => rmSync(folder, { recursive: true }) }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

/**
 * Lends the build this machine's way to the npm registry, as far as there is one of its own: settings, certificates, cache. They are there
 * while a RUN runs and leave nothing in the image.
 */
async function npmOfThisMachine(folder: string): Promise<readonly string[]> {
  const setting = async (name: string) => (await run('npm', ['config', 'get', name])).trim()
  const [registry, cafile, cache, userconfig] = await Promise.all(
    ['registry', 'cafile', 'cache', 'userconfig'].map(setting),
  )
  const lines = [`registry=${registry}`, 'prefer-offline=true', 'audit=false', 'fund=false']
  const settings = join(folder, 'npmrc')
  const lent = [`${settings}:/usr/local/etc/npmrc:ro`, `${cache}:/root/.npm`]
  if (cafile && existsSync(cafile)) {
    lines.push('cafile=/usr/local/etc/certificates.crt')
    lent.push(`${cafile}:/usr/local/etc/certificates.crt:ro`)
  }
  if (userconfig?.startsWith(homedir()) && existsSync(userconfig)) lent.push(`${userconfig}:/root/.npmrc:ro`)
  writeFileSync(settings, `${lines.join('\n')}\n`)
  return lent.flatMap((volume) => ['--volume', volume])
}
