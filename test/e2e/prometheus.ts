import { spawn } from 'node:child_process'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { freePort } from '../free-port.ts'

/** What is to be scraped: a failweb or its guard, with the labels that a PodMonitor would give it. */
export interface Target {
  /** `127.0.0.1:8080`. */
  readonly address: string
  readonly pod: string
  readonly endpoint: 'http' | 'guard'
}

export interface FiringAlert {
  readonly name: string
  readonly state: 'pending' | 'firing'
  readonly labels: Readonly<Record<string, string>>
}

/** A real Prometheus server. */
export interface Prometheus {
  readonly url: string
  /** What it scrapes from now on; that takes it up to 5 s. */
  scrape(targets: readonly Target[]): void
  alerts(): Promise<readonly FiringAlert[]>
  /** What a query says now: each series with its value. */
  query(query: string): Promise<readonly { labels: Readonly<Record<string, string>>; value: number }[]>
  stop(): Promise<void>
}

export interface PrometheusSetup {
  /** Texts of rule files. */
  readonly rules: readonly string[]
  readonly targets: readonly Target[]
  /** How often it scrapes, and how often it evaluates the rules: `15s`. */
  readonly every: string
}

/** Starts it on a free port of loopback, in a folder of its own, and waits until it is ready. */
export async function startPrometheus({ rules, targets, every }: PrometheusSetup): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'failweb-prometheus-'))
  const names = rules.map((text, index) => {
    writeFileSync(join(folder, `rules-${index}.yml`), text)
    return `rules-${index}.yml`
  })
  writeFileSync(join(folder, 'prometheus.yml'), stringify(configOf(names, every)))
  writeTargets(folder, targets)
  const address = `127.0.0.1:${await freePort()}`
  const { exited, child } = run(folder, address)
  const url = `http://${address}`
  await ready(url, exited)
  return {
    url,
    scrape: (wanted) => writeTargets(folder, wanted),
    async alerts() {
      const { data } = await asked<{ alerts: readonly Alert[] }>(`${url}/api/v1/alerts`)
      return data.alerts.map(({ state, labels }) => ({ name: labels['alertname'] ?? '', state, labels }))
    },
    async query(query) {
      const { data } = await asked<{ result: readonly Series[] }>(
        `${url}/api/v1/query?${new URLSearchParams({ query })}`,
      )
      return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }))
    },
    async stop() {
      child.kill('SIGTERM')
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

interface Alert {
  readonly state: 'pending' | 'firing'
  readonly labels: Readonly<Record<string, string>>
}

interface Series {
  readonly metric: Readonly<Record<string, string>>
  readonly value: readonly [at: number, value: string]
}

function configOf(rules: readonly string[], every: string): object {
  return {
    global: { scrape_interval: every, scrape_timeout: every, evaluation_interval: every },
    rule_files: rules,
    scrape_configs: [{ job_name: 'failweb', file_sd_configs: [{ files: ['targets.json'], refresh_interval: '1s' }] }],
  }
}

/** By renaming: what is half written must never be read. */
function writeTargets(folder: string, targets: readonly Target[]): void {
  const listed = targets.map(({ address, pod, endpoint }) => ({
    targets: [address],
    // A namespace of its own, so that what is counted over all pods of a service is not counted over all of a test.
    labels: { namespace: pod, pod, endpoint },
  }))
  writeFileSync(join(folder, 'targets.new'), JSON.stringify(listed))
  renameSync(join(folder, 'targets.new'), join(folder, 'targets.json'))
}

function run(folder: string, address: string) {
  const flags = { 'config.file': join(folder, 'prometheus.yml'), 'storage.tsdb.path': join(folder, 'data') }
  const child = spawn(
    'prometheus',
    [...Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`), `--web.listen-address=${address}`],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let said = ''
  child.stderr.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-4_000)
  })
  const exited = new Promise<string>((resolve) => child.on('close', () => resolve(said)))
  return { child, exited }
}

async function ready(url: string, exited: Promise<string>): Promise<void> {
  let end: string | undefined
  exited.then((said) => {
    end = said
  })
  for (;;) {
    if (end !== undefined) throw new Error(`prometheus ended: ${end}`)
    const reply = await fetch(`${url}/-/ready`).catch(() => undefined)
    await reply?.text()
    if (reply?.status === 200) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function asked<T>(url: string): Promise<{ readonly data: T }> {
  const reply = await fetch(url, { signal: AbortSignal.timeout(10_000) })
  if (!reply.ok) throw new Error(`${url}: ${reply.status} ${await reply.text()}`)
  return (await reply.json()) as { data: T }
}
