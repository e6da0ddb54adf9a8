import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { has, holds } from '../needs.ts'
import { whyNoLoopDisk } from './loop-disk.ts'
import { type Patient, patients } from './patients.ts'
import { Pod } from './pod.ts'
import { type Prometheus, startPrometheus } from './prometheus.ts'

/**
 * The shipped rules, with nothing changed but how long things take: this is all that is changed. Each duration, in `for:` and in
 * `[windows]`, becomes a short one, and so does the silence after which a check counts as stopped.
 */
const SHORT: Readonly<Record<string, string>> = {
  '1m': '2s',
  '2m': '2s',
  '5m': '10s',
  '[5m]': '5s',
  '10m': '12s',
  '15m': '18s',
  // A process that ends has to be started again twice in this time.
  '[15m]': '40s',
  '30m': '6s',
  '1h': '8s',
  '6h': '10s',
  '3d': '20s',
}
const SHORT_SILENCE = ['failweb:healthcheck_idle:seconds > 300', 'failweb:healthcheck_idle:seconds > 15'] as const

function hasten(rules: string): string {
  return rules
    .replaceAll(/(?<=for: )\d+[smhd]$|\[\d+[smhd]\]/gm, (long) => {
      const plain = long.replaceAll(/[[\]]/g, '')
      const short = SHORT[long] ?? SHORT[plain]
      if (short === undefined) throw new Error(`${long}: how long is that here?`)
      return long === plain ? short : `[${short}]`
    })
    .replaceAll(...SHORT_SILENCE)
}

const ruleText = (name: string) => readFileSync(new URL(`../../deploy/prometheus/${name}`, import.meta.url), 'utf8')
const rules = ['recording.yml', 'alerts.yml'].map(ruleText)
const shipped = [...rules.join('').matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name)

const whyNot = whyNoLoopDisk()

const runs = has('prometheus') && holds(whyNot === undefined, `a disk in a file ${whyNot}`)

describe.skipIf(!runs)('alerts in a real Prometheus', () => {
  let prometheus: Prometheus
  const ill = runs ? patients() : []
  const healthy = new Pod({ name: 'healthy' })
  const pods = new Map(ill.map((setup) => [setup.name, new Pod(setup)]))
  let beaten: readonly Pod[] = [healthy]
  let watching: NodeJS.Timeout
  let beating: NodeJS.Timeout
  /** `POD/ALERT` → the states in which it was seen. */
  const seen = new Map<string, Set<string>>()
  let active: ReadonlySet<string> = new Set()

  beforeAll(async () => {
    await healthy.start()
    prometheus = await startPrometheus({ rules: rules.map(hasten), targets: healthy.targets(), every: '1s' })
    beating = setInterval(() => {
      for (const pod of beaten) pod.now.ask('/healthz').catch(() => {})
    }, 200)
    watching = setInterval(watch, 300)
  })

  afterAll(async () => {
    clearInterval(watching)
    clearInterval(beating)
    await prometheus?.stop()
    await Promise.all([healthy, ...pods.values()].map((pod) => pod.end()))
    for (const patient of ill) patient.end?.()
  })

  async function watch(): Promise<void> {
    const alerts = await prometheus.alerts().catch(() => [])
    for (const { name, state, labels } of alerts) {
      const key = `${labels['pod'] ?? ''}/${name}`
      seen.set(key, (seen.get(key) ?? new Set()).add(state))
    }
    active = new Set(alerts.map(({ name, labels }) => `${labels['pod'] ?? ''}/${name}`))
  }

  const expectedOf = (wave: readonly Patient[]) =>
    wave.flatMap(({ name, alerts }) => alerts.map((alert) => (alert.startsWith('/') ? alert : `${name}/${alert}`)))
  const fired = () => [...seen].filter(([, states]) => states.has('firing')).map(([key]) => key)

  /** Not all at once: two cores serve four pods in time, and no more. */
  const waves = Array.from({ length: Math.ceil(ill.length / 4) }, (_, nth) => ill.slice(4 * nth, 4 * nth + 4))

  test.each(waves.map((wave) => [wave.map(({ name }) => name).join(', '), wave] as const))(
    'each fires for its fault, resolves when that has ended, and fires for nobody else: %s',
    async (_, wave) => {
      const before = fired()
      const expected = expectedOf(wave)
      await Promise.all(wave.map((patient) => podOf(patient).start()))
      beaten = [healthy, ...wave.map(podOf).filter(({ name }) => name === 'misses-heartbeats')]
      prometheus.scrape([healthy, ...wave.map(podOf)].flatMap((pod) => pod.targets()))
      await sleep(8_000)
      expect(fired(), 'before anything is wrong').toEqual(before)

      await Promise.all(wave.map((patient) => patient.fall(podOf(patient))))
      await until(() => expected.every((key) => fired().includes(key)), 90, expected)
      await Promise.all(wave.map((patient) => patient.recover(podOf(patient))))
      await until(() => active.size === 0, 90)
      const tolerated = wave.flatMap(({ name, tolerated = [] }) => tolerated.map((alert) => `${name}/${alert}`))
      for (const key of tolerated) seen.delete(key)
      expect(fired().toSorted(), 'and nothing else').toEqual([...before, ...expected].toSorted())
      const immediate = (key: string) => key.endsWith('/FailwebRestartsRising')
      expect(expected.filter((key) => !immediate(key) && !seen.get(key)?.has('pending'))).toEqual([])

      beaten = [healthy]
      prometheus.scrape(healthy.targets())
      await sleep(6_000)
      await Promise.all(wave.map((patient) => podOf(patient).end()))
    },
    240_000,
  )

  test('the one that says that nothing is scraped fires too: that was all there are', async () => {
    prometheus.scrape([])
    await until(() => fired().includes('/FailwebAbsent'), 60)
    prometheus.scrape(healthy.targets())
    await until(() => active.size === 0, 60)
    expect(new Set(fired().map((key) => key.split('/')[1]))).toEqual(new Set(shipped))
  }, 150_000)

  function podOf({ name }: Pick<Patient, 'name'>): Pod {
    const pod = pods.get(name)
    if (!pod) throw new Error(`there is no pod ${name}`)
    return pod
  }

  async function until(so: () => boolean, seconds: number, wanted: readonly string[] = []): Promise<void> {
    const deadline = performance.now() + seconds * 1_000
    while (!so()) {
      if (performance.now() > deadline) {
        const missing = wanted.filter((key) => !fired().includes(key))
        throw new Error(`after ${seconds} s: not fired ${missing}; active ${[...active]}`)
      }
      await sleep(200)
    }
  }
})

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
