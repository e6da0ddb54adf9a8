import { describe, expect, test } from 'vitest'
import type { Cure } from '../../src/core/check.ts'
import type { PreviousRun } from '../../src/core/previous-run.ts'
import type { Status } from '../../src/core/status.ts'
import { changesBetween, fragmentsOf } from '../../src/page/fragments.ts'
import { headline, overallOf, worstFirst } from '../../src/page/overall.ts'
import { statusPage } from '../../src/page/page.ts'
import type { StatusView } from '../../src/page/view.ts'
import { badNight, NOW, snapshotOf, state, view } from './night.ts'
import { textOf } from './text.ts'

const pageOf = (one: StatusView) => statusPage(one, fragmentsOf(one), 'http://127.0.0.1:8080/livez')
describe('the page', () => {
  const page = pageOf(badNight())
  const text = textOf(page)

  test.each([
    [
      'what is wrong, worst and newest first',
      '4 of 10 checks need a look: cache-size failing since 02:54:13 , 4 min (first warned at 02:18:13 ): greetings holds',
    ],
    ['why', 'greetings holds 112000 entries, growing by 2400 a minute; warns at 10000, fails at 100000'],
    [
      'when it is fatal',
      'reaches V8’s heap limit in about 34 min; at the soonest in 25 min, at the latest in 1 h 5 min',
    ],
    [
      'what to do',
      'Somebody has to act: neither /livez nor /readyz asks for it, so that no probe restarts or spares this pod for it',
    ],
    ['what helps at once', 'The remedy purge-cache may help at once. Run purge-cache'],
    [
      'what was tried, and what it did',
      '02:38:13 gc ran for 41 ms; objects and buffers 400 MiB → 396 MiB; it did not help',
    ],
    ['that patience waits', 'The newest look saw: ok. It takes 2 in a row until that is said.'],
    ['what Kubernetes is told', '/readyz 503 no requests are sent here (latency)'],
    ['that liveness goes on', '/livez 200 the container keeps running'],
    ['the odds ahead', 'The next three all fail with 11%'],
    ['how the last run ended', 'heartbeat failed 3 times: decay 62%. '],
    ['who asked, and what they got', 'the kubelet /readyz every 5 s 02:58:12 503 200 2001×, 503 144×'],
    ['what else there is to say', 'The journal cannot be written: ENOSPC.'],
    ['that it may be on purpose', 'Failing Set on purpose just now: latency (ends by itself at 02:58:53 ).'],
    ['faults that are on', 'latency active , ends by itself at 02:58:53'],
  ])('says %s', (_title, sentence) => expect(text).toContain(sentence))

  test('is under 60 KiB, in Japanese too', () => {
    expect(Buffer.byteLength(page)).toBeLessThan(60 * 1024)
    expect(Buffer.byteLength(pageOf(badNight({ language: 'ja' })))).toBeLessThan(60 * 1024)
  })

  test('asks for nothing: it has no address but its own routes', () => {
    const addresses = [...page.matchAll(/(?:href|src|action)="([^"]*)"/g)].map(([, address]) => address)
    expect(addresses.length).toBeGreaterThan(10)
    for (const address of addresses) expect(address).toMatch(/^(#|\?|\/[a-z]|data:,$)/)
    expect(page).not.toMatch(/\sstyle=|\son[a-z]+=/)
  })

  test('in Japanese says so, and marks the checks’ own sentences as English', () => {
    const japanese = pageOf(badNight({ language: 'ja' }))
    expect(japanese).toContain('<html lang="ja">')
    expect(textOf(japanese)).toContain('10個のチェックのうち4個に対応が必要です')
    expect(japanese).toContain('<span lang="en">greetings holds 112000 entries')
    for (const word of ['What to do', 'failing', 'Who asked', 'less than']) expect(textOf(japanese)).not.toContain(word)
  })

  test('who may not change anything sees no button, and why', () => {
    const looked = pageOf(badNight({ mayChange: false }))
    expect(looked).not.toContain('<button')
    expect(textOf(looked)).toContain('You may look, but not change anything')
  })

  test('a name or a sentence cannot become markup', () => {
    const evil = '<img src=x onerror=alert(1)>'
    const parts = [evil, 'b'].map((subject) => ({ subject, status: 'fail' as const, because: evil, values: {} }))
    const check = state('evil', 'fail', { because: evil, about: evil, parts })
    const transition = { name: 'evil', from: 'pass' as const, to: 'fail' as const, because: evil, at: NOW }
    expect(
      pageOf(
        view({
          snapshot: snapshotOf([check]),
          transitions: [transition],
          notes: [{ seen: evil, lately: evil, fatal: evil, advice: evil }],
        }),
      ),
    ).not.toContain('<img')
  })

  test('ten thousand checks do not make it a book: what is wrong comes first, and the rest is counted', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => state(`c${index}`, index === 9_999 ? 'fail' : 'pass'))
    const long = pageOf(view({ snapshot: snapshotOf(many) }))
    expect(long).toContain('id="check-c9999"')
    expect(textOf(long)).toContain('and 9939 more')
    expect(long.length).toBeLessThan(120_000)
  })
})

