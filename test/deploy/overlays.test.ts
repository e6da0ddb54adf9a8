import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Deployment } from 'kubernetes-models/apps/v1/Deployment'
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget'
import { Service } from 'kubernetes-models/v1/Service'
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount'
import { describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { builtInChecks } from '../../checks/index.ts'
import { keysOf, keysOfCheck } from '../../src/config/keys.ts'
import { serviceSchema } from '../../src/config/schema.ts'
import { fromEnvironment } from '../../src/config/sources.ts'
import { has } from '../needs.ts'

const object = z.looseObject({ kind: z.string(), metadata: z.looseObject({ name: z.string() }) })
type KubernetesObject = z.infer<typeof object>

describe.skipIf(!has('kubectl'))('the overlay of the chapter', () => {
  test('is what the chapter’s files say', () => {
    const own = ['deploy-failweb-lp.yml', 'service-failweb.yml'].map((file) => parse(textOf(file)) as unknown)
    expect(byKind(rendered('chapter'))).toEqual(byKind(own.map((one) => object.parse(one))))
  })
})

test('the base is the chapter’s first deployment and its service', () => {
  expect(parse(textOf('base/deployment.yaml'))).toEqual(parse(textOf('deploy-failweb.yml')))
  expect(parse(textOf('base/service.yaml'))).toEqual(parse(textOf('service-failweb.yml')))
})

describe.skipIf(!has('kubectl'))('the overlay of production', () => {
  const objects = has('kubectl') ? rendered('production') : []
  const found = (kind: string) => {
    const one = objects.find((candidate) => candidate.kind === kind)
    if (!one) throw new Error(`no ${kind} is rendered`)
    return one
  }
  const deployment = () => shape.parse(found('Deployment'))
  const container = () => deployment().spec.template.spec.containers[0]
  const settings = () => settingsIn(container().env)

  test('is what the Kubernetes schemas allow', () => {
    const models = { Deployment, NetworkPolicy, PodDisruptionBudget, Service, ServiceAccount }
    for (const [kind, Model] of Object.entries(models)) new Model(found(kind) as never).validate()
    expect(() => new Deployment({ ...found('Deployment'), spec: { replicas: 'one' } } as never).validate()).toThrow()
    expect(objects.map(({ kind }) => kind).toSorted()).toEqual(
      [...Object.keys(models), 'PodMonitor', 'PrometheusRule'].toSorted(),
    )
  })

  test('each probe asks its own route, liveness the guard’s', () => {
    const routes = ['startup', 'readiness', 'liveness'].map((probe) => container()[`${probe}Probe`])
    expect(routes).toMatchObject([
      { httpGet: { path: '/startupz', port: 'http' } },
      { httpGet: { path: '/readyz', port: 'http' } },
      { httpGet: { path: '/livez', port: 'guard' } },
    ])
    const ports = Object.fromEntries(container().ports.map(({ name, containerPort }) => [name, containerPort]))
    expect(ports).toEqual({ http: settings()['port'], guard: settings()['guard.listen'] })
    expect(settings()['guard.enabled']).toBe(true)
  })

  test('a blocked event loop has its silence told before the third probe, and last words are done when it is killed', () => {
    const { periodSeconds, failureThreshold } = seconds.parse(container()['livenessProbe'])
    expect(periodSeconds * (failureThreshold - 1) * 1000).toBeGreaterThanOrEqual(Number(settings()['guard.silenceMs']))
    const { terminationGracePeriodSeconds } = deployment().spec.template.spec
    const stopMs = Number(settings()['drainMs']) + Number(settings()['closeMs'])
    expect(terminationGracePeriodSeconds * 1000).toBeGreaterThan(stopMs)
    expect(container().terminationMessagePath).toBe('/dev/termination-log')
  })

  test('every variable is a setting of failweb, with a value that it takes', () => {
    expect(settings()).toMatchObject({
      'decay.step': 0,
      'journal.folder': '/state/journal',
      tokenFile: '/run/secrets/failweb/token',
      'remedies.automatic': true,
    })
  })

  test('an update loses nobody, and a drained node takes one pod at a time', () => {
    const { replicas, strategy } = deployment().spec
    expect(replicas).toBeGreaterThan(1)
    expect(strategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } })
    expect(Number(settings()['drainMs'])).toBeGreaterThan(0)
    expect(found('PodDisruptionBudget')).toMatchObject({
      spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'failweb' } } },
    })
  })

  test('runs as nobody in particular, with nothing that it does not need', () => {
    const { spec } = deployment().spec.template
    expect(spec).toMatchObject({
      serviceAccountName: 'failweb',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 10001,
        fsGroup: 10001,
        seccompProfile: { type: 'RuntimeDefault' },
      },
    })
    expect(found('ServiceAccount')).toMatchObject({ automountServiceAccountToken: false })
    expect(container()).toMatchObject({
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
      resources: { requests: { cpu: expect.any(String), memory: '256Mi' }, limits: { memory: '256Mi' } },
    })
  })

  test('what is written has a volume with a limit, and the token comes from a Secret as a file', () => {
    const { volumes } = deployment().spec.template.spec
    expect(volumes).toMatchObject([
      { name: 'state', emptyDir: { sizeLimit: expect.any(String) } },
      { name: 'token', secret: { secretName: 'failweb-token', defaultMode: 0o440 } },
    ])
    const mounted = container().volumeMounts.map(({ name, mountPath }) => [name, mountPath])
    expect(mounted).toEqual([
      ['state', '/state'],
      ['token', '/run/secrets/failweb'],
    ])
  })

  test('the policy lets everyone to the service, monitoring to the guard, and nothing out', () => {
    expect(found('NetworkPolicy')).toMatchObject({
      spec: {
        policyTypes: ['Ingress', 'Egress'],
        ingress: [{ ports: [{ port: 'http' }] }, { ports: [{ port: 'guard' }], from: [expect.anything()] }],
      },
    })
    expect(found('NetworkPolicy')['spec']).not.toHaveProperty('egress')
  })

  test('Prometheus is told to scrape both ports, with the token, and the rules go by what that gives', () => {
    const endpoint = (port: string) => ({
      port,
      interval: '15s',
      scrapeTimeout: '5s',
      authorization: { type: 'Bearer', credentials: { name: 'failweb-token', key: 'token' } },
    })
    const labels = { app: 'failweb' }
    // The operator makes the job NAMESPACE/NAME of it: the rules ask for (.*/)?failweb.
    expect(found('PodMonitor')).toEqual({
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PodMonitor',
      metadata: { name: 'failweb', labels },
      spec: { selector: { matchLabels: labels }, podMetricsEndpoints: [endpoint('http'), endpoint('guard')] },
    })
    expect(deployment().spec.template.metadata.labels).toMatchObject(labels)
  })
})

