import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { messageOf } from '../../../src/core/thrown.ts'
import { type Played, play } from './play.ts'
import { STORIES } from './stories.ts'
import type { Probes, Story } from './story.ts'

/**
 * Plays every story and writes what came of it: `npm run build && npx tsx test/e2e/resilience/table.ts`. With a part of a title: only
 * those, to the terminal.
 */
const [part] = process.argv.slice(2)
const stories = STORIES.filter(({ title }) => part === undefined || title.includes(part))
const [tellings, rows]: [string[], string[]] = [[], []]
let failed = 0
await Promise.all(
  stories.map(async (story, nth) => {
    try {
      const played = await play(story)
      tellings[nth] = telling(story, played)
      rows[nth] = rowOf(story, played)
      say(`told: ${story.title}`)
    } catch (error) {
      failed += 1
      say(`not so: ${story.title}: ${messageOf(error)}`)
    }
  }),
)
const text = `# What each fault leads to

\`npm run build && npx tsx test/e2e/resilience/table.ts\`, ${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${cpus().length} cores, ${stories.length} stories. \`npx vitest run test/e2e/resilience\` proves the same.

Each is played against a real process with short rhythms (looks four times a second; of the heap’s leaks, every 5 s), so that seconds say what is possible, not what the
defaults give. A first run meets the fault and ends; the next one tells of it, meets it once more, and recovers. Probes: status codes, or none within a second.

| what goes wrong | says | after s | /healthz | /livez | /readyz | the guard | exit | recovered after s |
|---|---|---:|---:|---:|---:|---:|---:|---:|
${rows.join('\n')}

${tellings.join('\n')}`
if (part === undefined && failed === 0) writeFileSync(fileURLToPath(new URL('../RESILIENCE.md', import.meta.url)), text)
else process.stdout.write(text)
process.exitCode = failed === 0 ? 0 : 1

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

function rowOf({ title, says: { by, status = 'fail' }, probes }: Story, played: Played): string {
  const who =
    'check' in by ? `${by.check} ${status}s` : 'words' in by ? 'termination message' : (Object.keys(by)[0] ?? '')
  const replies = [probes?.heartbeat, probes?.live, probes?.ready, probes?.guard].map((reply) => reply ?? '–')
  const exit = played.exit === 'SIGKILL' ? 137 : played.exit
  return `| ${[title, who, played.saidAfter, ...replies, exit, played.recoveredAfter ?? 'restart'].join(' | ')} |`
}

function telling(story: Story, played: Played): string {
  const { title, fault, settings, probes, ends, recovers, says } = story
  const recovered = recovers
    ? `${recovers.by}; every probe passes ${played.recoveredAfter} s later (at most ${recovers.withinSeconds} s)`
    : 'by the restart'
  const rows = [
    ['fault', `\`PUT /faults/${fault}\` \`${JSON.stringify(settings)}\``],
    ['says', plain(played.said)],
    ['after', `${played.saidAfter} s (at most ${says.withinSeconds} s)`],
    ['probes', probes ? probesInWords(probes) : 'nobody is left to ask'],
    ['ends', `${endInWords(ends.by)}: ${played.exit === 'SIGKILL' ? '137 (SIGKILL)' : `exit ${played.exit}`}`],
    ['termination message', played.lastWords === '' ? 'none' : plain(played.lastWords)],
    ['the next run', plain(played.next)],
    ['recovers', recovered],
  ]
  return `## ${title[0]?.toUpperCase()}${title.slice(1)}\n\n| | |\n|---|---|\n${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`
}

function probesInWords({ heartbeat, live, ready, guard }: Probes): string {
  const all = {
    '/healthz': heartbeat,
    '/livez': live,
    '/readyz': ready,
    ...(guard !== undefined && { 'the guard’s /livez': guard }),
  }
  return Object.entries(all)
    .map(([path, reply]) => `${path} ${reply}`)
    .join(', ')
}

function endInWords(by: Story['ends']['by']): string {
  if (by === 'itself') return 'by itself'
  return by === 'SIGTERM' ? 'SIGTERM while it lasts' : 'SIGTERM, of which nothing comes, then SIGKILL'
}

/** Without what differs from one machine to the next, and what would end a cell. */
function plain(text: string): string {
  return text
    .replace(/\(?\/\S*\/(dist\/\S+?)(\)|$|\s)/g, '($1$2')
    .replace(/\/\S*failweb-story-\w+/g, '…')
    .replaceAll('|', '\\|')
}
