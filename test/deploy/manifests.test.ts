import { readFileSync } from 'node:fs'
import { Deployment } from 'kubernetes-models/apps/v1/Deployment'
import { Service } from 'kubernetes-models/v1/Service'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { builtInChecks } from '../../checks/index.ts'
import { keysOf, keysOfCheck } from '../../src/config/keys.ts'
import { serviceSchema } from '../../src/config/schema.ts'
import { fromEnvironment } from '../../src/config/sources.ts'

const plain = read('deploy-failweb.yml')
const probed = read('deploy-failweb-lp.yml')
const service = read('service-failweb.yml')

describe('the manifests of the chapter', () => {
  test('are what the Kubernetes schema allows', () => {
    for (const deployment of [plain, probed]) new Deployment(deployment as never).validate()
    new Service(service as never).validate()
    expect(() => new Deployment({ ...plain, spec: { replicas: 'one' } } as never).validate()).toThrow()
  })

  test('differ in the lines of the probe alone, as the chapter shows them', () => {
    const [before, after] = [linesOf('deploy-failweb.yml'), linesOf('deploy-failweb-lp.yml')]
    const added = after.filter((line) => !before.includes(line))
    expect(after.filter((line) => !added.includes(line))).toEqual(before)
    expect(added.map((line) => line.trim().replace(/:.*/, ''))).toEqual([
      'livenessProbe',
      'httpGet',
      'path',
      'port',
      'initialDelaySeconds',
      'periodSeconds',
      'failureThreshold',
    ])
  })

  test('mean the same but for the liveness probe', () => {
    const { livenessProbe, ...container } = containerOf(probed)
    expect(container).toEqual(containerOf(plain))
    expect(podOf({ ...probed })).toEqual({ ...podOf(plain), containers: podOf(probed).containers })
    expect({ ...probed, spec: undefined }).toEqual({ ...plain, spec: undefined })
    expect(livenessProbe).toEqual({
      httpGet: { path: '/healthz', port: 'http' },
      initialDelaySeconds: 5,
      periodSeconds: 1,
      failureThreshold: 3,
    })
  })

  test('the service finds the pods, and its port is the one that the container listens on', () => {
    const { spec } = shape.service.parse(service)
    expect(spec.selector).toEqual(shape.deployment.parse(plain).spec.template.metadata.labels)
    expect(spec).toMatchObject({ type: 'NodePort', ports: [{ port: 80, targetPort: 'http' }] })
    const { ports, env } = containerOf(plain)
    expect(ports).toEqual([{ name: 'http', containerPort: Number(env.find(({ name }) => name === 'PORT')?.value) }])
  })

  test('the deployment selects its own pods', () => {
    const { selector, template } = shape.deployment.parse(plain).spec
    expect(template.metadata.labels).toEqual(selector.matchLabels)
  })

  test('every variable is a setting of failweb, with a value that it takes', () => {
    const keys = [...keysOf(serviceSchema), ...builtInChecks.flatMap(keysOfCheck)]
    const env = Object.fromEntries(containerOf(plain).env.map(({ name, value }) => [name, value]))
    const { given, mistakes } = fromEnvironment(env, keys)
    expect(mistakes).toEqual([])
    expect([...given].map(([key, { value }]) => [key, value])).toEqual([
      ['port', expect.anything()],
      ['heartbeat.asks', ['restart']],
    ])
  })

  test('run as nobody in particular, with nothing that they do not need', () => {
    const pod = podOf(plain)
    expect(pod).toMatchObject({
      enableServiceLinks: false,
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } },
    })
    expect(containerOf(plain)).toMatchObject({
      image: 'failweb:v1',
      imagePullPolicy: 'IfNotPresent',
      resources: { requests: expect.anything(), limits: { memory: expect.any(String) } },
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
    })
  })
})

/** As much of their shape as the tests take for granted. */
const pod = z.looseObject({
  containers: z.tuple([
    z.looseObject({
      ports: z.array(z.unknown()),
      env: z.array(z.object({ name: z.string(), value: z.string() })),
      livenessProbe: z.unknown().optional(),
    }),
  ]),
})
const labels = z.record(z.string(), z.string())
const shape = {
  deployment: z.looseObject({
    spec: z.looseObject({
      selector: z.object({ matchLabels: labels }),
      template: z.object({ metadata: z.object({ labels }), spec: pod }),
    }),
  }),
  service: z.looseObject({ spec: z.looseObject({ selector: labels }) }),
}

function podOf(deployment: object) {
  return shape.deployment.parse(deployment).spec.template.spec
}

function containerOf(deployment: object) {
  return podOf(deployment).containers[0]
}

function read(name: string): object {
  return parse(textOf(name))
}

/** Without the comment that says what the file is. */
function linesOf(name: string): readonly string[] {
  return textOf(name).split('\n').slice(1)
}

function textOf(name: string): string {
  return readFileSync(new URL(`../../deploy/${name}`, import.meta.url), 'utf8')
}
