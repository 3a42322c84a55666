/** Law 14: a question that the wire gives a time for is not offered after it, and what asked is checked: it is not ended by a guess. */
import { signals, stateRestored } from 'redux-turnkeeper'
import { createLab } from './lab'
import type { Lab, LabExtras } from './lab'

const c1 = { conversationId: 'c1' }
const pending = (lab: Lab) => lab.keeper.selectors.selectPendingInputs(lab.store.getState(), 'c1')
const ids = (lab: Lab) => pending(lab).map(({ requestId }) => requestId)
const ask = (more: object = {}) =>
  signals.inputRequested({ ...c1, runId: 'r-t1', requestId: 'q1', expiresInMs: 60_000, ...more })

async function asked(more: object = {}, extras: LabExtras = {}) {
  const lab = createLab({}, extras)
  await lab.start()
  await lab.dispatch(ask(more))
  lab.backend.world('c1', { status: 'running', runId: 'r-t1' })
  return lab
}
const checks = (lab: Lab) => lab.backend.of('status').length

describe('law 14: a question whose time is over', () => {
  test('is not offered any more, and its turn is checked at once', async () => {
    const lab = await asked()
    expect(pending(lab)[0]?.expiresAt).toBe(1_060_000)
    await lab.advance(59_000)
    const before = checks(lab)
    expect(lab.phase()).toBe('awaiting_input')
    await lab.advance(1_000)
    expect([ids(lab), lab.phase(), lab.history()]).toEqual([[], 'thinking', []])
    expect(checks(lab)).toBe(before + 1)
    expect(lab.keeper.selectors.selectAttention(lab.store.getState(), 'c1')).toBe(null)
  })

  test('as a time of the server’s clock', async () => {
    const lab = await asked({ expiresInMs: undefined, expiresAt: 1_030_000 })
    await lab.advance(30_000)
    expect(ids(lab)).toEqual([])
  })

  test('of a helper: the conversation where it shows is checked', async () => {
    const lab = await asked({ runId: 'sub', role: 'child' })
    await lab.advance(59_000)
    const before = checks(lab)
    await lab.advance(1_000)
    expect([ids(lab), checks(lab)]).toEqual([[], before + 1])
  })

  test('cannot be answered', async () => {
    const lab = await asked()
    await lab.advance(60_000)
    const { keeper, store } = lab
    expect(await store.dispatch(keeper.answerInput({ ...c1, requestId: 'q1', answer: 1 }))).toBeUndefined()
    expect(lab.backend.of('answer')).toEqual([])
  })

  test('is offered again where a later check lists it: the server knows better', async () => {
    const lab = await asked()
    lab.backend.world('c1', { status: 'awaiting_input', runId: 'r-t1', questions: [{ requestId: 'q1' }] })
    await lab.advance(60_000)
    expect([ids(lab), pending(lab)[0]?.expiresAt, lab.phase()]).toEqual([['q1'], null, 'awaiting_input'])
  })

  test('or where it is asked anew, for a new time', async () => {
    const lab = await asked()
    await lab.advance(60_000)
    await lab.dispatch(ask())
    expect(ids(lab)).toEqual(['q1'])
    await lab.advance(60_000)
    expect(ids(lab)).toEqual([])
  })

  test('mirror: not by a late copy, and not by a check that had left before', async () => {
    const lab = await asked()
    await lab.checkStatus('c1')
    await lab.advance(60_000)
    await lab.dispatch(ask({ expiresInMs: undefined, expiresAt: 1_060_000 }))
    await lab.answer({ c1: { status: 'awaiting_input', runId: 'r-t1', questions: [{ requestId: 'q1' }] } })
    expect(ids(lab)).toEqual([])
  })

  test('mirror: one that is being answered waits for what comes of that', async () => {
    const lab = await asked()
    void lab.store.dispatch(lab.keeper.answerInput({ ...c1, requestId: 'q1', answer: 1 }))
    await lab.advance(120_000)
    expect(pending(lab)).toMatchObject([{ requestId: 'q1', state: 'answering' }])
    lab.backend.refuse('answer')
    await lab.dispatch()
    expect(ids(lab)).toEqual([])
  })

  test('mirror: one without a time waits for as long as it takes', async () => {
    const lab = await asked({ expiresInMs: undefined })
    await lab.advance(3_600_000, 60_000)
    expect(ids(lab)).toEqual(['q1'])
  })

  test('mirror: a time that is past when it is told is that of another clock', async () => {
    const lab = await asked({ expiresInMs: undefined, expiresAt: 5 })
    await lab.advance(60_000)
    expect([ids(lab), pending(lab)[0]?.expiresAt]).toEqual([['q1'], null])
  })

  test('closes with its turn, and after that no copy opens it', async () => {
    const lab = await asked()
    await lab.advance(60_000)
    await lab.signalEnd({ ...c1, runId: 'r-t1', reason: 'complete' })
    expect(lab.conversation()?.questions ?? []).toEqual([])
  })

  test('without status checks its silence counts from there', async () => {
    const lab = await asked({}, { ports: ({ sendTurn, stopTurn }) => ({ sendTurn, stopTurn }) })
    await lab.advance(65_000)
    expect([lab.phase(), lab.keeper.selectors.selectIsStalled(lab.store.getState(), 'c1')]).toEqual([
      'thinking',
      false,
    ])
    await lab.advance(10_000)
    expect(lab.keeper.selectors.selectIsStalled(lab.store.getState(), 'c1')).toBe(true)
  })

  test('also where it came back from a reload, whose time has gone by', async () => {
    const before = await asked()
    const kept = before.keeper.selectors.selectPersisted(before.store.getState())
    const lab = createLab()
    lab.backend.auto.delete('status')
    await lab.advance(30_000)
    await lab.dispatch(stateRestored(kept))
    expect(ids(lab)).toEqual(['q1'])
    await lab.advance(30_000)
    expect(ids(lab)).toEqual([])
  })

  test('a clock that is set back leaves it the time that it had', async () => {
    const lab = await asked()
    await lab.advance(20_000)
    lab.clock.shift(-600_000)
    await lab.advance(39_000)
    expect(ids(lab)).toEqual(['q1'])
    await lab.advance(3_000)
    expect(ids(lab)).toEqual([])
  })
})
