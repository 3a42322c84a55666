/** Letter S: 408, 425 and 429 may pass, as a 5xx may: they are tried again. */
import { checkAssistant, retryAssistant, selectAssistantRetryAt } from '../../src/features/assistant'
import { active, checksAfterEach, gone, setUp, status } from './setup'

checksAfterEach()

const PASSING = [408, 425, 429, 500, 502, 503, 504]
const FINAL = [400, 401, 403, 409, 410, 422]

describe.each(PASSING)('%i', (code) => {
  test('to a status check: tried again by itself', async () => {
    const h = setUp()
    await h.begin(status(code))
    expect(h.now()).toMatchObject({ kind: 'error', error: { code: 'network', transient: true } })
    expect(selectAssistantRetryAt(h.store.getState())).toBe(h.clock.now() + 2_000)
    await h.pass(2_000)
    await h.host.answer('get', active())
    expect(h.kind()).toBe('active')
  })

  test('to a status check of one that is up: it keeps its surface', async () => {
    const h = setUp()
    await h.begin(active())
    h.dispatch(checkAssistant())
    await h.host.answer('get', status(code))
    expect(h.now()).toMatchObject({ kind: 'active', reachable: false })
  })

  test('to a start: started again at the poll interval', async () => {
    const h = setUp()
    await h.beginGone()
    await h.host.answer('hatch', status(code))
    expect(h.kind()).toBe('initializing')
    await h.pass(3_000)
    await h.host.answer('get', gone)
    expect(h.is('hatch')).toBe(2)
  })
})

test.each(FINAL)('mirror: %i is for a person', async (code) => {
  const h = setUp()
  await h.begin(status(code))
  expect(h.now()).toMatchObject({ kind: 'error', error: { code: 'check_failed', transient: false } })
  await h.pass(60_000)
  expect(h.is('get')).toBe(1)
  h.dispatch(retryAssistant())
  await h.vanish()
  await h.host.answer('hatch', status(code))
  expect(h.now()).toMatchObject({ kind: 'error', error: { code: 'hatch_refused' } })
})
