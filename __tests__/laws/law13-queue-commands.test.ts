/** Law 13: what a person does to messages that wait. Laws 11 and 12 hold throughout: no text is lost, a stop is an intent. */
import {
  conversationRekeyed,
  queueCleared,
  queuedEdited,
  queuedMoved,
  queuedSentNow,
  queuePaused,
  queueResumed,
  sendingGated,
  stateRestored,
} from 'redux-turnkeeper'
import type { Ports } from 'redux-turnkeeper'
import { createLab } from './lab'
import type { Lab } from './lab'

/** A turn that runs, and messages that wait behind it. */
async function waiting(options: object = {}, messages = ['q1', 'q2', 'q3'], ports: Ports = {}): Promise<Lab> {
  const lab = createLab(options, { ports: (scripted) => ({ ...scripted, ...ports }) })
  await lab.start()
  for (const id of messages) await lab.submit(id)
  return lab
}
const inputs = (lab: Lab) =>
  lab.keeper.selectors.selectQueue(lab.store.getState(), 'c1').map(({ input }) => input)
const stands = (lab: Lab) => lab.keeper.selectors.selectQueueState(lab.store.getState(), 'c1')
async function endFirst(lab: Lab, more: object = {}, reason: 'complete' | 'error' = 'complete') {
  lab.backend.world('c1', { status: 'idle' })
  await lab.signalEnd({ conversationId: 'c1', runId: 'r-t1', reason, ...more })
}

describe('a message that waits here', () => {
  test('is edited: what leaves is the new text', async () => {
    const lab = await waiting({}, ['q1'])
    await lab.dispatch(queuedEdited({ turnId: 'q1', input: 'better' }))
    expect(inputs(lab)).toEqual(['better'])
    await endFirst(lab)
    expect(lab.backend.of('send', 'pending')[0]!.request.input).toBe('better')
    expect(lab.leaves(queuedEdited({ turnId: 'q1', input: 'too late' }))).toBe(true)
    expect(lab.leaves(queuedEdited({ turnId: 't1', input: 'it runs' }))).toBe(true)
  })

  test('is moved, in front of another one or to the end', async () => {
    const lab = await waiting()
    await lab.dispatch(queuedMoved({ turnId: 'q3', before: 'q1' }))
    expect(lab.queue()).toEqual(['q3', 'q1', 'q2'])
    await lab.dispatch(queuedMoved({ turnId: 'q3', before: null }))
    expect(lab.queue()).toEqual(['q1', 'q2', 'q3'])
    for (const [turnId, before] of [
      ['q1', 'q2'],
      ['q1', 'q1'],
      ['q3', null],
      ['q1', 'nobody'],
      ['nobody', 'q1'],
      ['t1', 'q1'],
    ] as const)
      expect([turnId, before, lab.leaves(queuedMoved({ turnId, before }))]).toEqual([turnId, before, true])
    await lab.dispatch(queuedMoved({ turnId: 'q2', before: 'q1' }))
    await endFirst(lab)
    expect(lab.sent()).toEqual(['t1', 'q2'])
  })

  test('is sent now: what runs is stopped, and it leaves once that is over, before the others', async () => {
    const lab = await waiting()
    await lab.dispatch(queuedSentNow({ turnId: 'q2' }))
    expect(lab.queue()).toEqual(['q2', 'q1', 'q3'])
    expect(lab.backend.of('stop').map(({ key }) => key)).toEqual(['t1'])
    expect(lab.sent()).toEqual(['t1'])
    lab.backend.accept('stop')
    await endFirst(lab, { reason: 'cancelled' })
    expect(lab.sent()).toEqual(['t1', 'q2'])
  })

  test('is sent now although stops hold the queue; a stop that a person presses holds it', async () => {
    const lab = await waiting({ queuePolicy: { onStop: 'hold' } })
    await lab.dispatch(queuedSentNow({ turnId: 'q1' }))
    lab.backend.accept('stop')
    await endFirst(lab, { reason: 'cancelled' })
    expect(lab.sent()).toEqual(['t1', 'q1'])

    const other = await waiting({ queuePolicy: { onStop: 'hold' } })
    await other.dispatch(other.keeper.stopTurn({ conversationId: 'c1' }))
    other.backend.accept('stop')
    await endFirst(other, { reason: 'cancelled' })
    expect(stands(other)).toEqual({ why: 'stop', until: null })
    expect(other.sent()).toEqual(['t1'])
    await other.dispatch(queuedSentNow({ turnId: 'q3' }))
    expect(other.sent()).toEqual(['t1', 'q3'])
  })

  test('is sent now while a stop is under way: the queue goes on after it, and no second stop leaves', async () => {
    const lab = await waiting({ queuePolicy: { onStop: 'hold' } })
    await lab.dispatch(lab.keeper.stopTurn({ conversationId: 'c1' }), queuedSentNow({ turnId: 'q1' }))
    expect(lab.backend.of('stop')).toHaveLength(1)
    lab.backend.accept('stop')
    await endFirst(lab, { reason: 'cancelled' })
    expect(lab.sent()).toEqual(['t1', 'q1'])
  })

  test('is sent into the turn that runs, under its own id, and makes no turn', async () => {
    const lab = await waiting()
    const result = lab.store.dispatch(lab.keeper.steerQueued({ turnId: 'q2' }))
    expect(result).toEqual({ turnId: 'q2', taken: true })
    expect(lab.backend.of('send', 'pending')[0]!.request).toMatchObject({
      turnId: 'q2',
      mode: 'steer',
      input: 'text of q2',
      into: { turnId: 't1', runIds: ['r-t1'] },
    })
    expect(lab.queue()).toEqual(['q1', 'q3'])
    lab.backend.refuse('send', {}, 'q2')
    await lab.dispatch()
    expect(lab.drafts()).toEqual(['text of q2'])
  })

  test('stays where it is when nothing runs that it could be sent into', async () => {
    const lab = await waiting()
    await lab.dispatch(lab.keeper.stopTurn({ conversationId: 'c1' }))
    expect(lab.store.dispatch(lab.keeper.steerQueued({ turnId: 'q1' }))).toEqual({
      turnId: 'q1',
      taken: false,
    })
    expect(lab.store.dispatch(lab.keeper.steerQueued({ turnId: 'nobody' }))).toMatchObject({ taken: false })
    expect(lab.queue()).toEqual(['q1', 'q2', 'q3'])
    lab.backend.accept('stop')
    await lab.dispatch()
  })

  test('is withdrawn with all others: their texts are drafts', async () => {
    const lab = await waiting()
    await lab.dispatch(queueCleared({ conversationId: 'c1' }))
    expect(lab.queue()).toEqual([])
    expect(lab.drafts()).toEqual(['text of q1', 'text of q2', 'text of q3'])
    expect(lab.phase()).toBe('thinking')
    expect(lab.leaves(queueCleared({ conversationId: 'c1' }))).toBe(true)
  })

  test('all of it under a key that has changed since', async () => {
    const lab = await waiting()
    await lab.dispatch(conversationRekeyed({ from: 'c1', to: 'perm' }))
    await lab.dispatch(
      queuedEdited({ turnId: 'q1', input: 'x' }),
      queuedMoved({ turnId: 'q3', before: 'q1' }),
    )
    expect(lab.queue('perm')).toEqual(['q3', 'q1', 'q2'])
    await lab.dispatch(queueCleared({ conversationId: 'c1' }))
    expect(lab.drafts('perm')).toEqual(['text of q3', 'x', 'text of q2'])
  })
})