/** As much of its shape as the tests take for granted. */
const shape = z.looseObject({
  spec: z.looseObject({
    replicas: z.number(),
    strategy: z.unknown(),
    template: z.looseObject({
      metadata: z.looseObject({ labels: z.record(z.string(), z.string()) }),
      spec: z.looseObject({
        terminationGracePeriodSeconds: z.number(),
        volumes: z.array(z.unknown()),
        containers: z.tuple([
          z.looseObject({
            env: z.array(z.object({ name: z.string(), value: z.string() })),
            ports: z.array(z.looseObject({ name: z.string(), containerPort: z.number() })),
            volumeMounts: z.array(z.looseObject({ name: z.string(), mountPath: z.string() })),
            terminationMessagePath: z.string(),
          }),
        ]),
      }),
    }),
  }),
})
const seconds = z.looseObject({ periodSeconds: z.number(), failureThreshold: z.number() })

function settingsIn(variables: readonly { name: string; value: string }[]): Readonly<Record<string, unknown>> {
  const keys = [...keysOf(serviceSchema), ...builtInChecks.flatMap(keysOfCheck)]
  const { given, mistakes } = fromEnvironment(
    Object.fromEntries(variables.map(({ name, value }) => [name, value])),
    keys,
  )
  expect(mistakes).toEqual([])
  return Object.fromEntries([...given].map(([key, { value }]) => [key, value]))
}

function rendered(overlay: string): readonly KubernetesObject[] {
  const folder = fileURLToPath(new URL(`../../deploy/overlays/${overlay}`, import.meta.url))
  const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', folder], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`kubectl kustomize: ${stderr}`)
  return parseAllDocuments(stdout).map((document) => object.parse(document.toJS()))
}

function byKind(objects: readonly KubernetesObject[]) {
  return objects.toSorted((a, b) => a.kind.localeCompare(b.kind))
}

function textOf(name: string): string {
  return readFileSync(new URL(`../../deploy/${name}`, import.meta.url), 'utf8')
}