describe('for who is woken', () => {
  const growing = (helped?: boolean): StatusView => {
    const because = 'collections leave 60 MiB; purge-cache and gc can be run'
    const tried = { remedy: 'gc', check: 'memory-headroom', because, tookMs: 9, result: 'done' } as const
    return view({
      snapshot: snapshotOf([state('memory-headroom', 'fail', { because })]),
      remedies: [
        { name: 'purge-cache', about: 'empties' },
        { name: 'gc', about: 'collects' },
      ],
      attempts: [{ ...tried, at: NOW - 1_000, ...(helped !== undefined && { helped }) }],
    })
  }

  test.each([
    ['did not help', false, 'The remedy purge-cache may help at once.'],
    ['has not helped yet', undefined, 'The remedy purge-cache may help at once.'],
    ['helped before', true, 'The remedies purge-cache and gc may help at once.'],
  ])('a remedy that %s is offered accordingly', (_title, helped, offer) =>
    expect(textOf(pageOf(growing(helped)))).toContain(offer),
  )

  test('what did not help in an earlier trouble may help in this one', () => {
    const well = { name: 'memory-headroom', from: 'fail', to: 'pass', because: 'x', at: NOW - 500 } as const
    expect(textOf(pageOf({ ...growing(false), transitions: [well] }))).toContain('purge-cache and gc may help')
  })

  const previous = {
    startedAt: new Date(NOW - 101_000).toISOString(),
    endedAt: new Date(NOW - 60_000).toISOString(),
    lived: 41,
    why: 'descriptors: 192 of 200 are open',
    exit: 'killed',
    end: 'killed',
  }
  const young = { previous, uptimeSeconds: 50, startedAt: NOW - 50_000 }
  const topOf = (one: StatusView) => textOf(pageOf(one)).split('What a probe is told')[0]

  test('a young run says first why the one before it ended badly', () => {
    expect(topOf(view(young))).toContain(
      'This run replaced one that ended badly: How it ended Killed between 02:57:13 , when it was last heard of (41 s after its start), and 02:57:23 , when this run began. What it left: descriptors: 192 of 200',
    )
  })

  test('a young run says how the one before it ended, be it well', () => {
    const clean = {
      ...previous,
      why: 'no check was failing',
      exit: 'SIGTERM',
      end: 'clean',
      failing: false,
      orderly: true,
    }
    const well = view({ ...young, previous: clean, snapshot: snapshotOf([state('a', 'pass')]) })
    expect(topOf(well)).toContain(
      'The run before this one: How it ended Told to stop (SIGTERM) at 02:57:13 , 41 s after its start. What stood then: no check was failing. What ended it It then stopped in good order. Who stopped it is not known here: read the Events of kubectl describe pod failweb-6c7496cd6f-94xkd.',
    )
    expect(headline(well)).toBe('All well')
    expect(topOf({ ...well, uptimeSeconds: 3_600 })).not.toContain('The run before this one')
  })

  test.each([
    ['it has run for an hour', { uptimeSeconds: 3_600 }],
    [
      'the one before was stopped in good order',
      { previous: { ...previous, exit: 'SIGTERM', end: 'clean', failing: false } },
    ],
  ])('not so when %s', (_title, more) => expect(topOf(view({ ...young, ...more }))).not.toContain('ended badly'))

  test('until it has outlived the run before, and an hour at most, it is not said to be well', () => {
    const one = view({ snapshot: snapshotOf([state('a', 'pass')]), notes: [] })
    const headlineAfter = (lived: number, uptimeSeconds: number, end = 'killed') =>
      headline({ ...one, uptimeSeconds, previous: { ...previous, lived, end } })
    expect(headlineAfter(600, 599)).toBe('Well so far, after a run that was not')
    expect(headlineAfter(600, 600)).toBe('All well')
    expect(headlineAfter(0.4, 59)).toBe('Well so far, after a run that was not')
    expect(headlineAfter(0.4, 60)).toBe('All well')
    expect(headlineAfter(90_000, 3_600)).toBe('All well')
    expect(headlineAfter(600, 1, 'clean')).toBe('All well')
  })

  test.each([
    [
      'was stopped while something failed',
      { end: 'clean', exit: 'SIGTERM', failing: true },
      'The run before this one was told to stop while something failed: How it ended Told to stop (SIGTERM) at 02:57:13 , 41 s after its start. What stood then: descriptors: 192 of 200 are open. What ended it It did not come to the end of that. Its /livez passed then. Who stopped it is not known here: read the Events of kubectl describe pod failweb-6c7496cd6f-94xkd. “Liveness probe failed” or “Startup probe failed” there: Kubernetes did, as that probe’s answer came too late, or it asks /healthz, which failed. Neither: a new release',
    ],
    [
      'was stopped while something warned',
      {
        end: 'clean',
        exit: 'SIGTERM',
        failing: false,
        warned: true,
        orderly: true,
        why: 'warned: a; no check was failing',
      },
      'The run before this one was told to stop while not all was well: How it ended Told to stop (SIGTERM) at 02:57:13 , 41 s after its start. What stood then: warned: a; no check was failing. What ended it It then stopped in good order.',
    ],
    [
      'left by itself',
      { end: 'unhealthy', exit: 'self-drain' },
      'The run before this one stopped itself before it would have died: How it ended Stopped itself at 02:57:13 , 41 s after its start: descriptors: 192 of 200 are open. What ended it It stopped itself in good order',
    ],
    [
      'failed at liveness',
      { end: 'unhealthy', exit: 'SIGTERM' },
      'A liveness probe, if one asks, restarts it for that: “Liveness probe failed” among the Events of kubectl describe pod failweb-6c7496cd6f-94xkd confirms it; else somebody else stopped it.',
    ],
    [
      'failed by its counter',
      {
        end: 'unhealthy',
        exit: 'SIGTERM',
        why: 'heartbeat failed 3 times: decay 62%',
        drawn: 'counter' as const,
        orderly: true,
      },
      'heartbeat failed 3 times: decay 62%. That is no check, but the counter behind /healthz, by which this service fails on purpose. What ended it It then stopped in good order.',
    ],
    [
      'was killed',
      {},
      'tells what killed it: “Last State” (OOMKilled: a memory limit; Error with 137: SIGKILL, as after failed liveness probes), and the Events at its end. What was tried Nothing, by the service itself. What to do Read what killed it first: what is to be mended depends on that. Whether it comes again This run has lived longer than that.',
    ],
    [
      'crashed',
      { end: 'uncaught', exit: 'uncaught', why: 'uncaught Error: x (at y)' },
      'after its start: uncaught Error: x (at y). Since 02:57:13 , 41 s after its start, when the first of it was seen What ended it The error that is quoted, which nothing caught. kubectl logs --previous failweb-6c7496cd6f-94xkd has what it logged last.',
    ],
    ['is one of several', { badEnds: 3 }, '3 runs have ended badly within an hour.'],
  ])('a run that %s is told so', (_title, more, sentence) => {
    expect(topOf(view({ ...young, previous: { ...previous, ...more } }))).toContain(sentence)
  })

  test('an advice of the run before that sends to another check says that its state is of this run', () => {
    const slow = { ...state('latency', 'pass'), advice: 'raise it where cpu warns (see event-loop, memory-growth)' }
    const snapshot = snapshotOf([
      slow,
      state('event-loop', 'pass'),
      state('memory-growth', 'pass'),
      state('cpu', 'pass'),
    ])
    const topWith = (why: string) =>
      topOf(view({ ...young, snapshot, previous: { ...previous, end: 'unhealthy', why } }))
    expect(topWith('latency: slow')).toContain(
      'memory-growth). What this page says of event-loop and memory-growth and cpu is of this run, not of that one.',
    )
    expect(topWith('latency: slow; cpu: full; event-loop: still; memory-growth: much')).not.toContain('of that one')
  })

  test('what was tried before, and what to do against its cause, by the advice of what stood then', () => {
    const check = {
      ...state('descriptors', 'pass'),
      advice: 'find what is not closed (kubectl exec POD -- ls, kubectl logs POD)',
    }
    const why = 'descriptors: 192 of 200 are open'
    const topWith = (more: Partial<PreviousRun>) =>
      topOf(
        view({
          ...young,
          uptimeSeconds: 2,
          snapshot: snapshotOf([check]),
          previous: { ...previous, end: 'unhealthy', why, ...more },
        }),
      )
    expect(topWith({})).toContain(
      'What was tried Nothing, by the service itself. What to do Against the cause of descriptors (nothing of it is seen in this run so far, and what there was to see may be gone): find what is not closed',
    )
    expect(topWith({})).toContain(
      '(kubectl exec failweb-6c7496cd6f-94xkd -- ls, kubectl logs --previous failweb-6c7496cd6f-94xkd).',
    )
    const tried = (remedy: string, [times = 0, judged = 0, helped = 0]: readonly number[]) => ({
      remedy,
      checks: remedy === 'b' ? [] : ['cache-size'],
      times,
      judged,
      helped,
    })
    const results = [
      tried('purge-cache', [5, 5, 2]),
      tried('gc', [1, 0, 0]),
      tried('a', [3, 2, 0]),
      tried('b', [1, 1, 1]),
    ]
    expect(topWith({ tried: results })).toContain(
      'What was tried purge-cache, 5 times, for cache-size: it helped 2 times; gc, once, for cache-size: not judged before the end; a, 3 times, for cache-size: it did not help; b, once, by hand: it helped at the time What to do Against',
    )
    expect(topWith({ tried: results.slice(0, 2).map((one, nth) => ({ ...one, after: 20 + nth })) })).toContain(
      'purge-cache, 5 times (the last time at 02:56:52 ), for cache-size: it helped 2 times; gc, once (at 02:56:53 ), for cache-size:',
    )
    expect(topWith({ why: 'cache-size: much' })).not.toContain('Against the cause')
    // What the check advised then fits better than what it always advises.
    expect(topWith({ checkAdvice: { descriptors: 'close /tmp/x, see kubectl logs POD' } })).toContain(
      'in this run so far, and what there was to see may be gone): close /tmp/x, see kubectl logs --previous failweb-6c7496cd6f-94xkd.',
    )
    const fine = { end: 'clean', exit: 'SIGTERM', failing: false, orderly: true, why: 'no check was failing' }
    expect(topWith({ ...fine, tried: [{ ...tried('gc', [1, 1, 1]), checks: ['descriptors'] }] })).toMatch(
      /What was tried gc, once, for descriptors: it helped at the time What to do Against the cause of descriptors /,
    )
    expect(topWith({ end: 'killed', exit: 'killed', endedAt: new Date(NOW - 50_000).toISOString() })).toMatch(
      /How it ended Killed at \S+ , 41 s after its start\. What it left: /,
    )
    expect(
      topWith({ end: 'clean', exit: 'SIGTERM', warned: true, noted: true, why: 'noted: users got errors' }),
    ).toContain(
      'What to do What users and probes were told is in its log: kubectl logs --previous failweb-6c7496cd6f-94xkd.',
    )
    const noted = {
      end: 'clean',
      exit: 'SIGTERM',
      warned: true,
      noted: true,
      why: 'noted: users wait; warned: descriptors: 170 are open',
    }
    expect(topWith({ ...noted, advice: ['give that a timeout', 'read kubectl logs POD'] })).toContain(
      '94xkd). What users and probes were told is in its log: kubectl logs --previous failweb-6c7496cd6f-94xkd. Should it come again, while it lasts: Give that a timeout. Read kubectl logs failweb-6c7496cd6f-94xkd.',
    )
    expect(topWith({ drawn: 'fault', why: 'heartbeat failed once', failedAfter: 31 })).toContain(
      'Since 02:57:03 , 31 s after its start',
    )
    expect(topWith({ failedAfter: 31, illAfter: 16 })).toContain(
      'Since 02:56:48 , 16 s after its start, when the first of it was seen; failing since 02:57:03 What ended it',
    )
    const crashed = { end: 'uncaught', exit: 'uncaught', why: 'uncaught Error: x (at y)', lived: 41.04 }
    expect(
      topWith({
        ...crashed,
        startedAt: new Date(NOW - 100_900).toISOString(),
        endedAt: new Date(NOW - 60_000).toISOString(),
      }),
    ).toMatch(/Ended at (\S+) ,.*Since \1 , /)
    // Told as one moment, it comes again after one time, too.
    const soon = topWith({ failedAfter: 1.8, illAfter: 1.3 })
    expect(soon).toContain(', 1.3 s after its start, when the first of it was seen What ended it')
    expect(soon).toContain('about 1.3 s after its start')
    expect(topWith({ end: 'clean', exit: 'SIGTERM', warned: true, warnedAfter: 31, illAfter: 16 })).toContain(
      'Since 02:56:48 , 16 s after its start, when the first of it was seen What ended it',
    )
    expect(topWith({ end: 'killed', exit: 'killed', guardSpoke: true })).toContain(
      'How it ended Killed between 02:57:13 , when its guard was last heard of (41 s after its start), and 02:57:23 ,',
    )
    expect(topWith({ drawn: 'fault', why: 'heartbeat failed once' })).toContain(
      'What to do Nothing: the fault ended with its run. Who had set it, its log tells (kubectl logs --previous failweb-6c7496cd6f-94xkd) in the line',
    )
    expect(topWith({ drawn: 'fault', why: 'heartbeat failed once', failedAfter: 31 })).toContain(
      'Whether it comes again Not by itself: a fault ends with its run.',
    )
    expect(topWith({ end: 'uncaught', exit: 'uncaught', why: 'uncaught Error: x (at y)' })).toContain(
      'Since 02:57:13 , 41 s after its start',
    )
    expect(topWith({ end: 'clean', exit: 'SIGTERM', failing: false, why: 'no check was failing' })).toContain(
      'What to do Nothing, unless those Events name a probe that failed.',
    )
    expect(topWith({ exit: 'SIGTERM', drawn: 'counter', why: 'heartbeat failed once' })).toContain(
      'What failed was /healthz, not /livez: a liveness probe that asks /healthz restarts it for that: ',
    )
    expect(topWith({ drawn: 'counter', why: 'heartbeat failed once' })).toContain(
      'What to do Nothing: it is built to fail by its counter (decay.step)',
    )
    expect(
      topWith({ hung: 'computes', why: 'the main thread has been silent for 12 s: executing in spin (a.js:1)' }),
    ).toContain('Against the cause: do what it computes in pieces, or in a worker thread')
    expect(topWith({ hung: 'waits', why: 'the main thread has been silent for 12 s: blocked in a call' })).toContain(
      'without blocking. The code that makes it is not known: look for what makes that call',
    )
    const placed = 'the main thread has been silent for 12 s: blocked in a call: wait4, in wait (/app/a.js:2)'
    expect(topWith({ hung: 'waits', why: placed })).not.toContain('is not known: look for')
    expect(topWith({ hung: 'waits', why: placed, end: 'killed', exit: 'killed' })).toContain(
      'What ended it If a liveness probe asked it, that had no answer, and most likely Kubernetes killed it: “Liveness',
    )
    expect(topWith({ end: 'clean', exit: 'SIGTERM', warned: true, late: true, orderly: true })).toContain(
      'Most likely Kubernetes, as /livez was answered too late: “Liveness probe failed” among the Events',
    )
    expect(topWith({ end: 'uncaught', exit: 'uncaught', why: 'uncaught Error: x (at y (/a.js:1:2))' })).toContain(
      'What to do Look at that place in the code',
    )
    expect(topWith({ end: 'uncaught', exit: 'uncaught', why: 'uncaught Error: refused (at checkout)' })).toContain(
      'What to do Look for the cause in its log.',
    )
    const nameless =
      'the main thread has been silent for 12 s: blocked in a call: futex, in an anonymous function (/a.js:2)'
    expect(topWith({ hung: 'waits', why: nameless })).not.toContain('is not known: look for')
    expect(topWith({ hung: 'other', why: nameless })).toContain('look at what is named there')
    expect(topWith({ end: 'uncaught', exit: 'exit 3', why: 'it ended itself with exit code 3' })).toContain(
      'What to do Look for the cause in its log.',
    )
  })

  test('how the run before ended is told once: at the top for an hour, then in its place', () => {
    const page = (uptimeSeconds: number) => textOf(pageOf(view({ ...young, uptimeSeconds })))
    for (const seconds of [60, 4_000]) expect(page(seconds).split(previous.why)).toHaveLength(2)
    expect(page(60)).toContain('How it ended stands at the top of the page.')
    expect(page(4_000)).not.toContain('How it ended stands')
  })

  test.each([
    [
      'a kubelet had asked',
      true,
      false,
      /\n2\. A kubelet has asked .* Wait for that first\.\n3\. By hand: .*\nNo guard is enabled/,
    ],
    [
      'only the guard may be asked',
      false,
      true,
      /\n2\. No kubelet had asked .* has a livenessProbe, .* Where it hung, kubectl describe pod .*\n3\. By hand: kubectl delete pod (?!.*restart).*\nIf it hangs, the guard, .* as far as that can be known: kubectl logs failweb/,
    ],
    ['nobody had asked', false, false, /\n2\. No kubelet had asked .* by hand alone\.\n3\. .*\nNo guard is enabled/],
  ])('a page that hears no more says what ends a hang where %s', (_where, isAsked, isGuarded, expected) => {
    const kubelet = {
      agent: 'kube-probe',
      path: '/livez',
      lastAt: NOW,
      lastCode: 200,
      codes: [[200, 1]],
      unanswered: 0,
    } as const
    const page = pageOf(view({ visits: isAsked ? [kubelet] : [], isGuarded }))
    expect(page.match(/data-silent="([^"]*)"/)?.[1]).toMatch(expected)
  })

  test('who had gone before the answer is among those who asked', () => {
    const gone = { agent: 'kube-probe', path: '/livez', lastAt: NOW, codes: [[200, 7]], unanswered: 2 } as const
    expect(textOf(pageOf(view({ visits: [gone] })))).toMatch(
      /the kubelet \/livez – \S+ gone unanswered 200 7×, gone unanswered 2×/,
    )
  })

  test('an answer of the start is told with its time: it is none of now', () => {
    const codes = [
      [200, 9],
      [503, 1],
    ] as const
    const others = [[503, NOW - 60_000]] as const
    const visit = { agent: 'other', path: '/readyz', lastAt: NOW, lastCode: 200, codes, others, unanswered: 0 } as const
    expect(textOf(pageOf(view({ visits: [visit] })))).toContain('02:58:13 200 200 9×, 503 1× (last at 02:57:13 )')
  })

  test('what fails says since when it had warned, in this trouble', () => {
    const change = (from: Status, to: Status, at: number) => ({ name: 'cpu', from, to, because: 'x', at }) as const
    const transitions = [
      change('pass', 'warn', NOW - 90_000),
      change('warn', 'pass', NOW - 80_000),
      change('pass', 'warn', NOW - 70_000),
      change('warn', 'fail', NOW - 10_000),
    ]
    const told = (more: object) => {
      const failing = state('cpu', 'fail', { since: NOW - 10_000 })
      return textOf(pageOf(view({ snapshot: snapshotOf([failing]), transitions, ...more })))
    }
    expect(told({}).split('since 02:58:03 , less than 1 min (first warned at 02:57:03 )')).toHaveLength(3)
    expect(told({ transitions: [change('warn', 'fail', NOW)] })).not.toContain('first warned')
  })

  test('a service that stops tries nothing again', () => {
    const because = 'much is held; purge-cache ran less than 1 min ago, and is tried again once that time is over'
    const full = view({ snapshot: snapshotOf([state('cache-size', 'fail', { because })]) })
    expect(textOf(pageOf(full)).split('tried again')).toHaveLength(3)
    expect(textOf(pageOf({ ...full, draining: true }))).not.toContain('tried again')
  })

  test('what was tried before anything was said is told with why that is so', () => {
    const tried = { remedy: 'gc', check: 'cpu', because: 'much', at: NOW, tookMs: 9, result: 'done' } as const
    const snapshot = snapshotOf([state('cpu', 'warn')])
    const told = (more: object) => textOf(pageOf(view({ snapshot, attempts: [{ ...tried, ...more }] })))
    expect(told({ ahead: 'warn' })).toContain(
      'cpu , of which one look saw “warning” (it takes 3 in a row until that is said): much. gc ran for 9 ms',
    )
    expect(told({})).toContain('cpu : much. gc ran for 9 ms')
  })

  test('where liveness fails and no kubelet asks on this port, so much and no more', () => {
    const failing = view({ snapshot: snapshotOf([{ ...state('a', 'fail'), cure: 'restart' }]), visits: [] })
    const kubelet = {
      agent: 'kube-probe',
      path: '/livez',
      lastAt: NOW,
      lastCode: 503,
      codes: [[503, 1]],
      unanswered: 0,
    } as const
    expect(textOf(pageOf(failing))).toContain(
      'No kubelet has asked here so far: unless one asks elsewhere, nothing restarts it.',
    )
    expect(textOf(pageOf({ ...failing, visits: [kubelet] }))).not.toContain(
      'No kubelet has asked here so far: unless one asks elsewhere, nothing restarts it.',
    )
  })

  test.each([
    [299, 'There is little time.'],
    [301, 'Nothing at once.'],
  ])('a warning that is fatal in %d s says how much time there is', (likely, sentence) => {
    const forecast = { limit: 'the end', etaSeconds: [1, likely, null] as const }
    const warned = { ...state('a', 'warn'), cure: 'restart' as const, forecast }
    expect(textOf(pageOf(view({ snapshot: snapshotOf([warned]) })))).toContain(sentence)
  })

  test('a restart is said to gain time, and how much; the check’s own advice follows', () => {
    const came = { since: NOW - 60 * 60_000, advice: 'find what is kept' }
    const failing = { ...state('a', 'fail', came), cure: 'restart' as const }
    expect(textOf(pageOf(view({ snapshot: snapshotOf([failing]) })))).toContain(
      'When it is fatal No time can be foretold. If it goes on, the process ends, or serves nobody. What to do Find what is kept. Kubernetes restarts the container by itself if a liveness probe asks /livez; by hand: kubectl delete pod failweb-6c7496cd6f-94xkd. A restart gains about as long as this run took to come to this (2 h); the cause stays. What was tried Nothing, by the service itself.',
    )
    const unable = { ...state('a', 'unknown', came), cure: 'restart' as const }
    expect(textOf(pageOf(view({ snapshot: snapshotOf([unable]) })))).not.toContain('Find what is kept')
  })

  test('where no run before is known, it says whether one would be', () => {
    expect(textOf(pageOf(view()))).toContain('this is the first that its journal saw.')
    expect(textOf(pageOf(view({ keepsJournal: false })))).toContain('no journal is kept (journal.folder)')
  })

  test('a pod that a command asks for is this one', () => {
    const advice = 'run kubectl exec POD -- kill -USR1 1 (kubectl port-forward POD 9229); a POD of peas'
    const page = textOf(pageOf(view({ snapshot: snapshotOf([state('a', 'warn', { advice })]) })))
    expect(page).toContain(
      'Run kubectl exec failweb-6c7496cd6f-94xkd -- kill -USR1 1 (kubectl port-forward failweb-6c7496cd6f-94xkd 9229); a POD of peas.',
    )
  })

  test('moments in a sentence are the reader’s, as all others are', () => {
    const because = 'seen at 2026-11-22T02:57:13.250Z, and at 2026-13-45T99:99:99Z; 10.0.0.1'
    const page = pageOf(view({ snapshot: snapshotOf([state('a', 'warn', { because })]) }))
    expect(page).toContain(
      'seen at <time datetime="2026-11-22T02:57:13.250Z">02:57:13</time>, and at 2026-13-45T99:99:99Z; 10.0.0.1',
    )
  })

  test.each([
    [
      'SIGTERM',
      'Told to stop (SIGTERM) at 02:58:03 . The Events of kubectl describe pod failweb-6c7496cd6f-94xkd say by whom',
    ],
    [
      'self-drain',
      'It has been stopping itself since 02:58:03 , in good order (self-drain), before it would die of what is listed here. The next run comes to it too, about as soon (3 h)',
    ],
  ])('a service that stops for %s says so, since when, and what failed', (by, sentence) => {
    const leaving = { by, at: NOW - 10_000 }
    const stopping = view({ draining: true, leaving, snapshot: snapshotOf([state('a', 'fail'), state('b', 'pass')]) })
    expect(topOf(stopping)).toContain(sentence)
    expect(headline(stopping)).toBe('Stopping: a')
  })

  test('of a kill that nothing explains nobody knows whether it comes again', () => {
    const known = view({ ...young, previous: { ...previous, failing: true } })
    expect(topOf(known)).toContain('This run has lived longer than that.')
    expect(topOf({ ...known, uptimeSeconds: 40 })).toContain('it comes again as soon, within about 41 s of the start.')
    const unknown = view({ ...young, previous: { ...previous, failing: false } })
    expect(topOf(unknown)).not.toContain('This run has lived longer')
    expect(topOf({ ...unknown, uptimeSeconds: 40 })).not.toContain('it comes again as soon')
    expect(topOf(unknown)).toContain('nothing here can tell whether it comes again')
    const crashed = view({
      ...young,
      previous: { ...previous, end: 'uncaught', exit: 'uncaught', why: 'uncaught Error' },
    })
    expect(topOf(crashed)).toContain('nothing here can tell whether it comes again')
  })

  test('where it is known when it came to fail, that tells how soon it does again', () => {
    const failed = { ...previous, failing: true, failedAfter: 2.1 }
    expect(topOf(view({ ...young, uptimeSeconds: 2, previous: failed }))).toContain(
      'it fails again as soon: about 2.1 s after the start, to which this run has yet to come.',
    )
    const past = topOf(view({ ...young, uptimeSeconds: 30, previous: failed }))
    expect(past).toContain(
      'It had come to that about 2.1 s after its start; this run is older than that, which does not show that it is over.',
    )
    expect(past).not.toContain('fails again')
  })

  test.each([
    ['failed', { failing: true }],
    ['warned', { warned: true }],
  ])('of a run that was stopped while something %s it is said whether that comes again', (_title, more) => {
    const stopped = view({
      ...young,
      uptimeSeconds: 40,
      previous: { ...previous, end: 'clean', exit: 'SIGTERM', ...more },
    })
    expect(topOf(stopped)).toContain('what is quoted comes again; whether this run is then stopped too')
    expect(topOf(stopped)).not.toContain('of the start')
    const dated = { ...stopped.previous, failedAfter: 11, warnedAfter: 11 } as PreviousRun
    expect(topOf({ ...stopped, previous: dated })).toContain(
      'comes again (in that run about 11 s after the start; this run is older than that, which does not show that it is over);',
    )
    expect(topOf({ ...stopped, previous: dated, uptimeSeconds: 4 })).toContain(
      'comes again (in that run about 11 s after the start, to which this run has yet to come);',
    )
    expect(topOf({ ...stopped, previous: dated })).toContain(
      'are open. Since 02:56:43 , 11 s after its start, when the first of it was seen What ended',
    )
  })

  test('of what no time can be foretold it is said what it comes to, and of what cannot be seen nothing', () => {
    const fatal = (status: 'fail' | 'unknown', cure: Cure) =>
      /When it is fatal (.*?) What to do/.exec(
        textOf(pageOf(view({ snapshot: snapshotOf([{ ...state('a', status), cure }]) }))),
      )?.[1]
    expect(fatal('fail', 'person')).toMatch(
      /^No time can be foretold\. Neither \/livez nor \/readyz asks for it, so that no probe ends it; /,
    )
    expect(fatal('fail', 'wait')).toMatch(/^By itself it ends nothing: requests wait for it\./)
    expect(fatal('unknown', 'restart')).toBe('Nothing is known, nor when.')
  })

  test('a fault that was set in the run before is named, and does not come again by itself', () => {
    const faulty = view({ ...young, previous: { ...previous, faults: ['heap-leak', 'latency'] } })
    expect(topOf(faulty)).toContain('Set on purpose in it: heap-leak, latency.')
    expect(topOf(view({ ...young, previous }))).not.toContain('Set on purpose')
  })

  test('a heartbeat that was made to fail is no counter’s doing', () => {
    const why = 'heartbeat failed 3 times: made to fail on purpose, by a fault that somebody set'
    expect(topOf(view({ ...young, previous: { ...previous, end: 'unhealthy', why } }))).not.toContain('the counter')
  })

  test('while a fault is set nobody is sent to look in the code first', () => {
    const failing = snapshotOf([state('a', 'fail', { advice: 'find the code' })])
    const page = (active: boolean) => textOf(pageOf(view({ snapshot: failing, faults: [{ name: 'block', active }] })))
    expect(page(true)).toMatch(
      /What to do First end what is set on purpose \(block;.* What then still stands: Find the code\./,
    )
    expect(page(false)).toMatch(/What to do Find the code\./)
  })

  test('a remedy that helped within the hour is told of first where all is well', () => {
    const attempt = { remedy: 'gc', check: 'a', because: 'x', tookMs: 9, result: 'done', helped: true } as const
    const well = view({ snapshot: snapshotOf([state('a', 'pass')]), attempts: [{ ...attempt, at: NOW - 60_000 }] })
    expect(topOf(well)).toContain('It helped itself at 02:57:13 , when a was not well: gc ran for 9 ms; it helped.')
    expect(topOf(well)).toContain('The first time within an hour')
    const advised = snapshotOf([state('a', 'pass', { advice: 'give that cache a limit' })])
    expect(topOf({ ...well, snapshot: advised })).toMatch(
      /whether it comes again shows here: a \. Against the cause of a: give that cache a limit\./,
    )
    expect(topOf({ ...well, attempts: [{ ...attempt, at: NOW - 3_600_000 }] })).not.toContain('It helped itself')
    const again = [2, 1].map((minutes) => ({ ...attempt, at: NOW - minutes * 60_000 }))
    expect(topOf({ ...well, attempts: again })).toContain('For the 2nd time within an hour')
    expect(topOf({ ...well, attempts: [{ ...attempt, check: 'b', at: NOW - 90_000 }, ...well.attempts] })).toContain(
      'The first time within an hour',
    )
  })

  test('a check that has been ill in this run is not said to be unseen in it', () => {
    const check = { ...state('a', 'pass'), advice: 'bound it' }
    const before = { ...previous, end: 'unhealthy', why: 'a: much', checkAdvice: { constructor: 'x' } }
    const top = (more: Partial<StatusView>) =>
      topOf(view({ ...young, uptimeSeconds: 20, snapshot: snapshotOf([check]), previous: before, ...more }))
    expect(top({})).toContain(
      'Against the cause of a (nothing of it is seen in this run so far, and what there was to see may be gone): bound it.',
    )
    const ill = { name: 'a', from: 'pass', to: 'fail', because: 'x', at: NOW - 15_000 } as const
    expect(top({ transitions: [ill, { ...ill, from: 'fail', to: 'pass' }] })).toContain(
      'Against the cause of a: bound it.',
    )
    const attempt = { remedy: 'gc', check: 'a', at: NOW - 9_000, tookMs: 9, result: 'done' } as const
    expect(top({ attempts: [attempt] })).toContain('Against the cause of a: bound it.')
  })

  test('what happened tells what a remedy was tried for, which nothing may yet have been said of', () => {
    const attempt = { remedy: 'gc', at: NOW - 60_000, tookMs: 9, result: 'done', helped: false } as const
    const happened = (more: object) => textOf(pageOf(view({ attempts: [{ ...attempt, ...more }] })))
    expect(happened({ check: 'heap', because: '44 MiB in use' })).toContain(
      'heap : 44 MiB in use. gc ran for 9 ms; it did not help',
    )
    expect(happened({})).toContain('gc ran for 9 ms (by hand); it did not help 2026-')
  })

  test('a run that has just begun has not seen much: it is well so far', () => {
    const one = view({ snapshot: snapshotOf([state('a', 'pass'), state('b', 'pass')]) })
    expect(topOf({ ...one, uptimeSeconds: 59 })).toContain('All 2 checks pass, so far: this run has just begun.')
    expect(topOf({ ...one, uptimeSeconds: 60 })).toContain('All 2 checks pass. ')
  })

  test('all is said to be well only where no note says otherwise; the note comes first', () => {
    const well = view({ snapshot: snapshotOf([state('a', 'pass')]), notes: [] })
    expect(topOf(well)).toMatch(/ All well The one check passes\./)
    const noted = { ...well, notes: [{ seen: 'users got server errors' }] }
    expect(topOf(noted)).toMatch(/ Checks pass, but not all is well Users got server errors\. The one check passes\./)
    expect(headline(noted)).toBe('Checks pass, but not all is well')
    const failing = { ...noted, snapshot: snapshotOf([state('a', 'fail')]) }
    expect(topOf(failing)).toMatch(/ Failing 1 of 1 check needs a look: .* Users got server errors/)
  })

  test('a check that has not looked yet is kept from it by nothing', () => {
    const page = (looked: boolean) =>
      textOf(pageOf(view({ snapshot: snapshotOf([state('a', 'unknown', { looked })]) })))
    expect(page(false)).toContain('What to do Nothing yet: it is about to look for the first time.')
    expect(page(true)).toContain('What to do It cannot look, so nothing is known.')
  })

  test('a check that cannot look is not all, where there is a note beside it', () => {
    const unknown = view({ snapshot: snapshotOf([state('a', 'unknown')]), notes: [] })
    expect(headline(unknown)).toBe('Cannot tell: a')
    const noted = { ...unknown, notes: [{ seen: 'the main thread is busy' }] }
    expect(headline(noted)).toBe('Not all is well, and not all can be looked at: a')
  })

  test('requests are said to stay away only where a kubelet has asked', () => {
    const snapshot = snapshotOf([state('latency', 'fail', { cure: 'wait' })])
    const visit = { agent: 'kube-probe', lastAt: NOW, lastCode: 503, codes: [[503, 1]], unanswered: 0 } as const
    const pageAsked = (path: string) => textOf(pageOf(view({ snapshot, visits: [{ ...visit, path }] })))
    const told = '/readyz 503 no requests are sent here (latency)'
    const unasked = '. No kubelet has asked here so far: unless one asks elsewhere, requests still come.'
    expect(pageAsked('/livez')).toContain(`${told}${unasked}`)
    expect(pageAsked('/readyz')).toContain(told)
    expect(pageAsked('/readyz')).not.toContain(unasked)
  })

  test('what no check says answers the questions of who is called, as far as it can', () => {
    const note = {
      seen: 'users wait',
      lately: 'none since then',
      fatal: 'it ends nothing',
      advice: 'see kubectl logs POD',
    }
    const told =
      'Users wait. Whether it goes on None since then. When it is fatal It ends nothing. What to do See kubectl logs'
    expect(topOf(view({ notes: [note] }))).toContain(
      `${told} failweb-6c7496cd6f-94xkd. What was tried Nothing, by the service itself.`,
    )
    expect(topOf(view({ notes: [{ seen: 'users wait' }] }))).not.toContain('What was tried')
    const since = [{ ...note, since: NOW - 125_000 }]
    expect(topOf(view({ notes: since }))).toMatch(/Users wait\. Since since \S+ , 2 min Whether it goes on/)
  })

  test('since when heartbeats fail, and how many', () => {
    const failing = (failedInARow: number) =>
      topOf(view({ decay: { percent: 12, step: 1, failedInARow, failedSince: NOW - 125_000 } }))
    expect(failing(1)).toMatch(/It is the first, since \S+ , 2 min\./)
    expect(failing(22)).toMatch(/It is the 22nd failed heartbeat in a row, since \S+ , 2 min\./)
    expect(failing(113)).toContain('the 113th failed heartbeat in a row')
  })

  test.each([
    [
      true,
      'made to fail on purpose',
      'What to do End the fault: ',
      'Whether it comes again Until that fault has ended.',
    ],
    [false, 'failed by lot, with a chance of 62%', 'What to do Nothing: a restart', 'Whether it comes again Yes, more'],
  ])('a heartbeat that failed at 62%%, on purpose %s, says how, and what that comes to', (onPurpose, ...said) => {
    const top = topOf(view({ decay: { percent: 62, step: 2, failedInARow: 1, onPurpose } }))
    for (const one of said) expect(top).toContain(one)
    expect(top).toContain('When it is fatal Where a liveness probe asks /healthz: after three in a row')
  })
})

describe('the overall word', () => {
  const decay = (failedInARow: number) => ({ percent: 10, step: 2, failedInARow })

  test.each<[string, Partial<StatusView>, string]>([
    ['all is well', {}, 'pass'],
    ['the worst check speaks', { snapshot: snapshotOf([state('a', 'warn'), state('b', 'unknown')]) }, 'unknown'],
    ['a failed draw fails', { decay: decay(1) }, 'fail'],
    ['a draw that passed does not', { decay: decay(0) }, 'pass'],
    [
      'a service that stops is stopping, whatever else',
      { draining: true, snapshot: snapshotOf([state('a', 'fail')]) },
      'stopping',
    ],
  ])('%s', (_title, more, word) => expect(overallOf(view(more))).toBe(word))

  test('worst first, newest trouble first among equals, the rest in its own order', () => {
    const checks = [
      state('a', 'pass'),
      state('b', 'fail', { since: 1 }),
      state('c', 'warn'),
      state('d', 'fail', { since: 2 }),
      state('e', 'pass'),
    ]
    expect(worstFirst(checks).map(({ name }) => name)).toEqual(['d', 'b', 'c', 'a', 'e'])
  })
})

describe('what changes between two renderings', () => {
  const night = badNight()

  test('nothing, where only seconds went by', () => {
    expect(changesBetween(fragmentsOf(night), fragmentsOf({ ...night, now: NOW + 1_000 }))).toBeUndefined()
  })

  test('one check that has looked is one card', () => {
    const checks = night.snapshot.checks.map((check) =>
      check.name === 'cpu' ? { ...check, lookedAt: NOW, tookMs: 9 } : check,
    )
    const changes = changesBetween(fragmentsOf(night), fragmentsOf({ ...night, snapshot: snapshotOf(checks) }))
    expect(Object.keys(changes ?? {})).toEqual(['check-cpu'])
  })

  test('one that has come to fail moves: all cards are sent, and the overall word', () => {
    const checks = night.snapshot.checks.map((check) =>
      check.name === 'cpu' ? state('cpu', 'fail', { since: NOW }) : check,
    )
    const changes = changesBetween(fragmentsOf(night), fragmentsOf({ ...night, snapshot: snapshotOf(checks) }))
    expect(Object.keys(changes ?? {})).toEqual(['overall', 'checks'])
  })

  test('everything, for who has seen nothing', () => {
    expect(Object.keys(changesBetween(undefined, fragmentsOf(night)) ?? {})).toEqual([
      'overall',
      'timeline',
      'visits',
      'run',
      'controls',
      'checks',
    ])
  })
})
