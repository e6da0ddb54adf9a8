/** Of a run that was told to stop. */
export function stoppedBy(instance: string): string {
  return `Who stopped it is not known here: read ${events(instance)}. “Liveness probe failed” or “Startup probe failed” there: it did not answer in time. Neither: something or somebody else did.`
}

/** Of a service that may hang: what ends that, and what tells its cause. */
export function hang(isAsked: boolean, isGuarded: boolean, instance: string): string {
  const ends =
    'after 3 probes without an answer the container is killed and started anew, within about a minute where nothing else is set. Wait for that first.'
  const end = isAsked
    ? `A kubelet has asked its /livez, so that a hang ends by itself: ${ends}`
    : isGuarded
      ? `If a liveness probe asks the guard’s port, a hang ends by itself: ${ends}`
      : 'No kubelet had asked its /livez when this page was opened: unless one asks elsewhere, a hang is ended by hand alone.'
  const place = isGuarded
    ? `The guard leaves word of where in the code it hangs: after the restart kubectl describe pod ${instance} tells it (Last State), and this page where a journal is kept.`
    : 'No guard is enabled (guard.enabled), so that nothing will tell where in the code it hangs.'
  return `${end} ${place} By hand, once kubectl logs ${instance} is saved: kubectl delete pod ${instance}, which takes a journal in an emptyDir along.`
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