describe('a message that the server holds', () => {
  const held = async (ports: Ports = {}) => {
    const lab = await waiting({ sendWhileBusy: 'send' }, ['h1', 'h2'], ports)
    for (const id of ['h1', 'h2']) lab.backend.accept('send', { as: 'queued' }, id)
    await lab.dispatch()
    return lab
  }

  test('is edited and moved by the port, and shown so once the server has done it', async () => {
    const lab = await held()
    await lab.dispatch(queuedEdited({ turnId: 'h1', input: 'better' }))
    expect(inputs(lab)).toEqual(['text of h1', 'text of h2'])
    expect(lab.backend.of('change')[0]!.request).toEqual({
      conversationId: 'c1',
      turnId: 'h1',
      runIds: [],
      change: { kind: 'edit', input: 'better' },
    })
    lab.backend.accept('change')
    await lab.dispatch(queuedMoved({ turnId: 'h2', before: 'h1' }))
    expect(inputs(lab)).toEqual(['better', 'text of h2'])
    lab.backend.accept('change')
    await lab.dispatch()
    expect(inputs(lab)).toEqual(['text of h2', 'better'])
  })

  test('stays as it was where the server refuses, or its answer is lost, and a person is told', async () => {
    const lab = await held()
    await lab.dispatch(queuedEdited({ turnId: 'h1', input: 'better' }))
    lab.backend.refuse('change', { error: { message: 'it runs already' } })
    await lab.dispatch()
    expect([inputs(lab)[0], lab.error()]).toEqual(['text of h1', 'it runs already'])
    await lab.dispatch(queuedMoved({ turnId: 'h2', before: 'h1' }))
    lab.backend.lose('change')
    await lab.dispatch()
    expect([lab.queue(), lab.error()]).toEqual([['h1', 'h2'], 'network error'])
    await lab.dispatch(queuedMoved({ turnId: 'h2', before: 'h1' }))
    lab.backend.refuse('change')
    await lab.dispatch()
    expect([lab.queue(), lab.error()]).toEqual([['h1', 'h2'], 'The server did not change the message.'])
  })

  test('stays as it was where the answer is none, and a person is told whose', async () => {
    const lab = await held({ changeQueued: async () => null as never })
    await lab.dispatch(queuedEdited({ turnId: 'h1', input: 'better' }))
    await lab.dispatch()
    expect(inputs(lab)).toEqual(['text of h1', 'text of h2'])
    expect(lab.error()).toBe('The answer of "changeQueued" could not be read.')
    expect(lab.problems.map(({ kind }) => kind)).toEqual(['answer changeQueued'])
  })

  test('does not change places with one that waits here', async () => {
    const lab = await held()
    await lab.submit('q1', 'c1', { mode: 'queue' })
    expect(lab.leaves(queuedMoved({ turnId: 'q1', before: 'h1' }))).toBe(true)
    await lab.dispatch(queuedMoved({ turnId: 'h1', before: 'q1' }))
    lab.backend.accept('change')
    await lab.dispatch()
    expect(lab.queue()).toEqual(['h1', 'h2', 'q1'])
  })

  test('is stopped there where the queue is cleared', async () => {
    const lab = await held()
    await lab.submit('q1', 'c1', { mode: 'queue' })
    await lab.dispatch(queueCleared({ conversationId: 'c1' }))
    expect(lab.backend.of('stop').map(({ key }) => key)).toEqual(['h1', 'h2'])
    expect(lab.drafts()).toEqual(['text of q1'])
    for (const id of ['h1', 'h2']) lab.backend.accept('stop', {}, id)
    await lab.dispatch()
  })
})

