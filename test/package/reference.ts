import type { Entry, PublicName } from './api.ts'

/** How both files are made anew. */
export const COMMAND = 'npm run build && npx tsx test/package/write-reference.ts'

/** Every exported name with its type, entry by entry, without a comment: what a change of is a change of the interface. */
export function listing(entries: readonly Entry[]): string {
  const parts = entries.map(({ specifier, names }) => `// ${specifier}\n\n${names.map(declaration).join('\n\n')}\n`)
  return `${parts.join('\n')}`
}

function declaration({ text }: PublicName): string {
  const bare = text.replace(/[ \t]*\/\*[\s\S]*?\*\/[ \t]*\n?/g, '')
  return bare.replace(/^export /gm, '').replace(/^declare /gm, '')
}

const ABOUT: Readonly<Record<string, string>> = {
  failweb: 'A health service inside a program of your own, and what it takes to write a check.',
  'failweb/checks':
    'The checks of the house. Each is a function of its settings: `latency({ thresholdMs: 100, cure: "person" })`.',
  'failweb/testing': 'For the tests of a check of your own.',
}

/** The reference, from the doc comments: what is called first, then the types that it speaks of. */
export function reference(entries: readonly Entry[]): string {
  const head = `# API

Made from the doc comments of what the package exports, by \`${COMMAND}\`. All is ESM, typed, and importing starts nothing.
`
  const anchors = anchorsOf(entries)
  const contents = entries.map(
    ({ specifier, names }) =>
      `- \`${specifier}\`: ${ordered(names)
        .map((one) => linked(one, anchors))
        .join(', ')}`,
  )
  return `${[head, `${contents.join('\n')}\n`, ...entries.map(chapter)].join('\n')}`
}

function chapter({ specifier, names }: Entry): string {
  return `## \`${specifier}\`\n\n${ABOUT[specifier] ?? ''}\n\n${ordered(names).map(section).join('\n')}`
}

function ordered(names: readonly PublicName[]): readonly PublicName[] {
  return [...names.filter(({ isValue }) => isValue), ...names.filter(({ isValue }) => !isValue)]
}

function linked(one: PublicName, anchors: ReadonlyMap<PublicName, string>): string {
  return `[\`${one.name}\`](#${anchors.get(one)})`
}

/** As headings become anchors: in small letters, and numbered from the second of the same on. */
function anchorsOf(entries: readonly Entry[]): ReadonlyMap<PublicName, string> {
  const headings = entries.flatMap(({ names }) => ordered(names))
  const seen = new Map<string, number>()
  return new Map(
    headings.map((one) => {
      const anchor = one.name.toLowerCase()
      const before = seen.get(anchor) ?? 0
      seen.set(anchor, before + 1)
      return [one, before === 0 ? anchor : `${anchor}-${before}`]
    }),
  )
}

function section({ name, comment, text }: PublicName): string {
  const code = text.replace(/^export declare /gm, '').replace(/^export /gm, '')
  return `### ${name}\n\n${proseOf(comment)}\n\n\`\`\`ts\n${code}\n\`\`\`\n`
}

/** Tags become sentences, links code. */
function proseOf(comment: string): string {
  return comment
    .replace(/\{@link (\w+)\}/g, '`$1`')
    .replace(/\s*@throws (\{(\w+)\} )?/g, (_all, _type, error) => `\n\nThrows${error ? ` \`${error}\`` : ''}: `)
    .replace(/\s*@param (\w+) /g, '\n\n`$1`: ')
    .replace(/\s*@returns /g, '\n\nReturns: ')
    .trim()
}
