import { EventEmitter } from 'node:events'
import { describe, expect, test } from 'vitest'
import { watchErrors } from '../../src/host/errors.ts'

function watched() {
  const source = new EventEmitter()
  return { source, watch: watchErrors(source) }
}

const NONE = { uncaught: 0, unhandled: 0, exhausted: {}, warnings: {} }

describe('the watch on errors', () => {
  test('nothing has happened', () => {
    expect(watched().watch.look()).toEqual(NONE)
  })

  test('the monitor tells of exceptions and, by their origin, of rejections', () => {
    const { source, watch } = watched()
    source.emit('uncaughtExceptionMonitor', new TypeError('x'), 'uncaughtException')
    source.emit('uncaughtExceptionMonitor', new Error('y'), 'unhandledRejection')
    expect(watch.look()).toEqual({ ...NONE, uncaught: 1, unhandled: 1, newest: 'Error' })
  })

  test.each(['EMFILE', 'ENFILE', 'ENOSPC', 'ENOMEM'])('%s is counted by its code', (code) => {
    const { source, watch } = watched()
    source.emit('uncaughtExceptionMonitor', Object.assign(new Error('x'), { code }))
    expect(watch.look()).toEqual({ ...NONE, uncaught: 1, exhausted: { [code]: 1 }, newest: `Error ${code}` })
  })

  test('warnings are counted by name, of which there is a limited number', () => {
    const { source, watch } = watched()
    source.emit('warning', Object.assign(new Error('x'), { name: 'MaxListenersExceededWarning' }))
    for (let i = 0; i < 100; i++) source.emit('warning', { name: `Warning${i}` })
    const { warnings } = watch.look()
    expect(warnings['MaxListenersExceededWarning']).toBe(1)
    expect(Object.keys(warnings)).toHaveLength(21)
    expect(warnings['other']).toBe(81)
  })

  const awkward: unknown = new Proxy(
    {},
    {
      get() {
        throw new Error('hands off')
      },
    },
  )
  test.each([undefined, null, 'a string', 7, {}, awkward])('anything may be thrown: case %#', (thrown) => {
    const { source, watch } = watched()
    source.emit('uncaughtExceptionMonitor', thrown)
    expect(watch.look().uncaught).toBe(1)
  })

  test('never the message, which may hold what users wrote', () => {
    const { source, watch } = watched()
    source.emit('uncaughtExceptionMonitor', new Error('card 4111 1111'))
    expect(JSON.stringify(watch.look())).not.toContain('4111')
  })
})

describe('a listener on unhandledRejection keeps a process alive, so there is none of ours', () => {
  test('unless there is one of somebody else, which silences the monitor', () => {
    const { source, watch } = watched()
    expect(source.listenerCount('unhandledRejection')).toBe(0)
    source.on('unhandledRejection', () => {})
    source.emit('unhandledRejection', new Error('x'))
    expect(watch.look().unhandled).toBe(1)
  })

  test('ours goes with the last of the others, `once` or not', () => {
    const { source } = watched()
    const theirs = () => {}
    source.on('unhandledRejection', theirs)
    source.once('unhandledRejection', () => {})
    source.emit('unhandledRejection', new Error('x'))
    expect(source.listenerCount('unhandledRejection')).toBe(2)
    source.off('unhandledRejection', theirs)
    expect(source.listenerCount('unhandledRejection')).toBe(0)
  })

  test('one that was there before us counts as well', () => {
    const source = new EventEmitter()
    source.on('unhandledRejection', () => {})
    const watch = watchErrors(source)
    source.emit('unhandledRejection', 'x')
    expect(watch.look().unhandled).toBe(1)
  })

  test('two watches do not take one another for somebody else', () => {
    const { source, watch } = watched()
    const second = watchErrors(source)
    const theirs = () => {}
    source.on('unhandledRejection', theirs)
    source.emit('unhandledRejection', 'x')
    expect([watch.look().unhandled, second.look().unhandled]).toEqual([1, 1])
    source.off('unhandledRejection', theirs)
    expect(source.listenerCount('unhandledRejection')).toBe(0)
  })

  test('one of two that stops takes only its own with it', () => {
    const { source, watch } = watched()
    const second = watchErrors(source)
    source.on('unhandledRejection', () => {})
    watch.stop()
    source.emit('unhandledRejection', 'x')
    source.emit('uncaughtExceptionMonitor', 'x')
    expect(watch.look()).toEqual(NONE)
    expect(second.look()).toMatchObject({ uncaught: 1, unhandled: 1 })
  })

  test('stopped, nothing of ours is left', () => {
    const { source, watch } = watched()
    const theirs = () => {}
    source.on('unhandledRejection', theirs)
    watch.stop()
    expect(source.listeners('unhandledRejection')).toEqual([theirs])
    source.off('unhandledRejection', theirs)
    expect(source.eventNames()).toEqual([])
  })
})
