import type { CheckHistory, HistoryPoint } from '../../src/core/history.ts'
import type { CheckState, Snapshot } from '../../src/core/snapshot.ts'
import type { Status } from '../../src/core/status.ts'
import type { StatusView } from '../../src/page/view.ts'

/** 02:58:13 in the morning. */
export const NOW = Date.UTC(2026, 10, 22, 2, 58, 13)
const MINUTE = 60_000

export function state(name: string, status: Status, more: Partial<CheckState> = {}): CheckState {
  return {
    name,
    about: `what ${name} is about`,
    cure: 'restart',
    rhythm: { everyMs: 5_000, timeoutMs: 1_000, toWorsen: 3, toRecover: 2 },
    status,
    since: NOW - 12 * MINUTE,
    because: `${name} is ${status}`,
    sighting: status,
    looked: true,
    lookedAt: NOW - 2_000,
    tookMs: 0.42,
    values: {},
    parts: [],
    ...more,
  }
}

export function snapshotOf(checks: readonly CheckState[]): Snapshot {
  return { at: NOW, checks, byName: new Map(checks.map((check) => [check.name, check])) }
}

/** Fifteen minutes in which a value rises from one number to another. */
export function rising(from: number, to: number, said: (share: number) => Status = () => 'pass'): CheckHistory {
  const fine: HistoryPoint[] = Array.from({ length: 180 }, (_, index) => {
    const share = index / 179
    return { at: NOW - (179 - index) * 5_000, said: said(share), value: from + (to - from) * share }
  })
  const coarse = Array.from({ length: 288 }, (_, index) => {
    const at = NOW - (288 - index) * 5 * MINUTE
    const least = from * (index / 288)
    return { from: at, to: at + 5 * MINUTE, looks: 60, worst: 'pass' as const, least, mean: least, most: least * 1.2 }
  })
  const changed = fine.filter(({ said }, nth) => fine[nth - 1]?.said !== said)
  return { looks: [], fine, coarse, spells: changed.map(({ at, said }) => ({ from: at, said })) }
}

export function view(more: Partial<StatusView> = {}): StatusView {
  return {
    language: 'en',
    prefix: '',
    identity: { version: '1', releaseId: '1.4.0', serviceId: 'failweb-6c7496cd6f-94xkd', description: '', notes: [] },
    now: NOW,
    startedAt: NOW - 3 * 60 * MINUTE,
    uptimeSeconds: 3 * 3600,
    draining: false,
    snapshot: snapshotOf([]),
    asks: ['restart', 'wait', 'person'],
    history: () => undefined,
    transitions: [],
    attempts: [],
    notes: [],
    visits: [],
    remedies: [],
    mayChange: false,
    keepsJournal: true,
    isGuarded: false,
    ...more,
  }
}

const MIB = 1024 ** 2