describe('the policy of the queue', () => {
  const KINDS = [
    ['onError', 'error', { error: { message: 'bad' } }],
    ['onError', 'interrupted', {}],
    ['onLimit', 'error', { error: { message: 'slow down', code: 'rate_limit_exceeded' } }],
    ['onLimit', 'interrupted', { finishReason: 'usage-limit' }],
  ] as const

  test.each(KINDS)('%s holds after an end like %s %j, and drains by default', async (name, reason, more) => {
    const lab = await waiting({ queuePolicy: { [name]: 'hold' } })
    await endFirst(lab, { ...more, reason })
    await lab.advance(60_000)
    expect(stands(lab)).toEqual({ why: name === 'onError' ? 'error' : 'limit', until: null })
    expect([lab.sent(), lab.busy(), lab.phase()]).toEqual([['t1'], false, 'idle'])
    await lab.dispatch(queueResumed({ conversationId: 'c1' }))
    expect(lab.sent()).toEqual(['t1', 'q1'])

    const drains = await waiting()
    await endFirst(drains, { ...more, reason })
    expect(drains.sent()).toEqual(['t1', 'q1'])
  })

  test('an end of another kind holds nothing', async () => {
    const all = { queuePolicy: { onStop: 'hold', onError: 'hold', onLimit: 'hold' } }
    for (const more of [{}, { finishReason: 'length' }, { reason: 'rescued' }]) {
      const lab = await waiting(all)
      await endFirst(lab, more)
      await lab.advance(30_000)
      expect([more, lab.sent()]).toEqual([more, ['t1', 'q1']])
    }
  })

  test('a limit of which the wire knows the end is waited for, and no longer', async () => {
    const lab = await waiting()
    await endFirst(lab, { reason: 'error', limitedUntil: lab.clock.now() + 90_000 })
    expect(stands(lab)).toEqual({ why: 'limit', until: 1_090_000 })
    expect([lab.busy(), lab.phase()]).toEqual([true, 'queued'])
    const resumesAt = lab.keeper.selectors.selectResumesAt(lab.store.getState(), 'c1')
    expect(resumesAt).toBe(1_090_000)
    await lab.advance(89_000)
    expect(lab.sent()).toEqual(['t1'])
    await lab.advance(2_000)
    expect(lab.sent()).toEqual(['t1', 'q1'])
    expect(stands(lab)).toEqual({ why: 'running', until: null })
  })

  test('it is about that conversation alone', async () => {
    const lab = await waiting({ queuePolicy: { onError: 'hold' } })
    await lab.start('other', 'c2')
    await lab.submit('o1', 'c2')
    await endFirst(lab, { reason: 'error' })
    lab.backend.world('c2', { status: 'idle' })
    await lab.signalEnd({ conversationId: 'c2', runId: 'r-other', reason: 'complete' })
    expect(lab.sent()).toEqual(['t1', 'other', 'o1'])
  })

  test('a person holds it, and lets it go on', async () => {
    const lab = await waiting()
    expect(lab.leaves(queuePaused({ conversationId: 'empty' }))).toBe(true)
    await lab.dispatch(queuePaused({ conversationId: 'c1' }))
    await endFirst(lab)
    await lab.advance(30_000)
    expect([stands(lab), lab.sent()]).toEqual([{ why: 'person', until: null }, ['t1']])
    await lab.dispatch(queueResumed({ conversationId: 'c1' }))
    expect(lab.sent()).toEqual(['t1', 'q1'])
  })

  test('held between two dispatches it does not leave: no claim is tried in vain', async () => {
    const lab = await waiting({ queuePolicy: { onError: 'hold' } })
    await endFirst(lab, { reason: 'error', limitedUntil: lab.clock.now() + 5_000 })
    await lab.dispatch(queuePaused({ conversationId: 'c1' }))
    await lab.advance(30_000)
    expect(lab.sent()).toEqual(['t1'])
    await lab.dispatch(queueResumed({ conversationId: 'c1' }))
    expect(lab.sent()).toEqual(['t1', 'q1'])
  })
})

