import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import { has } from '../needs.ts'
import { type Exported, exportedMetrics } from './exported.ts'
import { namesIn } from './promql.ts'

// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana's own
const datasource = z.strictObject({ type: z.literal('prometheus'), uid: z.literal('${datasource}') })
const target = z.looseObject({ refId: z.string(), datasource, expr: z.string().min(1), legendFormat: z.string() })
const gridPos = z.strictObject({
  x: z.int().min(0),
  y: z.int().min(0),
  w: z.int().min(1).max(24),
  h: z.int().min(1),
})
const common = { id: z.int().min(1), title: z.string().min(1), gridPos }
const thresholds = z.strictObject({
  mode: z.literal('absolute'),
  // The first has no value: it is the ground.
  steps: z
    .array(z.strictObject({ color: z.string(), value: z.number().nullable() }))
    .refine((steps) => steps[0]?.value === null),
})
function graph<Type extends string, Options extends z.ZodRawShape>(type: Type, options: Options) {
  const defaults = z.looseObject({ color: z.looseObject({ mode: z.string() }), thresholds })
  return z.strictObject({
    ...common,
    type: z.literal(type),
    description: z.string().min(1),
    datasource,
    targets: z.array(target).min(1),
    fieldConfig: z.strictObject({ defaults, overrides: z.array(z.unknown()) }),
    options: z.looseObject(options),
  })
}
const legend = z.looseObject({ displayMode: z.string(), placement: z.string(), showLegend: z.boolean() })
const tooltip = z.looseObject({ mode: z.string(), sort: z.string() })

/** What Grafana expects of the kinds of panels that are used. */
const panel = z.discriminatedUnion('type', [
  z.strictObject({ ...common, type: z.literal('row'), collapsed: z.boolean(), panels: z.array(z.never()) }),
  graph('stat', { reduceOptions: z.looseObject({ calcs: z.array(z.string()).min(1) }), colorMode: z.string() }),
  graph('timeseries', { legend, tooltip }),
  graph('state-timeline', { legend, tooltip, mergeValues: z.boolean(), showValue: z.string(), rowHeight: z.number() }),
])
const variable = z.looseObject({ name: z.string(), type: z.enum(['datasource', 'query']), label: z.string() })
const annotation = z.looseObject({
  name: z.string(),
  enable: z.boolean(),
  iconColor: z.string(),
  datasource,
  expr: z.string(),
})
const dashboardShape = z.looseObject({
  uid: z.string().min(1).max(40),
  title: z.string().min(1),
  schemaVersion: z.int().min(36),
  time: z.strictObject({ from: z.string(), to: z.string() }),
  templating: z.strictObject({ list: z.array(variable) }),
  annotations: z.strictObject({ list: z.array(annotation) }),
  panels: z.array(panel),
})

const dashboard = dashboardShape.parse(JSON.parse(textOf('grafana/failweb.json')))
const targets = dashboard.panels.flatMap((one) => (one.type === 'row' ? [] : one.targets))
const queries = [...targets, ...dashboard.annotations.list].map(({ expr }) => expr)
const rules = ['recording.yml', 'alerts.yml'].flatMap((file) => rulesIn(textOf(`prometheus/${file}`)))

describe('the dashboard', () => {
  test('has a template variable for each that it uses, and uses each that it has', () => {
    const names = dashboard.templating.list.map(({ name }) => name)
    expect(names).toEqual(['datasource', 'namespace', 'pod', 'check'])
    const text = JSON.stringify(dashboard)
    const used = [...text.matchAll(/\$\{?([a-z]\w*)\}?/g)].map(([, name]) => name)
    expect(new Set(used)).toEqual(new Set(names))
  })

  test('has panels that do not lie on one another, each with an id of its own', () => {
    const ids = dashboard.panels.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) => {
      expect(x + w).toBeLessThanOrEqual(24)
      return Array.from({ length: w * h }, (_, nth) => `${x + (nth % w)},${y + Math.floor(nth / w)}`)
    })
    expect(new Set(cells).size).toBe(cells.length)
  })

  test('marks transitions and restarts, and draws limits where failweb tells them', () => {
    expect(dashboard.annotations.list.map(({ name }) => name)).toEqual(['Worse', 'Well again', 'Restarts'])
    for (const level of ['warn', 'fail']) {
      expect(queries.filter((query) => query.includes(`level="${level}"`)).length).toBeGreaterThan(3)
    }
  })

  test.skipIf(!has('promtool'))('asks in PromQL', () => {
    const plain = queries.map((query, nth) => ({
      record: `query:${nth}`,
      expr: query.replaceAll('$__rate_interval', '1m').replaceAll(/\$\w+/g, '.*'),
    }))
    const folder = mkdtempSync(join(tmpdir(), 'failweb-queries-'))
    const file = join(folder, 'queries.yml')
    writeFileSync(file, stringify({ groups: [{ name: 'queries', rules: plain }] }))
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', file], { encoding: 'utf8' })
    rmSync(folder, { recursive: true })
    expect(status, stdout + stderr).toBe(0)
  })
})

describe('dashboard and rules', () => {
  let exported: Exported
  const recorded = new Set(rules.flatMap(({ record }) => record ?? []))
  const OF_TARGETS = ['namespace', 'pod', 'job', 'instance', 'endpoint']
  const asked = [...queries, ...rules.map(({ expr }) => expr)].map(namesIn)

  beforeAll(async () => {
    exported = await exportedMetrics()
  })

  test('name no metric but those that failweb and its guard export, those that are recorded, and up', () => {
    const known = (name: string) => exported.has(name) || recorded.has(name) || name === 'up'
    const named = asked.flatMap(({ metrics }) => metrics)
    expect(new Set(named).size).toBeGreaterThan(30)
    expect(named.filter((name) => !known(name))).toEqual([])
  })

  test('name no label that the metric has not', () => {
    const has = (metric: string, label: string) =>
      OF_TARGETS.includes(label) ||
      exported.get(metric)?.has(label) === true ||
      (recorded.has(metric) && ['name', 'subject', 'limit', 'cure'].includes(label))
    const wrong = asked.flatMap(({ selected }) => selected.filter(([metric, label]) => !has(metric, label)))
    expect(wrong).toEqual([])
  })

  test('group by labels, and show labels, that there are', () => {
    const known = new Set([...OF_TARGETS, 'le', ...[...exported.values()].flatMap((labels) => [...labels])])
    const shown = [
      ...targets
        .map(({ legendFormat }) => legendFormat)
        .join()
        .matchAll(/\{\{(\w+)\}\}/g),
      ...textOf('prometheus/alerts.yml').matchAll(/\$labels\.(\w+)/g),
    ].map(([, label = '']) => label)
    const wrong = [...asked.flatMap(({ listed }) => listed), ...shown].filter((label) => !known.has(label))
    expect(wrong).toEqual([])
  })
})

function rulesIn(text: string) {
  const shape = z.object({
    groups: z.array(z.object({ rules: z.array(z.object({ record: z.string().optional(), expr: z.string() })) })),
  })
  return shape.parse(parse(text)).groups.flatMap(({ rules }) => rules)
}

function textOf(name: string): string {
  return readFileSync(new URL(`../../deploy/${name}`, import.meta.url), 'utf8')
}