/** A night on which much has gone wrong at once. */
export function badNight(more: Partial<StatusView> = {}): StatusView {
  const growth = state('memory-growth', 'warn', {
    because:
      'the floor of heap grows by 3 MiB a minute since 02:31; at 410 MiB of 512 MiB it reaches V8’s limit in about 34 min',
    observes: { measurement: 'utilization', value: 'used_ratio' },
    values: { used_ratio: 0.8, used_bytes: 410 * MIB, growth_bytes_per_minute: 3 * MIB },
    limits: { warn: 0.7, fail: 0.95 },
    forecast: { limit: 'V8’s heap limit', etaSeconds: [1500, 2040, 3900] },
  })
  const cache = state('cache-size', 'fail', {
    cure: 'person',
    since: NOW - 4 * MINUTE,
    because:
      'greetings holds 112000 entries, growing by 2400 a minute; warns at 10000, fails at 100000; purge-cache empties it',
    observes: { measurement: 'size', value: 'entries' },
    values: { entries: 112_000, hit_ratio: 0.02, entries_per_minute: 2400 },
    limits: { warn: 10_000, fail: 100_000 },
    parts: [
      {
        subject: 'greetings',
        status: 'fail',
        because: 'greetings holds 112000 entries; fails at 100000',
        values: { entries: 112_000 },
      },
      {
        subject: 'sessions',
        status: 'pass',
        because: 'sessions holds 12 entries; warns at 10000',
        values: { entries: 12 },
      },
    ],
  })
  const disk = state('disk-usage', 'unknown', {
    cure: 'person',
    because: '/data could not be looked at: EIO',
    lookedAt: NOW - 31_000,
  })
  const latency = state('latency', 'fail', {
    cure: 'wait',
    sighting: 'pass',
    because:
      '3.2% of 412 requests took over 250 ms; p99 1.4 s; warns when more than 1% do, chance ruled out, fails over 2%',
    observes: { measurement: 'responseTime', value: 'p99_seconds' },
    limits: { warn: 0.25, fail: 1 },
    values: { p99_seconds: 1.4, p50_seconds: 0.02 },
  })
  const histories: Record<string, CheckHistory> = {
    'memory-growth': rising(0.5, 0.8, (share) => (share > 0.6 ? 'warn' : 'pass')),
    'cache-size': rising(50_000, 112_000, (share) => (share > 0.8 ? 'fail' : 'warn')),
    latency: rising(0.05, 1.4, (share) => (share > 0.7 ? 'fail' : 'pass')),
    cpu: rising(0.01, 0.02),
  }
  const names = ['memory-headroom', 'event-loop', 'errors', 'numbers', 'descriptors']
  const cpu = state('cpu', 'pass', {
    observes: { measurement: 'utilization', value: 'throttled_ratio' },
    values: { throttled_ratio: 0.02 },
    limits: { warn: 0.25, fail: 0.5 },
  })
  return view({
    snapshot: snapshotOf([growth, cache, disk, latency, ...names.map((name) => state(name, 'pass')), cpu]),
    history: (name) => histories[name],
    transitions: [
      ...['memory-growth', 'cache-size', 'latency'].map((name) => ({
        name,
        from: 'unknown' as const,
        to: 'pass' as const,
        because: 'first',
        at: NOW - 180 * MINUTE + 900,
      })),
      { name: 'cache-size', from: 'pass', to: 'warn', because: 'greetings holds 10000 entries', at: NOW - 40 * MINUTE },
      { name: 'latency', from: 'pass', to: 'fail', because: 'p99 1.1 s', at: NOW - 12 * MINUTE },
      { name: 'cache-size', from: 'warn', to: 'fail', because: 'greetings holds 100003 entries', at: NOW - 4 * MINUTE },
    ],
    attempts: [
      {
        remedy: 'gc',
        check: 'memory-growth',
        because: 'x',
        at: NOW - 20 * MINUTE,
        tookMs: 41,
        result: 'done',
        report: { remedy: 'gc', bytes: { before: 400 * MIB, after: 396 * MIB } },
        helped: false,
      },
      {
        remedy: 'purge-cache',
        at: NOW - 10 * MINUTE,
        tookMs: 3,
        result: 'done',
        report: { remedy: 'purge-cache', entries: { before: 8000, after: 0 } },
      },
    ],
    notes: [{ seen: 'the journal cannot be written: ENOSPC' }],
    decay: { percent: 44, step: 2, failedInARow: 0 },
    previous: {
      startedAt: new Date(NOW - 181 * MINUTE - 2_470_000).toISOString(),
      endedAt: new Date(NOW - 181 * MINUTE).toISOString(),
      lived: 2470,
      why: 'heartbeat failed 3 times: decay 62%',
      exit: 'SIGTERM',
      end: 'unhealthy',
    },
    visits: [
      {
        agent: 'kube-probe',
        path: '/healthz',
        lastAt: NOW - 400,
        lastCode: 500,
        everyMs: 1000,
        codes: [
          [200, 17],
          [500, 5],
        ],
        unanswered: 0,
      },
      {
        agent: 'kube-probe',
        path: '/readyz',
        lastAt: NOW - 900,
        lastCode: 503,
        everyMs: 5000,
        codes: [
          [200, 2001],
          [503, 144],
        ],
        unanswered: 3,
      },
      {
        agent: 'prometheus',
        path: '/metrics',
        lastAt: NOW - 9_000,
        lastCode: 200,
        everyMs: 15_000,
        codes: [[200, 712]],
        unanswered: 0,
      },
    ],
    remedies: [
      { name: 'purge-cache', about: 'empties every registered cache' },
      { name: 'gc', about: 'a full garbage collection' },
    ],
    faults: [
      { name: 'latency', active: true, about: 'answers late', until: new Date(NOW + 40_000).toISOString() },
      { name: 'block', active: false, about: 'blocks the event loop' },
    ],
    mayChange: true,
    ...more,
  })
}
