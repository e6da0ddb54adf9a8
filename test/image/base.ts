import { cpSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run } from './run.ts'

/**
 * A base for the image under the name that the Dockerfile asks for, made from what the machine and the npm registry have: no
 * container registry is needed. The release of Node is the real one; around it stand busybox (as in Alpine), the libraries
 * that this Node is linked with, and npm. What this cannot show is Alpine's own musl.
 */
export async function makeBase(
  folder: string,
  dockerfile: string,
): Promise<{ readonly name: string; readonly root: string }> {
  const [, name = '', release = ''] = /^FROM (node:(\d+\.\d+)-alpine) /m.exec(readFileSync(dockerfile, 'utf8')) ?? []
  const root = join(folder, 'base')
  for (const path of [
    'bin',
    'etc',
    'tmp',
    'root',
    'proc',
    'dev',
    'usr/bin',
    'usr/local/bin',
    'usr/local/lib/node_modules',
  ])
    mkdirSync(join(root, path), { recursive: true })
  await placeNode(folder, root, release)
  await placeNpm(root)
  cpSync(realpathSync((await run('which', ['busybox'])).trim()), join(root, 'bin/busybox'))
  await run('chroot', [root, '/bin/busybox', '--install', '-s', '/bin'])
  symlinkSync('/bin/env', join(root, 'usr/bin/env'))
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n')
  writeFileSync(
    join(folder, 'Base'),
    'FROM scratch\nCOPY base /\nENV PATH=/usr/local/bin:/usr/bin:/bin\nCMD ["node"]\n',
  )
  return { name, root }
}

/** The npm registry carries the binary of each release of Node as a package; npm checks its hash. */
async function placeNode(folder: string, root: string, release: string): Promise<void> {
  const name = `node-linux-${process.arch}`
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  const flags = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--no-save']
  await run('npm', ['install', ...flags, `${name}@${release}`], { cwd: folder })
  const node = join(folder, 'node_modules', name, 'bin/node')
  cpSync(node, join(root, 'usr/local/bin/node'))
  const libraries = (await run('ldd', [node])).match(/(?<=\s)\/\S+/g) ?? []
  for (const library of libraries) {
    mkdirSync(join(root, dirname(library)), { recursive: true })
    cpSync(realpathSync(library), join(root, library))
  }
}

async function placeNpm(root: string): Promise<void> {
  const modules = join(root, 'usr/local/lib/node_modules')
  // Where the command is, whichever Node runs it: bin/npm-cli.js in its package.
  const npm = dirname(dirname(realpathSync((await run('sh', ['-c', 'command -v npm'])).trim())))
  cpSync(npm, join(modules, 'npm'), { recursive: true })
  for (const command of ['npm', 'npx'])
    symlinkSync(`../lib/node_modules/npm/bin/${command}-cli.js`, join(root, 'usr/local/bin', command))
}
