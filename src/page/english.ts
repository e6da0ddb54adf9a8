/** Of a run that was told to stop. */
export function stoppedBy(instance: string): string {
  return `Who stopped it is not known here: read ${events(instance)}. “Liveness probe failed” or “Startup probe failed” there: it did not answer in time. Neither: something or somebody else did.`
}

/** Where Kubernetes says who did what. */
export function events(instance: string, isFirst = false): string {
  return `${isFirst ? 'The' : 'the'} Events of kubectl describe pod ${instance}`
}

/** `1st`, `12th`. */
export function ordinal(count: number): string {
  const [tens, ones] = [count % 100, count % 10]
  const ending = tens > 10 && tens < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][ones] ?? 'th')
  return `${count}${ending}`
}

/** A length of time, in whole minutes from one minute on. */
export function lasting(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 1) return 'less than 1 min'
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`
  const days = Math.floor(hours / 24)
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`
}
