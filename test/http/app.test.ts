import { request } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Fixture, serveApp } from './service-fixture.ts'

let fixture: Fixture
beforeEach(async () => {
  fixture = await serveApp([])
})
afterEach(() => fixture.close())

describe('the greeting', () => {
  test.each([
    ['/', 200, 'Hello, World!\n'],
    ['/?name=Kana', 200, 'Hello, Kana!\n'],
    ['/?name=%E3%81%8B%E3%81%AA', 200, 'Hello, かな!\n'],
    [`/?name=${'x'.repeat(64)}`, 200, `Hello, ${'x'.repeat(64)}!\n`],
    [`/?name=${'x'.repeat(65)}`, 400, 'name: expected 1 to 64 characters; got 65\n'],
    ['/?name=', 400, 'name: expected 1 to 64 characters; got 0\n'],
    ['/?name=a&name=b', 400, 'name: expected one; got several\n'],
    ['/?other=1', 200, 'Hello, World!\n'],
  ])('%s', async (path, status, body) => {
    const reply = await fixture.ask(path)
    expect([reply.status, reply.body, reply.headers.get('content-type')]).toEqual([
      status,
      body,
      'text/plain; charset=utf-8',
    ])
  })
})

describe('wrong requests', () => {
  test.each([
    ['GET', '/nowhere', 404, null],
    ['DELETE', '/nowhere', 404, null],
    ['GET', '/HEALTHZ', 404, null],
    ['GET', '/healthz/a/b', 404, null],
    ['POST', '/', 405, 'GET, HEAD'],
    ['DELETE', '/healthz', 405, 'GET, HEAD'],
    ['OPTIONS', '/metrics', 405, 'GET, HEAD'],
    ['GET', '/remedies/purge-cache', 405, 'POST'],
    ['POST', '/remedies/nothing', 404, null],
  ])('%s %s is %d', async (method, path, status, allow) => {
    const reply = await fixture.ask(path, { method })
    expect([reply.status, reply.headers.get('allow')]).toEqual([status, allow])
    const problem = await fixture.ask(path, { method, headers: { Accept: 'application/json' } })
    expect(problem.headers.get('content-type')).toBe('application/problem+json')
    expect(problem.json()).toMatchObject({ type: 'about:blank', status })
  })
})

describe('purge-cache', () => {
  const purge = (headers: Record<string, string> = {}) =>
    fixture.ask('/remedies/purge-cache', { method: 'POST', headers })

  test('empties the greeting cache and says how many entries it held', async () => {
    for (let i = 0; i < 20; i++) await fixture.ask(`/?name=n${i}`)
    expect((await purge()).json()).toEqual({
      remedy: 'purge-cache',
      entries: { before: 20, after: 0 },
      caches: { greetings: { before: 20, after: 0 } },
    })
    expect((await purge()).json()['entries']).toEqual({ before: 0, after: 0 })
    expect((await fixture.ask('/metrics')).body).toContain('failweb_remedies_total{name="purge-cache",result="done"} 2')
  })

  test('empties only what ?only names, and says which caches there are to name', async () => {
    await fixture.ask('/?name=kept')
    const only = async (query: string) => (await fixture.ask(`/remedies/purge-cache?${query}`, { method: 'POST' })).body
    expect(await only('only=typo')).toBe('typo: no cache of this name is registered; there is greetings\n')
    expect(JSON.parse(await only('only=greetings')).caches).toEqual({ greetings: { before: 1, after: 0 } })
  })

  test.each([
    ['a page of another origin', { Origin: 'http://evil.example' }],
    ['a page without an origin', { Origin: 'null' }],
    ['a proxy', { 'X-Forwarded-For': '10.0.0.1' }],
    ['a proxy that names itself', { Via: '1.1 proxy' }],
    ['a standard proxy', { Forwarded: 'for=10.0.0.1' }],
  ])('is refused from %s, and nothing happens', async (_who, headers) => {
    await fixture.ask('/?name=kept')
    expect((await purge(headers as Record<string, string>)).status).toBe(403)
    expect((await purge()).json()['entries']).toEqual({ before: 1, after: 0 })
  })

  test('is refused under a name that is not loopback: a rebound page has one', async () => {
    await fixture.ask('/?name=kept')
    expect(await statusWithHost('evil.example')).toBe(403)
    expect(await statusWithHost('localhost:80')).toBe(200)
  })

  test('is accepted from a page of this very origin', async () => {
    expect((await purge({ Origin: fixture.url })).status).toBe(200)
  })

  test('needs the token where one is set, and is refused from foreign pages even with it', async () => {
    await fixture.close()
    fixture = await serveApp([], { token: 'sesame' })
    await fixture.ask('/?name=kept')
    const authorization = 'Bearer sesame'
    expect((await purge()).status).toBe(401)
    expect((await purge({ authorization: 'Bearer wrong' })).status).toBe(401)
    expect((await purge({ authorization, Origin: 'http://evil.example' })).status).toBe(403)
    expect((await purge({ authorization, 'X-Forwarded-For': '10.0.0.1' })).json()['entries']).toEqual({
      before: 1,
      after: 0,
    })
  })
})

/** fetch does not let a Host be given. */
function statusWithHost(host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(`${fixture.url}/remedies/purge-cache`, { method: 'POST', headers: { Host: host } }, (res) => {
      res.resume()
      resolve(res.statusCode)
    })
    sent.on('error', reject)
    sent.end()
  })
}
