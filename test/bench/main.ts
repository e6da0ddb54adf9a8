import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { recordSection } from './detection/report.ts'
import type { Section } from './section.ts'
import { cost } from './sections/cost.ts'
import { greeting } from './sections/greeting.ts'
import { overload } from './sections/overload.ts'
import { probes } from './sections/probes.ts'
import { rest } from './sections/rest.ts'
import { scale } from './sections/scale.ts'
import { trouble } from './sections/trouble.ts'

const SECTIONS: readonly Section[] = [probes, greeting, rest, scale, overload, trouble, cost]
const RESULTS = fileURLToPath(new URL('RESULTS.md', import.meta.url))
const USAGE = `npm run bench [-- NAME… --quick]

Compares failweb with bare node:http, bare Koa and the libraries that people use, and records it in test/bench/RESULTS.md.
NAME is one or more of ${SECTIONS.map(({ name }) => name).join(', ')}; all of them by default.
--quick is for whoever works on the code: short rounds, nothing is recorded.
`

const args = process.argv.slice(2)
const quick = args.includes('--quick')
const names = args.filter((arg) => !arg.startsWith('--'))
const unknown = args.filter((arg) => arg !== '--quick' && !SECTIONS.some(({ name }) => name === arg))
const missing = ['../../dist', 'peers/node_modules'].filter((path) => !existsSync(new URL(path, import.meta.url)))

if (unknown.length > 0) {
  process.stderr.write(`there is no ${unknown.join(', ')}\n${USAGE}`)
  process.exit(2)
}
if (missing.length > 0) {
  process.stderr.write('first: npm run build && npm ci --prefix test/bench/peers\n')
  process.exit(2)
}

const begun = performance.now()
for (const section of SECTIONS) {
  if (names.length > 0 && !names.includes(section.name)) continue
  const started = performance.now()
  const body = await section.run({ quick })
  const seconds = Math.round((performance.now() - started) / 1_000)
  console.log(`\n## ${section.heading}\n\n${body}\n\n(${seconds} s)`)
  if (!quick) {
    recordSection({ heading: section.heading, command: `npm run bench -- ${section.name}`, body }, RESULTS)
  }
}
console.log(`\n${Math.round((performance.now() - begun) / 1_000)} s in all`)
