/** Letter S: `checkAssistant` can be awaited. */
import { configureStore } from '@reduxjs/toolkit'
import { checkAssistant, retryAssistant } from '../../src/features/assistant'
import { flushMicrotasks } from '../../src/testing'
import {
  LOST,
  active,
  checksAfterEach,
  deleting,
  initializing,
  setUp,
  signedIn,
  signedOut,
  status,
} from './setup'
import type { Host } from './setup'

checksAfterEach()

/** What a promise has come to. */
function watch<Value>(promise: Promise<Value>) {
  const seen: Value[] = []
  void promise.then((value) => seen.push(value))
  return seen
}
const asked = async (h: Host, command = checkAssistant()) => {
  const seen = watch(h.dispatch(command))
  await flushMicrotasks()
  return seen
}

test.each([
  ['up', active(), 'active'],
  ['self-hosted', active('a1', { isLocal: true }), 'self_hosted'],
  ['starting', initializing(), 'initializing'],
  ['being deleted', deleting(), 'cleaning_up'],
  ['refused', status(403), 'error'],
  ['not answered', LOST, 'error'],
])('it tells the kind that the answer led to: %s', async (_name, said, kind) => {
  const h = setUp()
  await h.begin()
  const seen = await asked(h)
  expect(seen).toEqual([])
  await h.host.answer('get', said)
  expect(seen).toEqual([kind])
})

test('a first 404 is no answer yet: it waits for the second', async () => {
  const h = setUp()
  await h.begin(active())
  const seen = await asked(h)
  await h.host.answer('get', status(404))
  expect(seen).toEqual([])
  await h.confirmGone()
  expect(seen).toEqual(['initializing'])
})

test('one that is never answered tells when it is given up', async () => {
  const h = setUp()
  await h.begin(active())
  const seen = await asked(h)
  await h.pass(15_000)
  expect(seen).toEqual(['active'])
  expect(h.now().reachable).toBe(false)
})

test('what the app says meanwhile is not its answer', async () => {
  const h = setUp()
  await h.begin(active())
  const seen = await asked(h)
  h.inputs(signedIn)
  await flushMicrotasks()
  expect(seen).toEqual([])
  await h.host.answer('get', initializing())
  expect(seen).toEqual(['initializing'])
})

test('a newer check answers for the older one', async () => {
  const h = setUp()
  await h.begin(active())
  const [one, other] = [await asked(h), await asked(h, retryAssistant())]
  await h.host.answer('get', initializing())
  expect([one, other]).toEqual([['initializing'], ['initializing']])
})

test.each([
  ['before the inputs are there', null],
  ['signed out', signedOut],
  ['it is not known who is signed in', { ...signedIn, loading: true }],
])('where nothing can be checked it tells the present kind at once: %s', async (_name, inputs) => {
  const h = setUp()
  if (inputs) h.inputs(inputs)
  expect(await asked(h)).toEqual(['loading'])
})

test('a gateway’s is up: nothing is asked', async () => {
  const h = setUp()
  h.inputs({ ...signedIn, gatewayAuth: {} })
  expect([await asked(h), h.is('get')]).toEqual([['active'], 0])
})

test('signing out settles it', async () => {
  const h = setUp()
  await h.begin()
  const seen = await asked(h)
  h.inputs(signedOut)
  await flushMicrotasks()
  expect(seen).toEqual(['loading'])
})

test('disposing settles it, and afterwards it settles at once', async () => {
  const h = setUp()
  await h.begin(active())
  const seen = await asked(h)
  h.dispose()
  await flushMicrotasks()
  expect(seen).toEqual(['active'])
  expect(await asked(h)).toEqual(['loading'])
})

test('a store without a keeper is told as much, and nothing throws', async () => {
  const store = configureStore({ reducer: () => ({}), devTools: false })
  expect(await store.dispatch(checkAssistant())).toBe('loading')
})

test('while it is polled, the answer of the check counts, not the next poll', async () => {
  const h = setUp()
  await h.begin(initializing())
  const seen = await asked(h)
  await h.host.answer('get', initializing())
  expect(seen).toEqual(['initializing'])
})
