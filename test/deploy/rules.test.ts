import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import { has } from '../needs.ts'

const DEPLOY = new URL('../../deploy/', import.meta.url)
const RULES = ['recording.yml', 'alerts.yml'] as const
const TESTS = ['alerts.promtool.yml', 'days.promtool.yml'] as const

const rule = z.strictObject({
  record: z.string().optional(),
  alert: z.string().optional(),
  expr: z.string(),
  for: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
})
const groupsShape = z.strictObject({ groups: z.array(z.strictObject({ name: z.string(), rules: z.array(rule) })) })

const groups = RULES.flatMap((file) => groupsShape.parse(parse(textOf(`prometheus/${file}`))).groups)
const alerts = groups.flatMap(({ rules }) => rules).filter(({ alert }) => alert !== undefined)
const names = alerts.map(({ alert = '' }) => alert)

describe('the rules', () => {
  test.skipIf(!has('promtool'))('promtool has nothing to say', () => {
    const { status, stdout, stderr } = promtool('check', 'rules', ...RULES.map((file) => pathOf(`prometheus/${file}`)))
    expect({ status, stderr }, stdout).toEqual({ status: 0, stderr: '' })
  })

  test.skipIf(!has('promtool'))('every alert fires in its case, and keeps quiet in those nearest to it', () => {
    const files = TESTS.map((file) => fileURLToPath(new URL(`rules/${file}`, import.meta.url)))
    const { status, stdout, stderr } = promtool('test', 'rules', ...files)
    expect(status, stdout + stderr).toBe(0)
  })

  test('every alert has a case in which it fires, and one in which it must not', () => {
    const cases = TESTS.flatMap((file) => casesIn(readFileSync(new URL(`rules/${file}`, import.meta.url), 'utf8')))
    const told = (fires: boolean) => new Set(cases.filter((one) => one.fires === fires).map(({ alert }) => alert))
    expect({ fires: [...told(true)].toSorted(), quiet: [...told(false)].toSorted() }).toEqual({
      fires: names.toSorted(),
      quiet: names.toSorted(),
    })
  })

  test('every alert says how bad, about what, and where to read on', () => {
    expect(new Set(names).size).toBe(names.length)
    for (const { alert = '', labels, annotations } of alerts) {
      expect(alert).toMatch(/^Failweb[A-Z]/)
      expect(labels?.['severity']).toMatch(/^(critical|warning)$/)
      expect(labels?.['kind']).toMatch(/^(check|limit|restart|heartbeat|guard|remedy|journal|target)$/)
      expect(annotations).toEqual({
        summary: expect.any(String),
        description: expect.any(String),
        runbook_url: `https://runbooks.example/failweb/${alert}.md`,
      })
    }
  })

  /** `npx vitest run test/deploy/rules.test.ts -u` writes it anew. */
  test('are the same as an object for the operator', async () => {
    const object = {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: { name: 'failweb', labels: { app: 'failweb' } },
      spec: { groups },
    }
    const text = `# The rules of ../prometheus, word for word; a test keeps them so.\n${stringify(object, { lineWidth: 0 })}`
    await expect(text).toMatchFileSnapshot(pathOf('monitoring/prometheus-rule.yaml'))
  })

  test.skipIf(!has('promtool'))('the configuration for a Prometheus without operator is one', () => {
    const { status, stdout, stderr } = promtool('check', 'config', pathOf('prometheus/prometheus.yml'))
    expect(status, stdout + stderr).toBe(0)
  })
})

describe('runbooks', () => {
  const pages = readdirSync(new URL('runbooks/', DEPLOY))

  test('there is one for each alert, and an alert for each', () => {
    expect(pages.toSorted()).toEqual(names.map((name) => `${name}.md`).toSorted())
  })

  test.each(names)('%s says what it means, what to look at, what to do, and when it may be ignored', (name) => {
    const text = textOf(`runbooks/${name}.md`)
    expect(text).toMatch(new RegExp(`^# ${name}\n`))
    expect(text.match(/^## .*/gm)).toEqual([
      '## What it means',
      '## What to look at',
      '## What to do',
      '## When to ignore it',
    ])
    for (const section of text.split(/^## .*\n/m).slice(1)) expect(section.trim().length).toBeGreaterThan(60)
    expect(text, 'a command or a route').toMatch(/```sh\n[^`]+```/)
  })
})

function casesIn(text: string): readonly { alert: string; fires: boolean }[] {
  const shape = z.object({
    tests: z.array(
      z.object({
        alert_rule_test: z.array(z.object({ alertname: z.string(), exp_alerts: z.array(z.unknown()).default([]) })),
      }),
    ),
  })
  return shape
    .parse(parse(text))
    .tests.flatMap(({ alert_rule_test }) => alert_rule_test)
    .map(({ alertname, exp_alerts }) => ({ alert: alertname, fires: exp_alerts.length > 0 }))
}

function promtool(...args: readonly string[]) {
  return spawnSync('promtool', args, { encoding: 'utf8' })
}

function pathOf(name: string): string {
  return fileURLToPath(new URL(name, DEPLOY))
}

function textOf(name: string): string {
  return readFileSync(new URL(name, DEPLOY), 'utf8')
}
