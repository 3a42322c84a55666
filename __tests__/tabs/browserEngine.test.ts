/** The engine of a browser, on stand-ins for Web Locks, channels and the database. In Chromium: `npm run test:engines`. */
import { browserEngine } from 'redux-turnkeeper/tabs'
import type { Claim, EngineLink } from 'redux-turnkeeper/tabs'
import { createBrowser } from '../docs/browser'

const names = ['BroadcastChannel', 'indexedDB', 'navigator', 'document', 'window'] as const
const kept = names.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const)
const links: EngineLink[] = []
let page: EventTarget

beforeEach(() => {
  page = new EventTarget()
  const browser = { ...createBrowser(), document: page, window: page }
  for (const name of names)
    Object.defineProperty(globalThis, name, { configurable: true, value: browser[name] })
})
afterEach(() => {
  for (const link of links.splice(0)) link.close()
  for (const [name, descriptor] of kept)
    if (descriptor) Object.defineProperty(globalThis, name, descriptor)
    else Reflect.deleteProperty(globalThis, name)
})

const connect = (): EngineLink => {
  const link = browserEngine({ name: 'app' })()
  links.push(link)
  return link
}
const { signal } = new AbortController()
const later = () => new Promise((resolve) => setTimeout(resolve, 5))
/** Waits until a transaction has begun. */
const begun = async (): Promise<void> => {
  for (let n = 0; n < 3; n += 1) await Promise.resolve()
}
const isOver = async ({ lost }: Claim): Promise<boolean> =>
  Promise.race([lost.then(() => true), later().then(() => false)])

test('a claim is held by one; the next gets it, under a higher number', async () => {
  const [a, b] = [connect(), connect()]
  const first = await a.claim('leader', { signal, fenced: true })
  const second = b.claim('leader', { signal, fenced: true })
  expect(await Promise.race([second, later()])).toBeUndefined()
  first.release()
  const { fence } = await second
  expect([first.fence, fence]).toEqual([1, 2])
  expect(await isOver(first)).toBe(true)
})

test('a claim that is stolen is lost, and stores nothing any more', async () => {
  const [a, b] = [connect(), connect()]
  const first = await a.claim('leader', { signal, fenced: true })
  expect(await a.save('queue', 'of a', first)).toBe(true)
  const second = await b.claim('leader', { signal, fenced: true, steal: true })
  expect(await isOver(first)).toBe(true)
  expect(await a.save('queue', 'of a, late', first)).toBe(false)
  expect(await b.load('queue')).toBe('of a')
  expect(await b.save('queue', 'of b', second)).toBe(true)
  expect(await a.load('queue')).toBe('of b')
})

test('what is aborted is given back', async () => {
  const [a, b] = [connect(), connect()]
  const holding = new AbortController()
  const first = await a.claim('leader', { signal: holding.signal, fenced: true })
  const second = b.claim('leader', { signal, fenced: true })
  holding.abort()
  expect(await isOver(first)).toBe(true)
  expect((await second).fence).toBe(2)
})

test('what is aborted is waited for no more', async () => {
  const [a, b] = [connect(), connect()]
  await a.claim('leader', { signal })
  const waiting = new AbortController()
  const second = b.claim('leader', { signal: waiting.signal })
  waiting.abort(new Error('gone'))
  await expect(second).rejects.toThrow()
})

test.each([
  ['frozen', 'freeze', 'resume'],
  ['put aside', 'pagehide', 'pageshow'],
])(
  'a page that is %s gives up what it holds and waits for, and asks again when it is back',
  async (_what, out, back) => {
    const a = connect()
    const held = await a.claim('leader', { signal, fenced: true })
    page.dispatchEvent(new Event(out))
    expect(await isOver(held)).toBe(true)
    const again = a.claim('leader', { signal, fenced: true })
    expect(await Promise.race([again, later()])).toBeUndefined()
    page.dispatchEvent(new Event(back))
    expect((await again).fence).toBe(2)
  },
)

test('a claim that is stolen before it has its number is asked for again', async () => {
  const [a, b] = [connect(), connect()]
  const first = a.claim('leader', { signal, fenced: true })
  const second = await b.claim('leader', { signal, fenced: true, steal: true })
  expect(await Promise.race([first, later()])).toBeUndefined()
  second.release()
  expect((await first).fence).toBeGreaterThan(second.fence)
})

test('mirror: one that was stolen from another is not asked for again', async () => {
  const [a, b] = [connect(), connect()]
  await a.claim('leader', { signal, fenced: true })
  const second = b.claim('leader', { signal, fenced: true, steal: true })
  const third = await a.claim('leader', { signal, fenced: true, steal: true })
  await expect(second).rejects.toThrow('stolen')
  third.release()
  expect((await b.claim('leader', { signal, fenced: true })).fence).toBeGreaterThan(third.fence)
})

test('mirror: one that is stolen later is lost, and not asked for again', async () => {
  const [a, b] = [connect(), connect()]
  const first = await a.claim('leader', { signal, fenced: true })
  const second = await b.claim('leader', { signal, fenced: true, steal: true })
  expect(await isOver(first)).toBe(true)
  const third = a.claim('leader', { signal, fenced: true })
  second.release()
  expect((await third).fence).toBe(3)
})

test('what a page was storing as it was frozen is given up, and holds up nobody', async () => {
  const a = connect()
  const held = await a.claim('leader', { signal, fenced: true })
  const saved = a.save('queue', 'of a', held)
  await begun()
  page.dispatchEvent(new Event('freeze'))
  await expect(saved).rejects.toBeNull()
})

test('mirror: what was stored by then is', async () => {
  const a = connect()
  const held = await a.claim('leader', { signal, fenced: true })
  const saved = a.save('queue', 'of a', held)
  await begun()
  // It is over then, and the page has not heard of it.
  setTimeout(() => page.dispatchEvent(new Event('freeze')), 0)
  expect(await saved).toBe(true)
})

test('messages reach the others, in order, and never their sender', async () => {
  const [a, b] = [connect(), connect()]
  const heard: unknown[] = []
  a.subscribe((message) => heard.push(`a ${String(message)}`))
  b.subscribe((message) => heard.push(`b ${String(message)}`))
  for (const message of [1, 2, 3]) a.publish(message)
  await later()
  expect(heard).toEqual(['b 1', 'b 2', 'b 3'])
})

test('a closed link holds and hears nothing', async () => {
  const [a, b] = [connect(), connect()]
  const heard: unknown[] = []
  a.subscribe((message) => heard.push(message))
  const held = await a.claim('leader', { signal })
  a.close()
  b.publish('hello')
  expect(await isOver(held)).toBe(true)
  expect(heard).toEqual([])
})

test('without Web Locks it says what it needs', () => {
  Object.defineProperty(globalThis, 'navigator', { configurable: true, value: {} })
  expect(connect).toThrow('browserEngine: it needs Web Locks')
})
