import { readFileSync } from 'node:fs'
import { parseDocument, type YAMLError } from 'yaml'
import { isObject } from '../core/check-shape.ts'
import { shown } from '../core/setup-error.ts'
import { messageOf } from '../core/thrown.ts'

type Read = { readonly value: Record<string, unknown> } | { readonly mistakes: readonly string[] }

/** The keys and values of one YAML or JSON file, or every mistake that keeps them from being read. An empty file has none. */
export function readYaml(path: string): Read {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    return { mistakes: [`${path}: cannot be read: ${(error as NodeJS.ErrnoException).code}`] }
  }
  const read = valueIn(text)
  if ('mistakes' in read) return { mistakes: read.mistakes.map((mistake) => `${path}: ${mistake}`) }
  return isObject(read.value)
    ? { value: read.value }
    : { mistakes: [`${path}: expected keys and values; got ${shown(read.value)}`] }
}

/** Aliases are followed only when values are made: one that leads nowhere, or to far too many copies, throws there. */
function valueIn(text: string): { value: unknown } | { mistakes: readonly string[] } {
  try {
    const document = parseDocument(text, { logLevel: 'error' })
    if (document.errors.length > 0) return { mistakes: document.errors.map(inWords) }
    return { value: document.toJS() ?? {} }
  } catch (error) {
    return {
      mistakes: [`cannot be read as YAML: ${firstLine(messageOf(error))}`],
    }
  }
}

function inWords({ code, message, linePos }: YAMLError): string {
  if (code === 'MULTIPLE_DOCS') return `expected one document; another begins at line ${linePos?.[0].line}`
  return firstLine(message)
}

function firstLine(message: string): string {
  return message.split('\n')[0]?.replace(/:$/, '') ?? message
}
