/** Law 17, what must not go unseen: questions that wait, turns that failed or finished while nobody looked. */
import {
  conversationClosed,
  conversationRekeyed,
  conversationViewed,
  createTurnkeeper,
  signals,
  stateRestored,
  userChanged,
} from 'redux-turnkeeper'
import { createLab, reloaded } from './lab'
import type { Lab } from './lab'

const of = (lab: Lab, id = 'c1') => lab.keeper.selectors.selectAttention(lab.store.getState(), id)
const ids = (lab: Lab) => lab.keeper.selectors.selectAttentionIds(lab.store.getState())
const view = (conversationId: string | null) => conversationViewed({ conversationId })

async function finished(outcome: 'complete' | 'error' = 'complete', looksAt: string | null = null) {
  const lab = createLab()
  await lab.dispatch(view(looksAt))
  await lab.start()
  await lab.end({ conversationId: 'c1', turnId: 't1', reason: outcome })
  return lab
}

test('a turn that finished, or failed, while nobody looked asks for attention until somebody does', async () => {
  for (const [outcome, word] of [
    ['complete', 'finished'],
    ['error', 'failed'],
  ] as const) {
    const lab = await finished(outcome)
    expect([of(lab), ids(lab)]).toEqual([word, ['c1']])
    await lab.dispatch(view('c2'))
    expect(of(lab)).toBe(word)
    await lab.dispatch(view('c1'))
    expect([of(lab), ids(lab)]).toEqual([null, []])
  }
})

test('one that ended under the eyes of the user does not', async () => {
  const lab = await finished('error', 'c1')
  expect(of(lab)).toBeNull()
})

test('one that the user stopped, one that was merged, and one that goes on in another do not', async () => {
  const stopped = createLab()
  await stopped.start()
  await stopped.dispatch(stopped.keeper.stopTurn({ conversationId: 'c1' }))
  stopped.backend.accept('stop')
  await stopped.signalEnd({ conversationId: 'c1', runId: 'r-t1', reason: 'cancelled' })
  expect(of(stopped)).toBeNull()
  const superseded = createLab()
  await superseded.start()
  await superseded.end({ conversationId: 'c1', reason: 'superseded' })
  expect(of(superseded)).toBeNull()
})

test('a question asks for attention wherever the user looks, until it is being answered', async () => {
  const lab = createLab()
  await lab.dispatch(view('c1'))
  await lab.start()
  await lab.dispatch(signals.inputRequested({ conversationId: 'c1', runId: 'r-t1', requestId: 'q' }))
  expect([of(lab), ids(lab)]).toEqual(['waiting', ['c1']])
  void lab.store.dispatch(lab.keeper.answerInput({ conversationId: 'c1', requestId: 'q', answer: 'yes' }))
  expect([of(lab), ids(lab)]).toEqual([null, []])
  lab.backend.accept('answer')
  await lab.dispatch()
})

test('a question comes before an end', async () => {
  const lab = createLab()
  await lab.start('a', 'c2')
  await lab.end({ conversationId: 'c2', reason: 'complete' })
  await lab.start()
  await lab.dispatch(signals.inputRequested({ conversationId: 'c1', runId: 'r-t1', requestId: 'q' }))
  expect(ids(lab)).toEqual(['c1', 'c2'])
})

test('an end that is taken back is none; one that is set right says what it was', async () => {
  const lab = createLab()
  await lab.start()
  lab.backend.world('c1', { status: 'idle' })
  await lab.advance(60_000)
  expect(of(lab)).toBe('finished')
  await lab.signalEnd({ conversationId: 'c1', runId: 'r-t1', reason: 'error' })
  expect(of(lab)).toBe('failed')

  const back = createLab()
  await back.start()
  back.backend.world('c1', { status: 'idle' })
  await back.advance(60_000)
  await back.dispatch(signals.turnStarted({ conversationId: 'c1', runId: 'r-t1' }))
  expect([of(back), ids(back)]).toEqual([null, []])
})

test('what was seen stays seen when its end is set right', async () => {
  const lab = createLab()
  await lab.start()
  lab.backend.world('c1', { status: 'idle' })
  await lab.advance(60_000)
  await lab.dispatch(view('c1'), view(null))
  await lab.signalEnd({ conversationId: 'c1', runId: 'r-t1', reason: 'error' })
  expect(of(lab)).toBeNull()
})

test('who writes in a conversation has seen it; a prompt that nobody typed is no person', async () => {
  const lab = await finished()
  await lab.submit('t2', 'c1', { hidden: true })
  expect(of(lab)).toBe('finished')
  await lab.submit('t3')
  expect(of(lab)).toBeNull()
})

test('it goes by a new key, and goes with its conversation and its user', async () => {
  const lab = await finished()
  await lab.dispatch(conversationRekeyed({ from: 'c1', to: 'perm' }))
  expect([of(lab, 'perm'), of(lab), ids(lab)]).toEqual(['finished', 'finished', ['perm']])
  await lab.dispatch(conversationClosed({ conversationId: 'perm' }))
  expect(ids(lab)).toEqual([])
  const other = await finished()
  await other.dispatch(userChanged({ userId: null }))
  expect(ids(other)).toEqual([])
})

test('it outlives a reload, by a persistence package and by hand', async () => {
  const lab = await finished('error')
  const stored = createLab({}, { preloadedState: reloaded(lab), ids: 'l' })
  expect([of(stored), ids(stored)]).toEqual(['failed', ['c1']])
  const byHand = createLab({}, { ids: 'm' })
  await byHand.dispatch(stateRestored(lab.keeper.selectors.selectPersisted(lab.store.getState())))
  expect([of(byHand), ids(byHand)]).toEqual(['failed', ['c1']])
})

test('the same array while it is the same conversations, and other rows are not told', async () => {
  const lab = await finished()
  const before = ids(lab)
  await lab.start('other', 'c2')
  await lab.progress('other', 'c2', 'tool_open')
  expect(ids(lab)).toBe(before)
  expect(of(lab, 'c2')).toBeNull()
})

test('law 24: strangers make it remember only so much, the newest', () => {
  const { reducer, selectors } = createTurnkeeper()
  let turnkeeper = reducer(undefined, { type: '@@init' })
  for (let i = 0; i < 300; i++) {
    const run = { conversationId: `s${i}`, runId: `r${i}` }
    for (const action of [signals.turnStarted(run), signals.turnEnded({ ...run, reason: 'complete' })])
      turnkeeper = reducer(turnkeeper, action)
  }
  expect(selectors.selectAttentionIds({ turnkeeper })).toHaveLength(256)
  expect(selectors.selectAttention({ turnkeeper }, 's299')).toBe('finished')
  expect(selectors.selectAttention({ turnkeeper }, 's0')).toBeNull()
})
