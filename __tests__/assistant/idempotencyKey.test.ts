/** Letter S: a start whose answer was lost is repeated under the same key, until it is known what became of it. */
import { checkAssistant, hatchVersion, retryAssistant } from '../../src/features/assistant'
import type { HatchRequest } from '../../src/features/assistant'
import { LOST, active, checksAfterEach, gone, initializing, retiredOk, setUp, status, trouble } from './setup'
import type { Host } from './setup'

checksAfterEach()

const keys = (h: Host) => h.host.of('hatch').map(({ request }) => (request as HatchRequest).idempotencyKey)
/** How many different ones, in their order: `[1, 1, 2]`. */
const pattern = (h: Host) => {
  const all = keys(h)
  const seen = [...new Set(all)]
  return all.map((key) => seen.indexOf(key) + 1)
}

async function missing(given?: Parameters<typeof setUp>[0]) {
  const h = setUp(given)
  await h.beginGone()
  return h
}
const nextPoll = async (h: Host, said: unknown = gone) => {
  await h.pass(3_000)
  await h.host.answer('get', said)
}

test.each([
  ['the answer was lost', LOST],
  ['a gateway gave 504', status(504)],
  ['408', status(408)],
  ['429', status(429)],
])('the outcome is not known (%s): the same key', async (_name, said) => {
  const h = await missing()
  await h.host.answer('hatch', said)
  await nextPoll(h)
  await h.host.answer('hatch', said)
  await nextPoll(h)
  expect(pattern(h)).toEqual([1, 1, 1])
})

test('a start that hangs, and is overtaken by a recovery: the same key', async () => {
  const h = await missing()
  await h.passing(299_000, gone)
  await h.pass(1_000)
  await h.host.answer('get', gone)
  expect(pattern(h)).toEqual([1, 1])
})

test('the budget is used up, and a person tries again: still the same key', async () => {
  const h = await missing({ maxHatchFailures: 1 })
  await h.host.answer('hatch', trouble)
  await nextPoll(h)
  expect(h.kind()).toBe('error')
  h.dispatch(retryAssistant())
  await h.vanish()
  expect(pattern(h)).toEqual([1, 1])
})

test('over a reload: the same key', async () => {
  const first = await missing()
  await first.host.answer('hatch', LOST)
  const h = setUp({ left: JSON.parse(JSON.stringify(first.now())), from: first.clock.now() + 5_000 })
  await h.pass(0)
  await h.host.answer('get', gone)
  expect(keys(h)).toEqual(keys(first))
})

test.each([
  ['accepted, and gone', initializing('a1')],
  ['refused', status(403)],
  ['at capacity', status(503, { code: 'at_capacity' })],
])('the outcome is known (%s): the next start has its own', async (_name, said) => {
  const h = await missing()
  await h.host.answer('hatch', said)
  h.dispatch(checkAssistant())
  await h.vanish()
  expect(pattern(h)).toEqual([1, 2])
})

test('a status check shows what became of it: the next start has its own', async () => {
  const h = await missing()
  await h.host.answer('hatch', LOST)
  await nextPoll(h, initializing('a1'))
  await h.pass(3_000)
  await h.vanish()
  expect(pattern(h)).toEqual([1, 2])
})

test('a recovery retires one that was started, and starts the next with its own', async () => {
  const h = await missing()
  await h.host.answer('hatch', initializing('a1'))
  await h.passing(300_000, initializing('a1'))
  await h.host.answer('retire', retiredOk)
  expect(pattern(h)).toEqual([1, 2])
})

test('another version is another request', async () => {
  const h = await missing()
  await h.host.answer('hatch', LOST)
  h.dispatch(hatchVersion('v2'))
  await h.host.answer('hatch', LOST)
  await nextPoll(h)
  expect(pattern(h)).toEqual([1, 2, 2])
})

test('another user has another', async () => {
  const h = await missing()
  await h.host.answer('hatch', LOST)
  h.inputs({ signedIn: false })
  await h.beginGone()
  expect(pattern(h)).toEqual([1, 2])
})

test('one that came up by itself leaves none behind', async () => {
  const h = await missing()
  await h.host.answer('hatch', LOST)
  await nextPoll(h, active('a1'))
  expect(h.now().unsettledHatch).toBeNull()
})
