import { describe, expect, test } from 'vitest'
import { oddsCommand } from '../../src/cli/odds.ts'
import { fakeTerminal } from '../rehearse/fake-terminal.ts'

async function odds(...args: string[]) {
  const { terminal, out } = fakeTerminal()
  const code = await oddsCommand.run(args, terminal)
  return { code, text: out() }
}

describe('failweb odds', () => {
  test('without options: the chapter’s service', async () => {
    const { code, text } = await odds()
    expect(code).toBe(0)
    expect(text).toContain('Each access adds 2 points; 3 failures in a row end a life.')
    expect(text).toContain('mean 27.1232   sd 7.5975')
    expect(text).toContain('p5 14   p10 17   p50 27   p90 37   p99 43')
    expect(text).toMatch(/27-29 {3}14\.9 % {2}█+/)
    expect(text).toMatch(/in 5m0s: 5\.79 restarts on average, CrashLoopBackOff always, first after 2m12s/)
    expect(text).not.toContain('\x1b[')
  })

  test.each([30, 50])('on a terminal of %d columns no line is longer than that', async (columns) => {
    const { terminal, out } = fakeTerminal({ NO_COLOR: '1' })
    await oddsCommand.run([], { ...terminal, out: { ...terminal.out, isTTY: true, columns } })
    for (const line of out().split('\n')) expect(line.length).toBeLessThanOrEqual(columns)
    expect(out().split(/\s+/).join(' ')).toContain('mean 27.1232 sd 7.5975 p5 14 p10 17 p50 27 p90 37 p99 43')
  })

  test('a second probe that counts too, a delay and a longer time', async () => {
    const { text } = await odds('--second-period', '1s', '--initial-delay=3s', '--for', '1h')
    expect(text).toContain('mean 16.4751   sd 4.3797')
    expect(text).toContain('1 other accesses for each probe')
  })

  test('--json is one object with every chance', async () => {
    const { text } = await odds('--json', '--failure-threshold', '1')
    const answer = JSON.parse(text)
    expect(answer.probes.mean).toBeCloseTo(8.5431, 4)
    expect(answer.probes.chances[1]).toBeCloseTo(0.02, 12)
    expect(answer.probes.quantiles).toMatchObject({ p10: 3, p50: 8, p90: 14 })
    expect(answer.restarts.mean).toBeGreaterThan(5)
  })

  test('where each chance is small, the drawing begins where they begin, and a mean is told though the rest is too long', async () => {
    const { text } = await odds('--rate', '0.05', '--step', '0')
    expect(text).toContain('mean 8420.0000')
    expect(text).toMatch(/\n +7-2914 +29\.2 % /)
    expect((await odds('--rate', '0.01', '--step', '0')).text).toContain('a life takes 1010100 probes in the mean')
  })

  test('a service without decay need never end', async () => {
    expect((await odds('--step', '0')).text).toContain('With that, no life need ever end.')
    const answer = JSON.parse((await odds('--step', '0', '--json')).text)
    expect(answer.probes.mean).toBeNull()
    expect(answer.restarts).toEqual({ mean: 0, crashLoopChance: 0, crashLoopAfterSeconds: null })
  })

  test('every mistake at once, each with its option', async () => {
    const args = ['deploy.yml', '--stpe', '2', '--period', 'soon', '--failure-threshold', '0', '--rate', '2']
    await expect(odds(...args)).rejects.toMatchObject({
      mistakes: [
        '--stpe: failweb odds has no such option; see its --help',
        'deploy.yml: failweb odds takes no such argument',
        '--period: expected a duration such as 90s, 5m or 1h30m; got soon',
        '--rate: expected a number from 0 to 1; got 2',
        '--failure-threshold: expected a whole number from 1 to 1000; got 0',
      ],
    })
  })
})
