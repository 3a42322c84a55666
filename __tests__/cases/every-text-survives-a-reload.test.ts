/** Over a reload every text is kept: with its turn, as a draft, or in the queue, however many were out. */
import { conversationRekeyed, stateRestored } from 'redux-turnkeeper'
import type { LabOptions } from '../laws/lab'
import { createLab } from '../laws/lab'
import type { Lab } from '../laws/lab'

const c1 = { conversationId: 'c1' }

/** The next page, with what this one kept; the server knows nothing of any prompt. */
async function reload(lab: Lab, options: LabOptions = {}) {
  const kept = JSON.parse(JSON.stringify(lab.keeper.selectors.selectPersisted(lab.store.getState())))
  lab.keeper.dispose()
  const next = createLab(options, { ids: 'next' })
  await next.dispatch(stateRestored(kept))
  next.backend.world('c1', { status: 'idle' })
  return next
}
const drafts = (lab: Lab) => lab.keeper.selectors.selectDrafts(lab.store.getState(), 'c1')

describe('what is put back where it stands already is there once', () => {
  const once = { conversationId: 'c1', input: 'text' }

  test('a steer whose answer is open', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(lab.keeper.steerTurn({ ...c1, input: 'text', steerId: 's1' }))
    await lab.dispatch(stateRestored({ drafts: [{ ...once, turnId: 's1' }] }))
    expect(drafts(lab)).toEqual([])
  })

  test('a draft whose turn turns out to run', async () => {
    const lab = createLab()
    await lab.dispatch(stateRestored({ drafts: [{ ...once, turnId: 't1' }] }))
    await lab.dispatch(stateRestored({ live: [{ ...once, turnId: 't1', runs: [], begun: true }] }))
    expect([lab.busy(), drafts(lab)]).toEqual([true, []])
  })

  test('a draft, by who knows a newer key of its conversation', async () => {
    const lab = createLab()
    await lab.dispatch(stateRestored({ drafts: [{ ...once, turnId: 't1' }] }))
    const newer = { input: 'text', conversationId: 'k1' }
    await lab.dispatch(
      stateRestored({
        drafts: [
          { ...newer, turnId: 't1' },
          { ...newer, turnId: 't2' },
        ],
      }),
    )
    expect(drafts(lab).map(({ turnId }) => turnId)).toEqual(['t1'])
    await lab.dispatch(conversationRekeyed({ from: 'c1', to: 'k1' }))
    expect(
      drafts(lab)
        .map(({ turnId }) => turnId)
        .sort(),
    ).toEqual(['t1', 't2'])
  })
})

test('two prompts whose sends are out: both come back, and both texts are given back', async () => {
  const lab = createLab({ sendWhileBusy: 'send' })
  await lab.submit('t1')
  await lab.submit('t2')
  const next = await reload(lab)
  expect(next.turn('t1')).toMatchObject({ sendState: 'unconfirmed', isUnverified: true })
  expect(next.turn('t2')).toMatchObject({ sendState: 'unconfirmed', isUnverified: true })
  await next.advance(60_000)
  expect(next.busy()).toBe(false)
  expect(drafts(next)).toMatchObject([
    { turnId: 't1', input: 'text of t1', arrived: 'unknown' },
    { turnId: 't2', input: 'text of t2', arrived: 'unknown' },
  ])
  expect(next.sent()).toEqual([])
})

test('three, of which one is taken, one is out and one waits', async () => {
  const lab = createLab({ sendWhileBusy: 'send' })
  await lab.start('t1')
  await lab.submit('t2')
  await lab.submit('t3', 'c1', { mode: 'queue' })
  const next = await reload(lab)
  await next.advance(60_000)
  // The one that waited leaves once the conversation is found idle.
  expect(next.sent()).toEqual(['t3'])
  expect(next.drafts()).toEqual(['text of t2'])
  expect(next.record('t1')).toMatchObject({ outcome: 'unknown' })
})

test('a steer that was out: nobody knows whether it arrived, so its text is given back', async () => {
  const lab = createLab()
  await lab.start('t1')
  await lab.dispatch(lab.keeper.steerTurn({ ...c1, input: 'and this', steerId: 's1' }))
  const next = await reload(lab)
  expect(drafts(next)).toMatchObject([{ turnId: 's1', input: 'and this', arrived: 'unknown' }])
})

test('mirror: a prompt that the server still runs is not offered again', async () => {
  const lab = createLab()
  await lab.start('t1')
  const next = await reload(lab)
  next.backend.world('c1', { status: 'running', runId: 'r-t1' })
  await next.advance(60_000)
  expect([next.live()?.turnId, next.drafts()]).toEqual(['t1', []])
})
