import { describe, expect, test } from 'vitest'
import { SetupError } from '../../src/core/setup-error.ts'
import { parseManifests, readManifests } from '../../src/rehearse/manifest/manifest.ts'

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: failweb
spec:
  replicas: 3
  selector:
    matchLabels: { app: failweb }
  template:
    metadata:
      labels: { app: failweb }
    spec:
      containers:
        - name: failweb
          image: failweb:v1
          ports:
            - name: http
              containerPort: 8080
          env:
            - name: FAILWEB_DECAY_STEP
              value: "2"
            - name: POD
              valueFrom: { fieldRef: { fieldPath: metadata.name } }
            - name: WHO
              value: $(POD)!
          resources: { limits: { memory: 128Mi } }
          lifecycle:
            preStop:
              sleep: { seconds: 5 }
          livenessProbe:
            httpGet:
              path: /healthz
              port: http
            periodSeconds: 1
---
apiVersion: v1
kind: Service
metadata:
  name: failweb
`

const pod = (container: string) => `apiVersion: v1
kind: Pod
metadata: { name: one }
spec:
  containers:
    - name: one
      image: one:v1
      ports: [{ containerPort: 8080 }]
${container.replace(/^/gm, '      ')}
`

const parse = (text: string) => parseManifests([{ file: 'deploy.yml', text }])

function mistakesIn(text: string): readonly string[] {
  try {
    parse(text)
  } catch (error) {
    if (error instanceof SetupError) return error.mistakes
    throw error
  }
  return []
}

describe('reading a manifest', () => {
  test('a Deployment becomes one pod with Kubernetes’ defaults; a Service beside it is passed over, and said', () => {
    const { pods, notes } = parse(DEPLOYMENT)
    expect(notes).toEqual(['failweb: 3 replicas are played as one pod', 'passed over: Service failweb (deploy.yml:36)'])
    const [{ spec, name } = { spec: undefined, name: undefined }] = pods
    expect(name?.name).toMatch(/^failweb-[b-z2-9]{10}-[b-z2-9]{5}$/)
    expect(spec).toMatchObject({ kind: 'Deployment', restartPolicy: 'Always', graceSeconds: 30, namespace: 'default' })
    expect(spec?.containers[0]).toMatchObject({
      memoryLimitBytes: 128 * 2 ** 20,
      preStop: { how: 'sleep', seconds: 5 },
      env: { FAILWEB_DECAY_STEP: '2', POD: name?.name, WHO: `${name?.name}!` },
    })
    expect(spec?.containers[0].probes.liveness).toMatchObject({
      action: { how: 'httpGet', scheme: 'HTTP', path: '/healthz', port: 8080, headers: {} },
      initialDelaySeconds: 0,
      periodSeconds: 1,
      timeoutSeconds: 1,
      successThreshold: 1,
      failureThreshold: 3,
      place: { file: 'deploy.yml', path: 'spec.template.spec.containers[0].livenessProbe', line: 30 },
    })
  })

  test('a List, as kubectl get -o yaml prints it, is its items, each at its own line', () => {
    const items = [DEPLOYMENT.split('---\n')[0], pod('livenessProbe: { tcpSocket: { port: 8080 }, periodSeconds: -1 }')]
    const item = (text = '') => text.trimEnd().replace(/^/gm, '    ').replace(/^ {4}/, '  - ')
    const service = 'kind: Service\nmetadata: { name: web }'
    const text = `apiVersion: v1\nkind: List\nitems:\n${[...items, service].map(item).join('\n')}\n`
    expect(mistakesIn(text)).toEqual([
      'deploy.yml:46: items[1].spec.containers[0].livenessProbe.periodSeconds: must be a whole number from 1; got -1',
    ])
    const { pods, notes } = parse(text.replace('-1', '2'))
    expect(pods.map(({ spec }) => [spec.workload, spec.place.line])).toEqual([
      ['failweb', 15],
      ['one', 41],
    ])
    expect(notes).toEqual(['failweb: 3 replicas are played as one pod', 'passed over: Service web (deploy.yml:47)'])
    const probe = pods[0]?.spec.containers[0].probes.liveness?.place
    expect(probe).toEqual({
      file: 'deploy.yml',
      path: 'items[0].spec.template.spec.containers[0].livenessProbe',
      line: 33,
    })
  })

  test('what stands under an alias is read too', () => {
    const probes =
      'livenessProbe: &probe { httpGet: { path: /livez, port: 8080 }, periodSeconds: 7 }\nreadinessProbe: *probe'
    const [one] = parse(pod(probes)).pods
    expect(one?.spec.containers[0].probes.readiness).toMatchObject({ action: { path: '/livez' }, periodSeconds: 7 })
  })

  test('what is merged with << is read too, and what stands beside it goes before', () => {
    const text = pod(`livenessProbe: &probe { httpGet: { path: /livez, port: 8080 }, periodSeconds: 7 }
