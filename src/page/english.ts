import type { Outlook } from './view.ts'
import type { Ill, Words } from './words.ts'

/** Of a service that nobody can connect to. Each line is one of its own. */
export function lost(instance: string): string {
  return `No connection; this page tries again by itself. What it is, kubectl get pod ${instance} tells:
Error, CrashLoopBackOff, or a restart just now: it has ended. Kubernetes starts it anew by itself, and this page then shows the new run. kubectl describe pod ${instance} (Last State) says when and of what, kubectl logs --previous ${instance} has its last lines.
Not found, or a young AGE: another pod has its place. Open that one’s page.
Running as before: your connection is cut. Make it anew (kubectl port-forward).
Whether anything was tried against it, and whether it may come again, the next run’s page tells.
What you see is from`
}

/** Of a service that is silent: what tells a hang from a cut way, what ends a hang, and what tells its cause. */
export function silent({ instance, livez, isAsked, isGuarded }: Outlook): string {
  return `No word from the service: it hangs, it has ended, or your way to it is cut.
1. Ask from within:
kubectl exec ${instance} -- node -e "fetch('${livez}',{signal:AbortSignal.timeout(5e3)}).then(r=>console.log(r.status))"
TimeoutError: it hangs. Go on with 2.
A number: your way is cut, or the hang is over. Make it anew (kubectl port-forward).
ECONNREFUSED, no such container, no such pod: it has ended. Kubernetes starts it anew by itself, or another pod has its place; kubectl describe pod ${instance} (Last State) and kubectl logs --previous ${instance} say of what.
2. ${hangEnds({ instance, isAsked })}${isGuarded ? ` Where it hung, kubectl describe pod ${instance} (Last State, Message) tells then, and this page where a journal is kept.` : ''}
3. By hand: kubectl delete pod ${instance}. That takes along its log, a journal in an emptyDir, and Last State: first save what kubectl logs ${instance} tells.
${isGuarded ? `If it hangs, the guard, which is enabled, has logged where in the code, as far as that can be known: kubectl logs ${instance} (main-thread).` : 'No guard is enabled (guard.enabled), so that nothing will tell where in the code it hangs.'}
Nothing is tried against a hang by the service itself, and it comes again when the same code runs again.
It may have been silent since its last word, and what you see is from then:`
}

function hangEnds({ instance, isAsked }: Pick<Outlook, 'instance' | 'isAsked'>): string {
  const ends =
    'after 3 probes without an answer the container is killed and started anew, within about a minute where nothing else is set. Wait for that first.'
  if (isAsked) return `A kubelet has asked its /livez, so that a hang ends by itself: ${ends}`
  return `No kubelet had asked its /livez here when this page was opened. If kubectl get pod ${instance} -o yaml has a livenessProbe, at whichever port, a hang ends by itself: ${ends} If it has none, it is ended by hand alone.`
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

/** Where a probe fails that no kubelet has asked here. */
export const UNASKED: Words['unasked'] = {
  live: 'No kubelet has asked here so far: unless one asks elsewhere, nothing restarts it.',
  ready: 'No kubelet has asked here so far: unless one asks elsewhere, requests still come.',
}

/** Of failed draws: when they are fatal, what to do, and whether they come again. */
export const DRAWS: Words['draws'] = {
  fatal:
    'Where a liveness probe asks /healthz: after three in a row (failureThreshold) the container is restarted. Else of itself it ends nothing.',
  doNow: {
    counter: 'Nothing: a restart sets its counter back. To end that for good: decay.step 0.',
    fault: 'End the fault: “Faults on purpose” below.',
  },
  again: {
    counter: 'Yes, more and more often: “The heartbeat’s counter” below has the odds.',
    fault: 'Until that fault has ended.',
  },
  after: {
    counter: 'Yes: its heartbeats fail more and more often.',
    fault: 'Not by itself: a fault ends with its run.',
  },
}

/** What to do about what is ill, whatever it is: by its cure. */
export function cureOf({ cure, status, instance, soon, after }: Ill): string {
  const fails = status === 'fail'
  const byHand = `kubectl delete pod ${instance}`
  if (status === 'unknown') {
    return 'It cannot look, so nothing is known. Clear away what keeps it from looking; the sentence above says what. Where the main thread is busy or stands still (event-loop), that alone may keep it: begin there.'
  }
  if (cure === 'restart') {
    const gains = `A restart gains about as long as this run took to come to this (${after}); the cause stays.`
    if (fails)
      return `Kubernetes restarts the container by itself if a liveness probe asks /livez; by hand: ${byHand}. ${gains}`
    return soon
      ? `There is little time. A restart comes by itself when it fails; to choose the moment: ${byHand}. ${gains}`
      : `Nothing at once. If it comes to fail, it is restarted; better plan that for a quiet hour (${byHand}). ${gains}`
  }
  if (cure === 'wait') {
    return fails
      ? 'A kubelet that asks /readyz keeps requests away while that fails, and lets them come again when it passes; it comes again when its cause does.'
      : 'This check’s warning alone keeps no requests away from here. Look into it soon: what is over is forgotten within minutes.'
  }
  return fails
    ? `Somebody has to act: neither /livez nor /readyz asks for it, so that no probe restarts or spares this pod for it (unless a liveness probe asks /healthz), and a restart rarely cures it for long (this run took ${after} to come to it).`
    : 'Look into it before it fails: neither /livez nor /readyz will ask for it, so that no probe will restart or spare this pod for it (unless a liveness probe asks /healthz).'
}
