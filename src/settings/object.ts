import * as v from 'valibot'

/**
 * An object of these settings and no others: whatever else was given is named, all of it at once. An own key `constructor` or
 * `__proto__` is as unknown as any other, so nothing is inherited here.
 */
export function object<const Entries extends v.ObjectEntries>(entries: Entries) {
  const own: Entries = Object.assign(Object.create(null), entries)
  return v.strictObject(own, (issue) => (issue.expected === 'never' ? unknownIn(issue, own) : issue.message))
}

function unknownIn({ path }: v.StrictObjectIssue, entries: v.ObjectEntries): string {
  const given = Object.keys((path?.at(-1)?.input ?? {}) as object)
  const [, ...others] = given.filter((key) => !(key in entries))
  const also = others.length > 0 ? `, as is ${others.join(', ')}` : ''
  return `unknown${also}; known are ${Object.keys(entries).join(', ')}`
}
