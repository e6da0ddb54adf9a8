import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'

/** Where the benchmarks of this folder leave what they found. */
export const RESULTS = fileURLToPath(new URL('RESULTS.md', import.meta.url))

const TITLE =
  '# How well the checks detect\n\nWritten by the programs in this folder; a section is replaced when its command is run again.\n'

/** A table in Markdown, aligned so that it also reads well as plain text. The first column is text, the others are numbers. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, column) => Math.max(3, cell.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, i) => (i === 0 ? (cells[i] ?? '').padEnd(width) : (cells[i] ?? '').padStart(width))).join(' | ')} |`
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`
  return [line(head), rule, ...rows.map(line)].join('\n')
}

/**
 * Puts a section into a Markdown file, in place of the one of the same heading if there is one, else at the end.
 * Date, machine and the command that gives it are written under the heading.
 * @param section.heading without `##`; unique in the file
 */
export function recordSection(section: Section, path = RESULTS): void {
  const before = existsSync(path) ? readFileSync(path, 'utf8') : TITLE
  const [front = TITLE, ...sections] = before.split(/^(?=## )/m)
  const text = sectionText(section)
  const at = sections.findIndex((known) => known.startsWith(`## ${section.heading}\n`))
  if (at < 0) sections.push(text)
  else sections[at] = text
  writeFileSync(path, [front, ...sections].map((part) => `${part.trimEnd()}\n`).join('\n'))
}

export interface Section {
  readonly heading: string
  /** What to type to get it again. */
  readonly command: string
  /** Markdown; its own headings begin at `###`. */
  readonly body: string
}

function sectionText({ heading, command, body }: Section): string {
  const date = new Date().toISOString().slice(0, 16).replace('T', ' ')
  const machine = `Node ${process.versions.node}, ${process.platform} ${process.arch}, ${cpus().length} cores`
  return `## ${heading}\n\n\`${command}\`, ${date} UTC, ${machine}\n\n${body.trim()}\n`
}

/** Says on stderr how far a long run has come: one line that is rewritten on a terminal, every tenth part of the way elsewhere. */
export function progress(label: string, total: number) {
  const startedAt = performance.now()
  let done = 0
  return {
    step(note = ''): void {
      done++
      const seconds = (performance.now() - startedAt) / 1_000
      const left = Math.round((seconds / done) * (total - done))
      const text = `${label} ${done}/${total}, ${Math.round(seconds)} s, about ${left} s left ${note}`
      if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}${done === total ? '\n' : ''}`)
      else if (Math.floor((done * 10) / total) > Math.floor(((done - 1) * 10) / total))
        process.stderr.write(`${text}\n`)
    },
  }
}

/** The middle of some numbers; NaN of none. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}
