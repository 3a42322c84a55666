/** Law 8: a turn that has said when it goes on is not silent before that; and is checked all the same. */
import { signals } from 'redux-turnkeeper'
import { createLab } from './lab'

const facts = (lab: ReturnType<typeof createLab>) => ({
  retry: lab.keeper.selectors.selectRetry(lab.store.getState(), 'c1'),
  resumesAt: lab.keeper.selectors.selectResumesAt(lab.store.getState(), 'c1'),
})
const error = { message: 'overloaded' }
const retrying = (more: object) =>
  signals.turnRetrying({ conversationId: 'c1', runId: 'r-t1', error, ...more })

test('attempt, limit and time of a retry are kept until it works again', async () => {
  const lab = createLab()
  await lab.start()
  await lab.dispatch(retrying({ attempt: 2, limit: 5, inMs: 30_000 }))
  expect(facts(lab)).toEqual({ retry: { attempt: 2, limit: 5, error }, resumesAt: 1_030_000 })
  expect(lab.phase()).toBe('thinking')
  await lab.progress('t1', 'c1', 'reasoning')
  expect(facts(lab)).toEqual({ retry: null, resumesAt: null })
})

test('a time by the server clock is taken where there is no duration; without both none is made up', async () => {
  const lab = createLab()
  await lab.start()
  await lab.dispatch(retrying({ attemptAt: 1_045_000 }))
  expect(facts(lab)).toEqual({ retry: { attempt: null, limit: null, error }, resumesAt: 1_045_000 })
  await lab.dispatch(retrying({ attempt: 3 }))
  expect(facts(lab)).toMatchObject({ retry: { attempt: 3 }, resumesAt: null })
})

test('it is not stalled before its time, is stalled after it, and is checked throughout', async () => {
  const lab = createLab()
  await lab.start()
  await lab.dispatch(retrying({ inMs: 60_000 }))
  const isStalled = () => lab.live()!.isStalled
  await lab.advance(59_000)
  expect(isStalled()).toBe(false)
  expect(lab.backend.of('status').length).toBeGreaterThan(3)
  await lab.advance(30_000)
  expect(isStalled()).toBe(true)
})

test('without a status check the same', async () => {
  const lab = createLab({}, { ports: ({ sendTurn }) => ({ sendTurn: sendTurn! }) })
  await lab.start()
  await lab.dispatch(retrying({ inMs: 8_000 }))
  await lab.advance(12_000)
  expect(lab.live()).toMatchObject({ isStalled: false })
  await lab.advance(7_000)
  expect(lab.live()).toMatchObject({ isStalled: true })
})

test('a retry that is replayed, or of a run beside the turn, says nothing of the turn', async () => {
  const lab = createLab()
  await lab.start()
  await lab.dispatch(
    retrying({ inMs: 1, replayed: true }),
    retrying({ runId: 'helper', role: 'child', inMs: 1 }),
  )
  expect(facts(lab)).toEqual({ retry: null, resumesAt: null })
})

test('a message that was refused as busy waits for as long as the server says', async () => {
  const lab = createLab()
  await lab.submit()
  lab.backend.refuse('send', { reason: 'busy', retryAfterMs: 45_000 }, 't1')
  await lab.dispatch()
  expect(facts(lab)).toEqual({ retry: null, resumesAt: 1_045_000 })
  await lab.advance(44_000)
  expect(lab.sent()).toEqual(['t1'])
  await lab.advance(2_000)
  expect(lab.sent()).toEqual(['t1', 't1'])
})
