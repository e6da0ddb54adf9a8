/** What a query names: metrics, and labels, those of a selector with their metric. */
export interface Named {
  readonly metrics: readonly string[]
  readonly selected: readonly (readonly [metric: string, label: string])[]
  /** In `by`, `on` and their kind: whichever metric they are of. */
  readonly listed: readonly string[]
}

const NAME = /(?<![\w:$])(?:failweb(?:_|:)[\w:]*|http_request_\w+|process_\w+|up)(?![\w(])/g
const SELECTOR = /([a-zA-Z_][\w:]*)\{([^}]*)\}/g
const LIST = /\b(?:by|without|on|ignoring|group_left|group_right) \(([^)]*)\)/g

/** Enough of PromQL for the queries of this house; whether they are PromQL is promtool's to say. */
export function namesIn(query: string): Named {
  const plain = query.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')
  const selectors = [...plain.matchAll(SELECTOR)]
  const outside = plain.replaceAll(LIST, '').replaceAll(/\{[^}]*\}/g, '')
  return {
    metrics: outside.match(NAME) ?? [],
    selected: selectors.flatMap(([, metric = '', inside = '']) =>
      [...inside.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => [metric, label] as const),
    ),
    listed: [...plain.matchAll(LIST)].flatMap(([, inside = '']) => inside.match(/\w+/g) ?? []),
  }
}
