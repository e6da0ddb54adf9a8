const REFERENCE = /\$(?:\$|\(([^)]+)\))/g

/**
 * `$(NAME)` is filled in where the name is known; `$$` is one dollar, so that `$$(NAME)` stays `$(NAME)`, as Kubernetes reads both in
 * `command`, `args`, `env` and the commands of probes (k8s.io/kubernetes/third_party/forked/golang/expansion).
 */
export function filledIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(REFERENCE, (whole, name?: string) => {
    if (name === undefined) return '$'
    return (Object.hasOwn(values, name) ? values[name] : undefined) ?? whole
  })
}

/** The names that `$(NAME)` refers to. */
export function namesIn(text: string): readonly string[] {
  return [...text.matchAll(REFERENCE)].flatMap(([, name]) => name ?? [])
}
