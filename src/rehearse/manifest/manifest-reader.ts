import { shown } from '../../core/setup-error.ts'
import type { Field } from './manifest-file.ts'
import type { Place } from './pod-spec.ts'

/** Collects the mistakes of a manifest while it is read: reading goes on after one, so that all are found at once. */
export class ManifestReader {
  readonly mistakes: string[] = []

  /** `deploy.yml:31: spec.containers[0].livenessProbe.successThreshold: must be 1`. */
  mistake({ file, path, line }: Place, what: string): void {
    this.mistakes.push(`${file}${line === undefined ? '' : `:${line}`}: ${path === '' ? '' : `${path}: `}${what}`)
  }

  /** A whole number in a range; Kubernetes treats 0 and null as not said. */
  count(field: Field, fallback: number, [least, most]: readonly [number, number] = [1, 2 ** 31 - 1]): number {
    const { value, place } = field
    if (value === undefined || value === null || (value === 0 && least > 0)) return fallback
    if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return value as number
    const expected = most === 2 ** 31 - 1 ? `a whole number from ${least}` : `a whole number from ${least} to ${most}`
    this.mistake(place, `must be ${expected}; got ${shown(value)}`)
    return fallback
  }

  /** Text that has to be there. */
  text(field: Field): string {
    const { value, place } = field
    if (typeof value === 'string' && value !== '') return value
    const isPlain = typeof value === 'number' || typeof value === 'boolean'
    const what = `must be text${isPlain ? '; put it in quotes' : ''}; got ${shown(value)}`
    this.mistake(place, value === undefined ? 'is required' : what)
    return ''
  }

  /** Text, or what holds where nothing is said. */
  textOr(field: Field, fallback: string): string {
    return field.value === undefined || field.value === null || field.value === '' ? fallback : this.text(field)
  }

  /** One of some words. */
  word<Word extends string>(field: Field, words: readonly Word[], fallback: Word): Word {
    if (field.value === undefined || field.value === null) return fallback
    const word = words.find((known) => known === field.value)
    if (!word) this.mistake(field.place, `supported values: ${words.join(', ')}; got ${shown(field.value)}`)
    return word ?? fallback
  }

  texts(field: Field): readonly string[] {
    return this.items(field).map((item) => this.text(item))
  }

  /** The items of a list; none where there is none. */
  items(field: Field): readonly Field[] {
    if (field.value === undefined || field.value === null) return []
    if (Array.isArray(field.value)) return field.keys().map((index) => field.at(index))
    this.mistake(field.place, `must be a list; got ${shown(field.value)}`)
    return []
  }

  /** Says of each key that is not among the known ones that it is unknown: kubectl refuses it, and where it may not, drops it. */
  known(field: Field, keys: readonly string[]): void {
    for (const key of field.keys()) {
      if (!keys.includes(String(key))) this.mistake(field.at(key).place, `unknown field; known: ${keys.join(', ')}`)
    }
  }
}

/** Whether something is said here at all. */
export function isSaid(field: Field): boolean {
  return field.value !== undefined && field.value !== null
}