readinessProbe:
  <<: *probe
  httpGet: { path: /readyz, port: 8080 }
  failureThreshold: -1`)
    expect(mistakesIn(text)).toEqual([
      'deploy.yml:13: spec.containers[0].readinessProbe.failureThreshold: must be a whole number from 1; got -1',
    ])
    const [one] = parse(text.replace('-1', '4')).pods
    expect(one?.spec.containers[0].probes.readiness).toMatchObject({
      action: { path: '/readyz' },
      periodSeconds: 7,
      failureThreshold: 4,
    })
  })

  test('emptyDirs are played, and other volumes are told', () => {
    const volumes = `  volumes: [{ name: state, emptyDir: {} }, { name: token, secret: { secretName: token } }]\n`
    const mounts = 'volumeMounts: [{ name: state, mountPath: /state }, { name: token, mountPath: /token }]'
    const { pods, notes } = parse(pod(mounts) + volumes)
    expect(pods[0]?.spec.containers[0].emptyDirs).toEqual([{ volume: 'state', mountPath: '/state', subPath: '' }])
    expect(notes).toEqual(['one: the volume token (secret) is not played'])
  })

  test('env from elsewhere stays unset, and is told once for each container, with what refers to it', () => {
    const { pods, notes } = parse(
      pod(`env:
  - { name: STEP, valueFrom: { configMapKeyRef: { name: settings, key: step } } }
  - { name: TOKEN, valueFrom: { secretKeyRef: { name: keys, key: token } } }
  - { name: IP, valueFrom: { fieldRef: { fieldPath: status.podIP } } }
  - { name: CPUS, valueFrom: { resourceFieldRef: { resource: limits.cpu } } }
  - { name: FAILWEB_DECAY_STEP, value: $(STEP) }
  - { name: LITERAL, value: $$(STEP) }
  - { name: POD, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
  - { name: TWICE, valueFrom: { secretKeyRef: { name: keys, key: twice } } }
  - { name: TWICE, value: said }
  - { name: TWICE, value: $(TWICE) twice }
envFrom:
  - configMapRef: { name: more }
  - { prefix: DB_, secretRef: { name: database } }`),
    )
    expect(pods[0]?.spec.containers[0].env).toEqual({ LITERAL: '$(STEP)', POD: 'one', TWICE: 'said twice' })
    expect(notes).toEqual([
      'one: env of the container one from elsewhere is not played: STEP (ConfigMap settings), TOKEN (Secret keys), IP (field status.podIP), CPUS (resource limits.cpu), FAILWEB_DECAY_STEP (by way of STEP), all of ConfigMap more, all of Secret database as DB_…',
    ])
  })

  test('a number that begins with 0 is octal, as it is to kubectl', () => {
    const text = pod('livenessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 010 }')
    expect(parse(text).pods[0]?.spec.containers[0].probes.liveness).toMatchObject({ periodSeconds: 8 })
  })

  test('zero and null are not said: the default holds', () => {
    const text = pod('livenessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 0, timeoutSeconds: null }')
    expect(parse(text).pods[0]?.spec.containers[0].probes.liveness).toMatchObject({
      periodSeconds: 10,
      timeoutSeconds: 1,
    })
  })

  test('every mistake is found at once, with file, line and path', () => {
    const text = pod(`livenessProbe:
  httpGet: { path: /healthz, port: web }
  successThreshold: 2
  failureTreshold: 5
readinessProbe:
  exec: { command: [] }
  terminationGracePeriodSeconds: 5
startupProbe:
  tcpSocket: { port: 70000 }
  periodSeconds: -1
resources: { limits: { memory: lots } }`)
    expect(mistakesIn(text)).toEqual([
      'deploy.yml:19: spec.containers[0].resources.limits.memory: must be a quantity, such as 128Mi; got "lots"',
      'deploy.yml:17: spec.containers[0].startupProbe.tcpSocket.port: must be a port from 1 to 65535; got 70000',
      'deploy.yml:18: spec.containers[0].startupProbe.periodSeconds: must be a whole number from 1; got -1',
      expect.stringMatching(/^deploy\.yml:12: .*livenessProbe\.failureTreshold: unknown field; known: httpGet, /),
      'deploy.yml:10: spec.containers[0].livenessProbe.httpGet.port: the container has no port named "web"; it has no named ports',
      'deploy.yml:11: spec.containers[0].livenessProbe.successThreshold: must be 1',
      'deploy.yml:14: spec.containers[0].readinessProbe.exec.command: is required',
      'deploy.yml:15: spec.containers[0].readinessProbe.terminationGracePeriodSeconds: must not be set for readinessProbes',
    ])
  })

  test.each([
    ['livenessProbe: {}', 'spec.containers[0].livenessProbe: must specify a handler type: httpGet, tcpSocket or exec'],
    [
      'livenessProbe: { exec: { command: [a] }, tcpSocket: { port: 1 } }',
      'spec.containers[0].livenessProbe: may not specify more than 1 handler type; got tcpSocket, exec',
    ],
    [
      'livenessProbe: { grpc: { port: 1 } }',
      'spec.containers[0].livenessProbe.grpc: gRPC is not supported by the rehearsal; httpGet, tcpSocket and exec are',
    ],
    [
      'livenessProbe: { httpGet: { path: /, port: "8080" } }',
      'spec.containers[0].livenessProbe.httpGet.port: must contain at least one letter (a-z), or be a number without quotes; got "8080"',
    ],
    [
      'livenessProbe: { tcpSocket: { port: "80" } }',
      'spec.containers[0].livenessProbe.tcpSocket.port: must contain at least one letter (a-z), or be a number without quotes; got "80"',
    ],
    [
      'livenessProbe: { tcpSocket: { port: true } }',
      'spec.containers[0].livenessProbe.tcpSocket.port: must be a port from 1 to 65535; got true',
    ],
    ['env: [{ name: A, value: 2 }]', 'spec.containers[0].env[0].value: must be text; put it in quotes; got 2'],
    ['env: [{ name: A, value: yes }]', 'spec.containers[0].env[0].value: must be text; put it in quotes; got true'],
    ['env: [{ name: A, value: Off }]', 'spec.containers[0].env[0].value: must be text; put it in quotes; got false'],
    [
      'volumeMounts: [{ name: a, mountPath: /a, subPath: ../../b }]',
      'spec.containers[0].volumeMounts[0].subPath: must be a path within the volume, without ..; got "../../b"',
    ],
    ['command: [failweb, on]', 'spec.containers[0].command[1]: must be text; put it in quotes; got true'],
    [
      'livenessProbe: { httpGet: { port: 80, httpHeaders: [{ name: X-On, value: on }] } }',
      'spec.containers[0].livenessProbe.httpGet.httpHeaders[0].value: must be text; put it in quotes; got true',
    ],
    [
      'livenessProbe: { httpGet: { port: 80, httpHeaders: [{ name: X-A, value: "a\\nb" }] } }',
      'spec.containers[0].livenessProbe.httpGet.httpHeaders[0].value: header X-A must be without control characters; got "a\\nb"',
    ],
  ])('%s', (container, mistake) => {
    expect(mistakesIn(pod(container))).toEqual([`deploy.yml:9: ${mistake}`])
  })

  test('misspelt fields are told, with the known ones, wherever in a container they stand', () => {
    const text = pod(`livenessprobe: { httpGet: { path: /livez, port: 8080 } }
readinesProbe: { httpGet: { path: /readyz, port: 8080 } }
imagePulPolicy: Always
env: [{ name: A, vale: b }]
resources: { limit: { memory: 1Mi } }
lifecycle: { preStop: { slep: { seconds: 1 }, sleep: { seconds: 2 } } }
startupProbe: { tcpSocket: { ports: 1, port: 8080 } }`)
    const unknown = (line: number, path: string, known: string) =>
      expect.stringContaining(`deploy.yml:${line}: spec.containers[0].${path}: unknown field; known: ${known}`)
    const fields = 'name, image, imagePullPolicy, command, args, '
    expect(mistakesIn(text)).toEqual([
      unknown(9, 'livenessprobe', fields),
      unknown(10, 'readinesProbe', fields),
      unknown(11, 'imagePulPolicy', fields),
      unknown(14, 'lifecycle.preStop.slep', 'exec, httpGet, tcpSocket, sleep'),
      unknown(13, 'resources.limit', 'limits, requests, claims'),
      unknown(12, 'env[0].vale', 'name, value, valueFrom'),
      unknown(15, 'startupProbe.tcpSocket.ports', 'port, host'),
    ])
  })

  test('all that a container may have is known', () => {
    const text = pod(`imagePullPolicy: IfNotPresent
workingDir: /
env: [{ name: A, value: b }]
resources: { limits: { cpu: 1 }, requests: {}, claims: [] }
resizePolicy: []
securityContext: { runAsNonRoot: true }
stdin: false
stdinOnce: false
tty: false
terminationMessagePath: /dev/termination-log
terminationMessagePolicy: File
volumeDevices: []
volumeMounts: []
lifecycle: { postStart: { exec: { command: [a] } } }
startupProbe: { tcpSocket: { port: 8080 } }
livenessProbe: { tcpSocket: { port: 8080 } }
readinessProbe: { tcpSocket: { port: 8080 } }`)
    expect(mistakesIn(text)).toEqual([])
  })

  test('a Deployment restarts Always, and its selector must find its own pods', () => {
    const text = DEPLOYMENT.replace('    spec:\n', '    spec:\n      restartPolicy: Never\n').replace(
      'matchLabels: { app: failweb }',
      'matchLabels: { app: other }',
    )
    expect(mistakesIn(text)).toEqual([
      'deploy.yml:11: spec.template.metadata.labels: selector does not match template labels: app=other is missing',
      'deploy.yml:13: spec.template.spec.restartPolicy: supported values: Always; got "Never"',
    ])
  })

  test('where nothing can be played, what was found is named', () => {
    expect(
      mistakesIn(
        'kind: CronJob\nmetadata: { name: nightly }\n---\nkind: Job\nmetadata: { name: once }\n---\nkind: Service',
      ),
    ).toEqual([
      'deploy.yml: no Deployment, Pod, StatefulSet, DaemonSet found; passed over: CronJob nightly (deploy.yml:1), Job once (deploy.yml:4), Service (deploy.yml:7)',
    ])
  })

  test('YAML that cannot be read, no workload, no file: one clear line each', () => {
    expect(mistakesIn('kind: [')).toHaveLength(1)
    expect(mistakesIn('# nothing')).toEqual(['deploy.yml: no Deployment, Pod, StatefulSet, DaemonSet found'])
    expect(() => readManifests(['/nowhere/at-all.yml'])).toThrow('/nowhere/at-all.yml: no such file')
  })
})
