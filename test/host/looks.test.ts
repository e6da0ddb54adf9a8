import { describe, expect, test } from 'vitest'
import { Looks, within } from '../../src/host/looks.ts'
import { FakeClock, settle } from '../fake-clock.ts'

const never = () => new Promise<number>(() => {})

describe('looks that may never return', () => {
  test('what returned is told, what threw is told as not seen', async () => {
    const looks = new Looks<number>(2, () => 0)
    const open = new AbortController().signal
    expect(await looks.look('/', async () => 7, open)).toEqual({ value: 7 })
    expect(await looks.look('/x', () => Promise.reject(new Error('gone')), open)).toEqual({
      subject: '/x',
      because: 'gone',
    })
    expect(looks.isOut('/x')).toBe(false)
  })

  test('one that is out is not begun again: whoever asks waits for it, and it says since when', async () => {
    const clock = new FakeClock()
    const looks = new Looks<number>(2, () => clock.now())
    let begun = 0
    let answer: (value: number) => void = () => {}
    const work = () => {
      begun++
      return new Promise<number>((resolve) => {
        answer = resolve
      })
    }
    const round = (ms: number) => {
      const limit = { clock, ms, signal: new AbortController().signal }
      return within(limit, (deadline) => looks.look('/dead', work, deadline))
    }
    const first = round(1_000)
    await clock.advance(1_000)
    expect(await first).toEqual({ subject: '/dead', because: 'no answer for 1 s', isLate: true })
    await clock.advance(119_000)
    const second = round(1_000)
    await clock.advance(1_000)
    expect(await second).toEqual({ subject: '/dead', because: 'no answer for 2 min', isLate: true })
    const third = round(1_000)
    await settle()
    answer(3)
    expect(await third).toEqual({ value: 3 })
    expect(begun).toBe(1)
  })

  test('no more than so many are out; the others wait for a place until the deadline', async () => {
    const looks = new Looks<number>(1, () => 0)
    const deadline = new AbortController()
    const stuck = looks.look('/dead', never, deadline.signal)
    let begun = false
    const other = looks.look(
      '/',
      async () => {
        begun = true
        return 1
      },
      deadline.signal,
    )
    await settle()
    deadline.abort()
    expect(await other).toEqual({ subject: '/', because: '1 look elsewhere has not returned' })
    expect((await stuck) satisfies object).toHaveProperty('because')
    expect(begun).toBe(false)
  })

  test('a place that becomes free is taken', async () => {
    const looks = new Looks<number>(1, () => 0)
    const open = new AbortController().signal
    const order: number[] = []
    const slow = (number: number) => async () => {
      await settle()
      order.push(number)
      return number
    }
    await Promise.all([1, 2, 3].map((number) => looks.look(`/${number}`, slow(number), open)))
    expect(order).toEqual([1, 2, 3])
  })

  test('a deadline that has passed already is kept', async () => {
    const looks = new Looks<number>(1, () => 0)
    expect(await looks.look('/', never, AbortSignal.abort())).toEqual({
      subject: '/',
      because: 'no answer for 0 ms',
      isLate: true,
    })
  })
})

describe('work with a deadline', () => {
  test('leaves no timer and no listener behind when it ends in time', async () => {
    const clock = new FakeClock()
    const stop = new AbortController()
    let seen: AbortSignal | undefined
    await within({ clock, ms: 1_000, signal: stop.signal }, async (deadline) => {
      seen = deadline
    })
    expect(clock.sleepers).toBe(0)
    stop.abort()
    await settle()
    expect(clock.sleepers).toBe(0)
    expect(seen?.aborted).toBe(true)
  })

  test('is called off with the look that it is part of', async () => {
    const clock = new FakeClock()
    const stop = new AbortController()
    const looks = new Looks<number>(1, () => clock.now())
    const looked = within({ clock, ms: 1_000, signal: stop.signal }, (deadline) => looks.look('/', never, deadline))
    stop.abort()
    expect(await looked).toHaveProperty('because')
  })
})
