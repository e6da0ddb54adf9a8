import { describe, expect, test } from 'vitest'
import { foldersOf, withStandIns } from '../../src/rehearse/process/stand-ins.ts'
import { containerSpec } from './specs.ts'

describe('what a manifest says of a container’s ports and folders, on this machine', () => {
  const ports = new Map([
    [8080, 41_000],
    [8081, 41_001],
  ])
  const folders = new Map([
    ['/state', '/here/state'],
    ['/state/cache', '/here/cache'],
  ])

  test.each([
    ['8080', '41000'],
    [':8081', ':41001'],
    ['0.0.0.0:8081', '0.0.0.0:41001'],
    ['[::]:8081', '[::]:41001'],
    ['http://localhost:8080/livez', 'http://localhost:41000/livez'],
    ['--port=8080', '--port=41000'],
    ['--guard.listen=127.0.0.1:8081', '--guard.listen=127.0.0.1:41001'],
    ['/state', '/here/state'],
    ['/state/journal', '/here/state/journal'],
    ['/state/cache/a', '/here/cache/a'],
    ['--journal.folder=/state/journal', '--journal.folder=/here/state/journal'],
  ])('%s is %s', (said, here) => {
    expect(withStandIns(said, { ports, folders })).toBe(here)
  })

  test.each(['', '80', '8080/x', '18080', 'http://db:8080', 'db:8080', '/states', 'a/state', '8080 8081'])(
    '%j stays what it is',
    (said) => {
      expect(withStandIns(said, { ports, folders })).toBe(said)
    },
  )

  test('an emptyDir is one folder, wherever it is mounted, and a part of it a part of that', () => {
    const emptyDirs = [
      { volume: 'state', mountPath: '/state/', subPath: '' },
      { volume: 'state', mountPath: '/cache', subPath: 'a/b' },
    ]
    expect([...foldersOf(containerSpec({ emptyDirs }), '/here')]).toEqual([
      ['/state', '/here/state'],
      ['/cache', '/here/state/a/b'],
    ])
  })
})
