import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** How a process ended, and what it wrote. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly out: string
  readonly err: string
}

/** Runs a file of this folder as a process of its own, under a shell's limits where some are given. */
export function runChild(file: string, args: readonly string[] = [], limits = ':'): Promise<Ended> {
  const path = fileURLToPath(new URL(file, import.meta.url))
  const command = `${limits}; exec "$0" "$@"`
  const child = spawn('sh', ['-c', command, process.execPath, '--import', 'tsx', path, ...args])
  const [out, err] = [collect(child.stdout), collect(child.stderr)]
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, out: out(), err: err() }))
  })
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = ''
  stream.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
  })
  return () => text
}
