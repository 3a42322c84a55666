/** Law 11: a steer that is accepted is not yet read. Its text is kept until the turn shows that it was, and is given back where the turn ends first. */
import { conversationClosed, sendAccepted, signals } from 'redux-turnkeeper'
import { keeperAttached } from '../../src/actions'
import { createLab } from './lab'
import type { Lab } from './lab'

const c1 = { conversationId: 'c1' }
const read = (steerId = 's1') => signals.steerRead({ ...c1, runId: 'r-t1', steerId })
const texts = (lab: Lab) => lab.conversation()?.texts.map(({ turnId }) => turnId) ?? []
const drafts = (lab: Lab) =>
  lab.conversation()?.drafts.map(({ turnId, arrived, kind }) => `${turnId} ${kind} ${arrived}`) ?? []

/** A steer of a running turn, and what the server answered to it. */
async function steered(as?: 'queued' | 'started') {
  const lab = createLab()
  await lab.start()
  await lab.dispatch(lab.keeper.steerTurn({ ...c1, input: 'faster', steerId: 's1' }))
  if (as) lab.backend.accept('send', { as, runId: 'r-t1' }, 's1')
  await lab.dispatch()
  return lab
}
const ended = (lab: Lab) => lab.signalEnd({ ...c1, runId: 'r-t1', reason: 'complete' })

describe('law 11: a steer that the server has, and the turn has yet to read', () => {
  test('is kept, and gone once it is read', async () => {
    const lab = await steered('queued')
    expect(texts(lab)).toEqual(['t1', 's1'])
    await lab.dispatch(read())
    expect([texts(lab), drafts(lab)]).toEqual([['t1'], []])
    await ended(lab)
    expect(drafts(lab)).toEqual([])
  })

  test('is a draft where the turn ends first: it may have arrived', async () => {
    const lab = await steered('queued')
    await ended(lab)
    expect([texts(lab), drafts(lab), lab.drafts()]).toEqual([[], ['s1 steer unknown'], ['faster']])
  })

  test('also where the end is only inferred, and where a newer turn takes the place', async () => {
    const inferred = await steered('queued')
    inferred.backend.world('c1', { status: 'idle' })
    await inferred.advance(20_000)
    expect(drafts(inferred)).toEqual(['s1 steer unknown'])
    const superseded = await steered('queued')
    await superseded.end({ ...c1, turnId: 't1', reason: 'superseded' })
    expect(drafts(superseded)).toEqual(['s1 steer unknown'])
  })

  test('and one that turns out to have been read is taken back', async () => {
    const lab = await steered('queued')
    await ended(lab)
    await lab.dispatch(read())
    expect(drafts(lab)).toEqual([])
  })

  test('accepted after it was given back: it has arrived, and is no draft any more', async () => {
    const lab = await steered()
    lab.backend.lose('send', 's1')
    await lab.dispatch()
    expect(drafts(lab)).toEqual(['s1 steer unknown'])
    await lab.dispatch(sendAccepted({ ...c1, turnId: 's1' }))
    expect([texts(lab), drafts(lab)]).toEqual([['t1'], []])
  })

  test('mirror: not while the server holds it, nor where the server has refused it', async () => {
    const held = await steered()
    held.backend.lose('send', 's1')
    await held.dispatch()
    await held.dispatch(sendAccepted({ turnId: 's1', as: 'queued' }))
    expect(drafts(held)).toEqual(['s1 steer unknown'])
    await held.dispatch(read())
    expect(drafts(held)).toEqual([])
    const refused = await steered()
    refused.backend.refuse('send', {}, 's1')
    await refused.dispatch()
    await refused.dispatch(sendAccepted({ turnId: 's1' }))
    expect(drafts(refused)).toEqual(['s1 steer no'])
  })

  test('read before the answer has come: the answer says nothing new, nor does a lost one', async () => {
    for (const answer of [
      (lab: Lab) => lab.backend.accept('send', { as: 'queued' }, 's1'),
      (lab: Lab) => lab.backend.lose('send', 's1'),
    ]) {
      const lab = await steered()
      await lab.dispatch(read())
      expect(texts(lab)).toEqual(['t1'])
      answer(lab)
      await lab.dispatch()
      expect([texts(lab), drafts(lab), lab.error()]).toEqual([['t1'], [], null])
    }
  })

  test('accepted after the turn has ended: it is given back', async () => {
    const lab = await steered()
    await ended(lab)
    expect(texts(lab)).toEqual(['s1'])
    lab.backend.accept('send', { as: 'queued' }, 's1')
    await lab.dispatch()
    expect(drafts(lab)).toEqual(['s1 steer unknown'])
  })

  test('is kept by another keeper, which hears of it as well as this one', async () => {
    const lab = await steered('queued')
    await lab.dispatch(keeperAttached({ keeperId: 'another' }))
    expect([texts(lab), drafts(lab)]).toEqual([['t1', 's1'], []])
  })

  test('is a draft in what is kept over a reload, and where its conversation is closed', async () => {
    const lab = await steered('queued')
    const { drafts: kept } = lab.keeper.selectors.selectPersisted(lab.store.getState())
    expect(kept).toEqual([{ ...c1, turnId: 's1', input: 'faster', arrived: 'unknown', kind: 'steer' }])
    await lab.dispatch(conversationClosed(c1))
    expect(drafts(lab)).toEqual(['s1 steer unknown'])
  })

  test('mirror: where the wire says that it is read at once, it is safe', async () => {
    const lab = await steered('started')
    expect(texts(lab)).toEqual(['t1'])
    await ended(lab)
    expect(drafts(lab)).toEqual([])
  })

  test('mirror: refused, it certainly did not arrive', async () => {
    const lab = await steered()
    lab.backend.refuse('send', {}, 's1')
    await lab.dispatch()
    expect(drafts(lab)).toEqual(['s1 steer no'])
    await lab.dispatch(read())
    expect(drafts(lab)).toEqual(['s1 steer no'])
  })

  test('mirror: a prompt of its own is not read away, and a stranger’s steer changes nothing', async () => {
    const lab = await steered('queued')
    expect(lab.leaves(read('t1'))).toBe(true)
    expect(lab.leaves(read('nobody'))).toBe(true)
    expect(texts(lab)).toEqual(['t1', 's1'])
  })

  test('mirror: the end of another turn gives nothing back', async () => {
    const lab = await steered('queued')
    await lab.start('t2', 'c2')
    await lab.dispatch(lab.keeper.submitTurn({ ...c1, turnId: 't3', input: 'next' }))
    await lab.signalEnd({ turnId: 't2', reason: 'complete' })
    await lab.dispatch(lab.keeper.removeQueued({ turnId: 't3' }))
    expect(texts(lab)).toEqual(['t1', 's1'])
  })

  test('an app that asks by itself says so too', async () => {
    const lab = await steered()
    await lab.dispatch(sendAccepted({ turnId: 's1', as: 'queued' }))
    await ended(lab)
    expect(drafts(lab)).toEqual(['s1 steer unknown'])
  })
})
