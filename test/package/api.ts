import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isIdentifier, type Node, SyntaxKind } from 'typescript/unstable/ast'
import { API, type Project, type Symbol as Sym, SymbolFlags } from 'typescript/unstable/sync'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PROJECT = fileURLToPath(new URL('declarations.tsconfig.json', import.meta.url))

/** One exported name, as the compiler declares it in `dist/`. */
export interface PublicName {
  readonly name: string
  /** Whether it is there at run time: a function, a class, a value. */
  readonly isValue: boolean
  /** The declaration, with the comments on its members. */
  readonly text: string
  /** What its doc comment says; empty where it has none. */
  readonly comment: string
  /** Names of ours that the declaration speaks of. */
  readonly speaksOf: readonly string[]
}

/** One way into the package: what `exports` of package.json names. */
export interface Entry {
  readonly specifier: string
  readonly names: readonly PublicName[]
}

/** Everything that the package exports with types, read from what was built. @throws when there is no build */
export function readApi(): readonly Entry[] {
  const { name, exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const api = new API({ cwd: ROOT })
  try {
    const project = api.updateSnapshot({ openProjects: [PROJECT] }).getProject(PROJECT)
    if (!project) throw new Error(`the compiler does not know ${PROJECT}`)
    return Object.entries<{ types?: string }>(exports).flatMap(([path, { types }]) =>
      types === undefined ? [] : [{ specifier: join(name, path), names: namesIn(join(ROOT, types), project) }],
    )
  } finally {
    api.close()
  }
}

function namesIn(file: string, project: Project): readonly PublicName[] {
  const source = existsSync(file) ? project.program.getSourceFile(file) : undefined
  const module = source && project.checker.getSymbolAtLocation(source)
  if (!module) throw new Error(`${file} is not there, or not in ${PROJECT}: npm run build makes it`)
  const symbols = project.checker.getExportsOfModule(module)
  return symbols.map((symbol) => publicName(symbol, project)).sort((a, b) => (a.name < b.name ? -1 : 1))
}

function publicName(symbol: Sym, project: Project): PublicName {
  const target = withoutAlias(symbol, project)
  const nodes = target.declarations.flatMap((handle) => statementOf(handle.resolve(project)) ?? [])
  return {
    name: symbol.name,
    isValue: (target.flags & SymbolFlags.Value) !== 0,
    text: nodes.map((node) => node.getText()).join('\n'),
    comment: nodes
      .flatMap((node) => node.jsDoc ?? [])
      .map((comment) => prose(comment.getText()))
      .join('\n'),
    speaksOf: nodes.flatMap((node) => namesUnder(node, project)).filter((name) => name !== symbol.name),
  }
}

function withoutAlias(symbol: Sym, { checker }: Project): Sym {
  return symbol.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
}

/** The declaration as it stands in its file: of a variable the whole statement, which has the comment. Undefined for what is inside of another one. */
function statementOf(node: Node | undefined): Node | undefined {
  const statement = node?.kind === SyntaxKind.VariableDeclaration ? node.parent.parent : node
  return statement?.parent?.kind === SyntaxKind.SourceFile ? statement : undefined
}

function namesUnder(node: Node, project: Project): readonly string[] {
  const found: string[] = []
  const visit = (child: Node): void => {
    if (isIdentifier(child)) found.push(...ownName(child, project))
    child.forEachChild(visit)
  }
  node.forEachChild(visit)
  return [...new Set(found)].sort()
}

/** The name of a declaration of ours, neither a member's nor a package's nor the language's. */
function ownName(node: Node, project: Project): readonly string[] {
  const symbol = project.checker.getSymbolAtLocation(node)
  const target = symbol && withoutAlias(symbol, project)
  const [handle] = target?.declarations ?? []
  const isOurs = handle?.path.includes('/dist/') && !handle.path.includes('/node_modules/')
  return target && isOurs && statementOf(handle?.resolve(project)) ? [target.name] : []
}

/** A doc comment without its stars. */
function prose(comment: string): string {
  return comment
    .replace(/^\/\*\*\s*|\s*\*\/$/g, '')
    .replace(/^\s*\* ?/gm, '')
    .trim()
}
