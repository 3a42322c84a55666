import { createHarness } from './client'
import type { Harness } from './client'

let chat: Harness
beforeEach(async () => {
  const page = { type: 'text/html; charset=utf-8', body: Buffer.from('<!doctype html><title>chat</title>') }
  chat = await createHarness({ files: new Map([['/index.html', page]]) })
})
afterEach(() => chat.close())

const json = { 'content-type': 'application/json' }

describe('callers', () => {
  test('a foreign Host is refused, on every path', async () => {
    for (const path of ['/', '/status?ids=a', '/events']) {
      expect(await chat.raw(path, { host: 'evil.example' })).toBe(403)
      expect(await chat.raw(path, { host: '127.0.0.1' })).toBe(403)
    }
    expect(await chat.raw('/status?ids=a', { host: `localhost:${new URL(chat.url).port}` })).toBe(200)
  })

  test('a foreign Origin is refused', async () => {
    const { host } = new URL(chat.url)
    for (const origin of ['http://evil.example', 'null', `https://${host}`, 'http://127.0.0.1']) {
      expect(await chat.raw('/status?ids=a', { host, origin })).toBe(403)
    }
    expect(await chat.raw('/status?ids=a', { host, origin: chat.url })).toBe(200)
  })

  test('a request that a foreign page made is refused, though it names no Origin', async () => {
    const { host } = new URL(chat.url)
    expect(await chat.raw('/status?ids=a', { host, 'sec-fetch-site': 'cross-site' })).toBe(403)
    expect(await chat.raw('/status?ids=a', { host, 'sec-fetch-site': 'same-origin' })).toBe(200)
  })

  test('a body that a plain form could send is refused', async () => {
    expect((await chat.post('/faults', '{"id":"restart"}', { 'content-type': 'text/plain' })).status).toBe(
      415,
    )
  })

  test('other methods are refused', async () => {
    const { host } = new URL(chat.url)
    expect(await chat.raw('/run', { host, ...json }, 'DELETE')).toBe(405)
  })
})

describe('bounds', () => {
  test('a body that is too large is refused', async () => {
    expect((await chat.post('/run', JSON.stringify({ pad: 'x'.repeat(70_000) }))).status).toBe(413)
  })

  test.each([
    ['not JSON', '{'],
    ['a list', '[]'],
    ['no message', { threadId: 'a', runId: 'b' }],
    [
      'a message that is not the user’s',
      { threadId: 'a', runId: 'b', messages: [{ role: 'assistant', content: 'x' }] },
    ],
    ['no id', { runId: 'b', messages: [{ role: 'user', content: 'x' }] }],
    [
      'an id that is too long',
      { threadId: 'a'.repeat(101), runId: 'b', messages: [{ role: 'user', content: 'x' }] },
    ],
    ['an empty prompt', { threadId: 'a', runId: 'b', messages: [{ role: 'user', content: '' }] }],
  ])('a run with %s is refused', async (_, body) => {
    expect((await chat.post('/run', body)).status).toBe(400)
  })

  test('ids that other code would stumble over are just ids', async () => {
    for (const id of ['__proto__', 'constructor', '10']) {
      expect((await chat.run(id, `${id}-turn`)).status).toBe(202)
      expect(chat.truth(id)).toMatchObject({ status: 'running' })
    }
  })

  test('too many ids, or badly encoded ones, are refused', async () => {
    expect((await chat.get(`/status?ids=${Array(101).fill('a').join(',')}`)).status).toBe(400)
    expect((await chat.get('/status?ids=%25E0%25A4%25A')).status).toBe(400)
  })

  test('so many streams and no more', async () => {
    for (let i = 0; i < 32; i++) expect((await chat.listen()).status).toBe(200)
    expect((await chat.listen()).status).toBe(503)
  })

  test('an unknown fault is refused', async () => {
    expect((await chat.fault('constructor')).status).toBe(400)
  })
})

test('the web app is served with a policy that lets nothing in from elsewhere; other paths lead nowhere', async () => {
  const page = await fetch(chat.url)
  expect(page.headers.get('content-security-policy')).toContain("default-src 'self'")
  expect(await page.text()).toContain('<title>chat</title>')
  expect((await chat.get('/../package.json')).status).toBe(404)
  expect((await chat.get('/nothing')).status).toBe(404)
})

test('closing ends the streams and leaves no timer', async () => {
  const stream = await chat.listen()
  await chat.run('lisbon', 't1', 'long')
  await chat.server.close()
  expect(await stream.until(() => false)).not.toHaveLength(0)
  expect(chat.clock.pending).toBe(0)
})