test('the queue says why it stands', async () => {
  const lab = await waiting({ stopScope: 'conversation' }, ['q1'])
  expect(stands(lab)).toEqual({ why: 'running', until: null })
  expect(stands(lab)).toBe(stands(lab))
  await lab.dispatch(sendingGated({ open: false }))
  expect(stands(lab)).toEqual({ why: 'gated', until: null })
  await endFirst(lab)
  await lab.dispatch(sendingGated({ open: true }))
  expect(stands(lab)).toBeNull()
  lab.backend.refuse('send', { reason: 'busy', retryAfterMs: 30_000 }, 'q1')
  await lab.dispatch()
  expect(stands(lab)).toEqual({ why: 'busy', until: 1_030_000 })
  expect(stands(lab)).toBe(stands(lab))
})

test('a stop in flight that would hit it, and a check that is not answered yet, are told too', async () => {
  const lab = await waiting({ stopScope: 'conversation' }, ['q1'])
  lab.backend.auto.clear()
  await lab.dispatch(lab.keeper.stopTurn({ conversationId: 'c1' }))
  await endFirst(lab, { reason: 'cancelled' })
  expect([stands(lab), lab.sent()]).toEqual([{ why: 'stopping', until: null }, ['t1']])
  lab.backend.accept('stop')
  await lab.dispatch()
  expect(lab.sent()).toEqual(['t1', 'q1'])

  const unnamed = await waiting({}, ['q1'])
  unnamed.backend.auto.clear()
  await unnamed.end({ conversationId: 'c1', reason: 'superseded' })
  expect([stands(unnamed), unnamed.sent()]).toEqual([{ why: 'next', until: null }, ['t1']])
  await unnamed.answer({ c1: { status: 'idle' } })
  expect(unnamed.sent()).toEqual(['t1', 'q1'])
})

test('a queue that is held is held after a reload, too, until a person lets it go on', async () => {
  const before = await waiting({ queuePolicy: { onError: 'hold' } }, ['q1'])
  await before.end({ conversationId: 'c1', turnId: 't1', reason: 'error' })
  expect(stands(before)).toEqual({ why: 'error', until: null })
  const kept = before.keeper.selectors.selectPersisted(before.store.getState())
  expect(kept.holds).toEqual([{ conversationId: 'c1', why: 'error', until: null }])

  const lab = createLab()
  lab.backend.world('c1', { status: 'idle' })
  await lab.dispatch(stateRestored(JSON.parse(JSON.stringify(kept)) as typeof kept))
  await lab.advance(60_000)
  expect([stands(lab), lab.sent(), lab.queue()]).toEqual([{ why: 'error', until: null }, [], ['q1']])
  await lab.dispatch(queueResumed({ conversationId: 'c1' }))
  await lab.advance(1)
  expect(lab.sent()).toEqual(['q1'])
})

test('one that waits for a limit goes on when that is over', async () => {
  const queued = [{ conversationId: 'c1', turnId: 'q1', input: 'x', hidden: false }]
  const lab = createLab()
  lab.backend.world('c1', { status: 'idle' })
  const holds = [{ conversationId: 'c1', why: 'limit' as const, until: 1_030_000 }]
  await lab.dispatch(stateRestored({ queued, holds }))
  await lab.advance(29_000)
  expect(lab.sent()).toEqual([])
  await lab.advance(2_000)
  expect(lab.sent()).toEqual(['q1'])
})

test('mirror: what waits here already stands as it does, and a hold of nothing is none', async () => {
  const lab = await waiting({}, ['q1'])
  const holds = ['c1', 'c2'].map((conversationId) => ({
    conversationId,
    why: 'person' as const,
    until: null,
  }))
  await lab.dispatch(stateRestored({ holds }))
  expect([stands(lab)?.why, lab.conversation('c2')]).toEqual(['running', undefined])
})
