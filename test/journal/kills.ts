import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { read } from '../../src/journal/line.ts'
import { type PastRun, previousRun } from '../../src/journal/past-run.ts'

/** What one kill left. */
export interface Kill {
  /** What the child told of the run before it. */
  readonly told: PastRun | null
  /** What can be read of it. */
  readonly left: PastRun | undefined
  /** The newest line that it knew to be written, and the newest that can be read. */
  readonly known: number
  readonly found: number
  /** Whether the file ends in the middle of a line. */
  readonly tornFile: boolean
  /** Of both files. */
  readonly bytes: number
}

const WRITER = fileURLToPath(new URL('children/writer.mjs', import.meta.url))

/** Starts a process that writes a journal in the folder, and kills it somewhere in the next 150 ms. */
export async function killOne(folder: string): Promise<Kill> {
  const child = spawn(process.execPath, ['--import', 'tsx', WRITER, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  let out = ''
  let killing = false
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    out += chunk
    if (!killing) setTimeout(() => child.kill('SIGKILL'), Math.random() * 150)
    killing = true
  })
  await new Promise((resolve) => child.on('close', resolve))
  return after(folder, out)
}

function after(folder: string, out: string): Kill {
  // The last line of what it printed may be torn as well.
  const [first = '', ...known] = out.split('\n').slice(0, -1)
  const texts = ['journal.old.jsonl', 'journal.jsonl'].map((name) => textOf(join(folder, name)))
  const { lines } = read(texts.join(''))
  const last = lines.at(-1)?.run
  const counts = lines.flatMap(({ run, count }) => (run === last && typeof count === 'number' ? [count] : []))
  return {
    told: JSON.parse(first).previous,
    left: previousRun(folder),
    known: Number(known.at(-1) ?? 0),
    found: Math.max(0, ...counts),
    tornFile: !`\n${texts.join('')}`.endsWith('\n'),
    bytes: Buffer.byteLength(texts.join('')),
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** What is wrong with it; empty where the next run lost at most what had not been written yet, and says so. */
export function faultsIn(
  { told, left, known, found, tornFile, bytes }: Kill,
  before: Kill | undefined,
): readonly string[] {
  return [
    ...(found < known ? [`${known} lines were written, ${found} are there`] : []),
    ...(left?.end === 'killed' ? [] : [`the end is ${left?.end}`]),
    ...(left?.lost === 0 ? [] : [`${left?.lost} lines are missing`]),
    ...(left?.torn === tornFile ? [] : [`torn: ${tornFile}, and it says ${left?.torn}`]),
    ...(bytes > 65_536 ? [`${bytes} bytes`] : []),
    ...(before && JSON.stringify(told) !== JSON.stringify(before.left) ? ['the next run was told something else'] : []),
  ]
}
