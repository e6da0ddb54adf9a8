/** Which question a probe asks of a container. */
export type ProbeKind = 'startup' | 'liveness' | 'readiness'

export const PROBE_KINDS: readonly ProbeKind[] = ['startup', 'liveness', 'readiness']

/** Where something stands in a manifest: `deploy.yml`, `spec.containers[0].livenessProbe`, line 31. */
export interface Place {
  readonly file: string
  readonly path: string
  /** From 1; undefined where the file cannot tell. */
  readonly line: number | undefined
}

/** What a probe or a hook does. Ports are the container's, not this machine's. */
export type Action =
  | {
      readonly how: 'httpGet'
      readonly scheme: 'HTTP' | 'HTTPS'
      readonly path: string
      readonly port: number
      readonly headers: Readonly<Record<string, string>>
    }
  | { readonly how: 'tcpSocket'; readonly port: number }
  | { readonly how: 'exec'; readonly command: readonly string[] }
  | { readonly how: 'sleep'; readonly seconds: number }

/** A probe with Kubernetes' defaults applied. Durations are whole seconds, as in the manifest. */
export interface ProbeSpec {
  readonly action: Exclude<Action, { how: 'sleep' }>
  readonly initialDelaySeconds: number
  readonly periodSeconds: number
  readonly timeoutSeconds: number
  readonly successThreshold: number
  readonly failureThreshold: number
  /** The probe's own `terminationGracePeriodSeconds`, which 1.20 does not know. */
  readonly graceSeconds?: number
  readonly place: Place
  /** Where each of its fields stands, or would. */
  readonly places: Readonly<Record<string, Place>>
}

/** An emptyDir in a container. It outlives the container, and goes with the pod. */
export interface EmptyDirMount {
  readonly volume: string
  readonly mountPath: string
  /** The part of the volume that is mounted; empty for all of it. */
  readonly subPath: string
}

/** A variable that the cluster would fill in, and a rehearsal cannot. */
export interface OutsideEnv {
  readonly name: string
  /** An `envFrom`: it brings any variables whose names begin with `name`, which may be empty. */
  readonly isPrefix: boolean
  /** `ConfigMap settings`, `Secret token`, `field status.podIP`. */
  readonly source: string
}

export interface ContainerSpec {
  readonly name: string
  readonly image: string
  readonly command: readonly string[]
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** What is not in `env`, since it comes from the cluster. */
  readonly outsideEnv?: readonly OutsideEnv[]
  readonly ports: readonly { readonly name?: string; readonly containerPort: number }[]
  readonly probes: Readonly<Partial<Record<ProbeKind, ProbeSpec>>>
  readonly preStop?: Action
  /** Where the pod's emptyDirs are mounted; the other volumes are not played. */
  readonly emptyDirs?: readonly EmptyDirMount[]
  /** `resources.limits.memory`, in bytes. */
  readonly memoryLimitBytes?: number
  readonly terminationMessagePolicy: 'File' | 'FallbackToLogsOnError'
  readonly place: Place
}

export type RestartPolicy = 'Always' | 'OnFailure' | 'Never'

/** One pod, as a kubelet would be given it. */
export interface PodSpec {
  /** `Deployment`, `Pod`, … */
  readonly kind: string
  /** The workload's name, of which the pod's is made. */
  readonly workload: string
  readonly namespace: string
  readonly restartPolicy: RestartPolicy
  /** `terminationGracePeriodSeconds`. */
  readonly graceSeconds: number
  readonly gracePlace: Place
  readonly containers: readonly [ContainerSpec, ...ContainerSpec[]]
  readonly place: Place
}
