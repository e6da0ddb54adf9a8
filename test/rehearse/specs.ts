import type { ContainerSpec, PodSpec, ProbeSpec } from '../../src/rehearse/manifest/pod-spec.ts'

const place = { file: 'deploy.yml', path: 'spec', line: undefined }

/** Kubernetes' defaults, and what a test says otherwise. */
export function probeSpec(own: Partial<ProbeSpec> = {}): ProbeSpec {
  return {
    action: { how: 'httpGet', scheme: 'HTTP', path: '/healthz', port: 8080, headers: {} },
    initialDelaySeconds: 0,
    periodSeconds: 10,
    timeoutSeconds: 1,
    successThreshold: 1,
    failureThreshold: 3,
    place,
    places: {},
    ...own,
  }
}

export function containerSpec(own: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    name: 'failweb',
    image: 'failweb:v1',
    command: [],
    args: [],
    env: {},
    ports: [{ containerPort: 8080 }],
    probes: {},
    terminationMessagePolicy: 'File',
    place,
    ...own,
  }
}

export function podSpec(own: Partial<PodSpec> & Partial<Pick<ContainerSpec, 'probes' | 'preStop'>> = {}): PodSpec {
  const { probes = {}, preStop, ...rest } = own
  return {
    kind: 'Deployment',
    workload: 'failweb',
    namespace: 'default',
    restartPolicy: 'Always',
    graceSeconds: 30,
    gracePlace: place,
    containers: [containerSpec({ probes, ...(preStop ? { preStop } : {}) })],
    place,
    ...rest,
  }
}
