import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { Terminal } from '../../src/cli/command.ts'
import { CannotAsk } from '../../src/cli/service-client.ts'
import type { StatusReport } from '../../src/cli/status-report.ts'
import {
  ChangesShow,
  JsonShow,
  type Look,
  ScreenShow,
  type WatchShow,
  watchStatus,
} from '../../src/cli/status-watch.ts'
import { FakeClock } from '../fake-clock.ts'
import { fakeTerminal } from '../rehearse/fake-terminal.ts'

const startedAt = '2026-01-01T00:00:00.000Z'

function report(status: 'pass' | 'fail', because = 'as it should be', begun = startedAt): StatusReport {
  return {
    url: 'http://127.0.0.1:8080',
    status,
    withheld: false,
    notes: [],
    attempts: [],
    checks: [{ name: 'disks', status, since: begun, parts: [{ status, because }], history: [] }],
    run: {
      startedAt: begun,
      uptimeSeconds: 1,
      ...(begun !== startedAt && {
        previous: { endedAt: begun, livedSeconds: 9, why: 'disks: full', exit: 'SIGTERM' },
      }),
    },
  }
}

/** Watches through these looks, one a second, and stops after the last. */
async function watch(looks: readonly (Look | Error)[], show: WatchShow): Promise<void> {
  const clock = new FakeClock()
  const stop = new AbortController()
  const rest = [...looks]
  const watching = watchStatus(
    {
      everyMs: 1000,
      clock,
      stop: stop.signal,
      async ask() {
        const look = rest.shift()
        if (look instanceof Error) throw look
        if (look) return look
        stop.abort()
        throw new CannotAsk('given up')
      },
    },
    show,
  )
  await Promise.all([watching, clock.advance(looks.length * 1000)])
}

describe('in a pipe', () => {
  const show = () => {
    let text = ''
    const write = (more: string) => {
      text += more
    }
    return { changes: new ChangesShow(write), json: new JsonShow(write), text: () => text }
  }

  test('a line for each check, then one for each that changes, and none for a sentence that only reads otherwise', async () => {
    const { changes, text } = show()
    await watch(
      [
        { report: report('pass', 'p99 3 ms') },
        { report: report('pass', 'p99 4 ms') },
        { report: report('fail', '93% is used') },
        new CannotAsk('nothing listens at http://127.0.0.1:8080'),
        new CannotAsk('nothing listens at http://127.0.0.1:8080'),
        { report: report('pass', 'fine', '2026-01-01T00:00:09.000Z') },
      ],
      changes,
    )
    expect(text()).toBe(`2026-01-01T00:00:01.000Z pass: answers; runs since 2026-01-01T00:00:00.000Z
2026-01-01T00:00:01.000Z pass disks: p99 3 ms
2026-01-01T00:00:03.000Z fail: answers; runs since 2026-01-01T00:00:00.000Z
2026-01-01T00:00:03.000Z fail disks: 93% is used
2026-01-01T00:00:04.000Z nothing listens at http://127.0.0.1:8080
2026-01-01T00:00:06.000Z pass: answers; runs since 2026-01-01T00:00:09.000Z; the run before: disks: full
2026-01-01T00:00:06.000Z pass disks: fine
`)
  })

  test('as JSON a whole report for each change', async () => {
    const { json, text } = show()
    await watch([{ report: report('pass') }, { report: report('pass', 'other') }, { report: report('fail') }], json)
    const lines = text().trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line).status)).toEqual(['pass', 'fail'])
  })

  test('an error of its own is not swallowed', async () => {
    const { changes } = show()
    await expect(watch([new TypeError('a bug')], changes)).rejects.toThrow('a bug')
  })
})

describe('on a terminal', () => {
  const onScreen = (size: { columns: number; rows: number }, env: Terminal['env'] = {}) => {
    const { terminal, out } = fakeTerminal(env)
    const screen: Terminal = { ...terminal, out: { ...terminal.out, isTTY: true, ...size } }
    return { show: new ScreenShow(screen), out }
  }
  /** What a terminal would show of the last thing drawn: rows, without colours. */
  const lastFrame = (out: string) => {
    const frame = out.split('\x1b[H').at(-1)?.split('\x1b[J')[0] ?? ''
    return frame.split('\r\n').map(stripVTControlCharacters)
  }

  test('draws over itself on the other screen, and gives the first one back with the last view and a cursor', async () => {
    const { show, out } = onScreen({ columns: 80, rows: 24 })
    await watch([{ report: report('pass') }, { report: report('fail', 'full') }], show)
    const text = out()
    expect(text.startsWith('\x1b[?1049h\x1b[?25l')).toBe(true)
    expect(text.split('\x1b[H')).toHaveLength(3)
    const [, after = ''] = text.split('\x1b[?25h\x1b[?1049l')
    expect(after).toContain('full')
    expect(stripVTControlCharacters(after)).toBe(after)
  })

  test('keeps the last view below the reason why there is no newer one', async () => {
    const { show, out } = onScreen({ columns: 80, rows: 24 })
    await watch([{ report: report('fail', 'full') }, new CannotAsk('nothing listens')], show)
    const frame = lastFrame(out())
    expect(frame[1]).toBe('nothing listens')
    expect(frame.join('\n')).toContain('full')
  })

  test('never writes more lines or cells than the terminal has, however narrow and whatever language', async () => {
    const sentence = 'ディスクの使用率が93%で、上限の90%を超えています。古いログを消してください。'.repeat(3)
    for (const [columns, rows] of [
      [80, 24],
      [30, 8],
      [12, 4],
    ] as const) {
      const { show, out } = onScreen({ columns, rows })
      await watch([{ report: report('fail', sentence) }], show)
      const frame = lastFrame(out())
      expect(frame.length).toBeLessThanOrEqual(rows)
      const cells = (line: string) =>
        [...line].reduce((sum, character) => sum + (/[\u3000-\u9fff\uff00-\uffef]/.test(character) ? 2 : 1), 0)
      for (const line of frame) expect(cells(line)).toBeLessThanOrEqual(columns)
    }
  })

  test('is not coloured where NO_COLOR is set, or the terminal is dumb', async () => {
    for (const env of [{ NO_COLOR: '1', FORCE_COLOR: '1' }, { TERM: 'dumb' }]) {
      const { show, out } = onScreen({ columns: 80, rows: 24 }, env)
      await watch([{ report: report('fail') }], show)
      expect(out()).not.toContain('\x1b[31m')
    }
  })
})
