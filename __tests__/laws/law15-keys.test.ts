/** Law 15: a conversation's key changes (draft to permanent): one action moves all that is its. */
import { conversationRekeyed, conversationViewed, endTurn, signals } from 'redux-turnkeeper'
import { entriesOf } from '../../src/state/turns'
import { createLab } from './lab'

const rekey = (from: string, to: string) => conversationRekeyed({ from, to })
const moves = (turnId: string, from: string, to: string) => conversationRekeyed({ from, to, turnId })
const helperIn = (conversationId: string) =>
  signals.turnStarted({ conversationId, runId: 'helper', role: 'child' })

describe('law 15: one action moves', () => {
  test('the turn, in one notification: the conversation is busy under both names, before and after', async () => {
    const lab = createLab()
    await lab.start('t1', 'draft')
    const seen = await lab.watch(() => lab.store.dispatch(rekey('draft', 'c1')), 'draft')
    expect(seen).toEqual(['thinking 0'])
    expect([lab.live('c1')?.turnId, lab.live('draft')?.turnId]).toEqual(['t1', 't1'])
    expect(lab.keeper.selectors.selectBusyConversationIds(lab.store.getState())).toEqual(['c1'])
  })

  test('the queue and its texts, which leave under the new key', async () => {
    const lab = createLab()
    await lab.start('t1', 'draft')
    await lab.submit('t2', 'draft')
    await lab.dispatch(rekey('draft', 'c1'))
    expect(lab.queue('c1')).toEqual(['t2'])
    await lab.signalEnd({ runId: 'r-t1', reason: 'complete' })
    expect(lab.backend.of('send').at(-1)?.request).toMatchObject({
      conversationId: 'c1',
      turnId: 't2',
      input: 'text of t2',
    })
  })

  test('the stop intent, whose answer is taken, and which leaves again under the new key', async () => {
    const lab = createLab()
    await lab.submit('t1', 'draft')
    await lab.dispatch(lab.keeper.stopTurn({ conversationId: 'draft' }))
    await lab.dispatch(rekey('draft', 'c1'))
    lab.backend.refuse('stop', { reason: 'no_active_turn' })
    await lab.dispatch()
    expect(lab.phase('c1')).toBe('stopping')
    await lab.dispatch(signals.turnProgressed({ conversationId: 'draft', turnId: 't1', kind: 'output' }))
    expect(lab.backend.of('stop').at(-1)?.request.conversationId).toBe('c1')
    expect(lab.backend.of('stop')).toHaveLength(2)
  })

  test('with the wire that can stop only a conversation: the stop in flight still holds sends back', async () => {
    const lab = createLab({ stopScope: 'conversation' })
    await lab.start('t1', 'draft')
    await lab.dispatch(lab.keeper.stopTurn({ conversationId: 'draft' }))
    await lab.signalEnd({ runId: 'r-t1', reason: 'cancelled' })
    await lab.dispatch(rekey('draft', 'c1'))
    await lab.submit('t2', 'c1')
    expect(lab.sent()).toEqual(['t1'])
  })

  test('the questions that are open, and drafts and errors', async () => {
    const lab = createLab()
    await lab.submit('t0', 'draft')
    lab.backend.refuse('send', {}, 't0')
    await lab.dispatch()
    await lab.start('t1', 'draft')
    await lab.end({ turnId: 't1', reason: 'error', error: { message: 'bad' } })
    await lab.start('t2', 'draft')
    await lab.dispatch(
      signals.inputRequested({ conversationId: 'draft', runId: 'r-t2', requestId: 'q' }),
      rekey('draft', 'c1'),
    )
    expect(lab.conversation('c1')).toMatchObject({
      questions: [{ requestId: 'q' }],
      drafts: [{ input: 'text of t0' }],
    })
    expect([lab.conversation('draft'), lab.entry('draft')]).toEqual([undefined, undefined])
  })

  test('the status check that is out: what it says of the old key holds for the new one', async () => {
    const lab = createLab()
    await lab.start('t1', 'draft')
    await lab.checkStatus('draft')
    await lab.dispatch(rekey('draft', 'c1'))
    await lab.answer({ draft: { status: 'idle', last: { runId: 'r-t1', outcome: 'complete' } } })
    expect(lab.ends()).toEqual(['t1 rescued complete witnessed'])
    expect(lab.last('c1')?.turnId).toBe('t1')
  })

  test('the send that is out: its answer is taken', async () => {
    const lab = createLab()
    await lab.submit('t1', 'draft')
    await lab.dispatch(rekey('draft', 'c1'))
    lab.backend.accept('send', { runId: 'r1' })
    await lab.dispatch()
    expect(lab.live('c1')).toMatchObject({ sendState: 'accepted', runs: ['r1'] })
  })

  test('the foreground and the records', async () => {
    const lab = createLab()
    await lab.start('t0', 'draft')
    await lab.end({ turnId: 't0', reason: 'complete' })
    await lab.start('t1', 'draft')
    await lab.dispatch(conversationViewed({ conversationId: 'draft' }), rekey('draft', 'c1'))
    expect(lab.last('c1')?.turnId).toBe('t0')
    await lab.end({ reason: 'complete' })
    expect(lab.last('c1')?.turnId).toBe('t1')
  })
})

describe('law 15: later signals that still use the old key', () => {
  test('find the turn: progress, ends, prompts, stops', async () => {
    const lab = createLab()
    await lab.start('t1', 'draft')
    await lab.dispatch(rekey('draft', 'c1'))
    await lab.dispatch(signals.turnProgressed({ conversationId: 'draft', runId: 'r-t1', kind: 'output' }))
    expect(lab.phase('c1')).toBe('streaming')
    await lab.submit('t2', 'draft')
    expect(lab.queue('c1')).toEqual(['t2'])
    await lab.dispatch(lab.keeper.stopTurn({ conversationId: 'draft' }))
    expect(lab.phase('c1')).toBe('stopping')
    await lab.end({ conversationId: 'draft', reason: 'complete' })
    expect(lab.ends()).toEqual(['t1 complete complete witnessed'])
  })

  test('through several changes', async () => {
    const lab = createLab()
    await lab.start('t1', 'a')
    await lab.dispatch(rekey('a', 'b'), rekey('b', 'c'))
    for (const key of ['a', 'b', 'c']) expect(lab.live(key)?.turnId).toBe('t1')
    await lab.signalEnd({ conversationId: 'a', runId: 'r-t1', reason: 'complete' })
    for (const key of ['a', 'b', 'c']) expect(lab.busy(key)).toBe(false)
  })

  test('and back: the conversation goes by its first name again', async () => {
    const lab = createLab()
    await lab.start('t1', 'a')
    await lab.dispatch(rekey('a', 'b'), rekey('b', 'a'))
    expect(lab.live('a')).toMatchObject({ turnId: 't1', conversationId: 'a' })
    expect(lab.live('b')).toMatchObject({ turnId: 't1', conversationId: 'a' })
  })

  test('bring another conversation to it, whatever name of it is told', async () => {
    const lab = createLab()
    await lab.submit('t0', 'draft')
    await lab.dispatch(rekey('draft', 'c1'), endTurn({ conversationId: 'c1', reason: 'complete' }))
    await lab.start('t1', 'second draft')
    await lab.dispatch(rekey('second draft', 'draft'))
    for (const key of ['draft', 'second draft', 'c1'])
      expect([key, lab.live(key)?.turnId]).toEqual([key, 't1'])
  })

  test('bring a reason to check to the right conversation', async () => {
    const lab = createLab()
    await lab.start('t1', 'draft')
    lab.backend.auto.delete('status')
    await lab.dispatch(
      rekey('draft', 'c1'),
      signals.sessionReported({ conversationId: 'draft', status: 'idle' }),
    )
    await lab.advance(250)
    expect(lab.backend.of('status').at(-1)?.request).toEqual(['c1'])
  })
})

describe('law 15: mirrors', () => {
  test('other conversations stay as they are, to the reference', async () => {
    const lab = createLab()
    await lab.start('t1', 'draft')
    await lab.start('u1', 'c2')
    await lab.submit('u2', 'c2')
    const before = [lab.entry('c2'), lab.conversation('c2')]
    await lab.dispatch(rekey('draft', 'c1'))
    expect([lab.entry('c2'), lab.conversation('c2')]).toEqual(before)
    expect(lab.entry('c2')).toBe(before[0])
    expect(lab.conversation('c2')).toBe(before[1])
  })

  test('the same change told again, or one to itself, changes nothing', async () => {
    const lab = createLab()
    await lab.start('t1', 'draft')
    await lab.dispatch(rekey('draft', 'c1'))
    expect(lab.leaves(rekey('draft', 'c1'))).toBe(true)
    expect(lab.leaves(rekey('c1', 'c1'))).toBe(true)
  })

  test('with a turn, only that turn moves, and ends under both keys', async () => {
    const lab = createLab()
    await lab.start('t1', 'draft')
    await lab.submit('t2', 'draft')
    await lab.dispatch(conversationRekeyed({ from: 'draft', to: 'c1', turnId: 't1' }))
    expect([lab.live('c1')?.turnId, lab.queue('draft')]).toEqual(['t1', ['t2']])
    await lab.dispatch(signals.turnEnded({ conversationId: 'draft', runId: 'r-t1', reason: 'complete' }))
    expect([lab.busy('c1'), lab.history().length]).toEqual([false, 1])
  })

  test.each([
    ['the turn moves on', [moves('t1', 'b', 'c')], ['a', 'b', 'c']],
    ['its conversation does', [rekey('b', 'c')], ['a', 'b', 'c']],
    ['the one that it left does', [rekey('a', 'c')], ['a', 'b', 'c']],
    [
      'it moves on, and then the first that it left',
      [moves('t1', 'b', 'c'), rekey('a', 'd')],
      ['a', 'b', 'c', 'd'],
    ],
    ['the one that it left becomes one with a helper', [helperIn('c'), rekey('a', 'c')], ['a', 'b', 'c']],
    ['one with a helper becomes the one that it left', [helperIn('c'), rekey('c', 'a')], ['a', 'b', 'c']],
  ] as const)(
    'a turn that has moved is found under each key also after %s, and ends once',
    async (_how, again, keys) => {
      const lab = createLab()
      await lab.start('t1', 'a')
      await lab.dispatch(moves('t1', 'a', 'b'), ...again)
      for (const key of keys) expect([key, lab.live(key)?.turnId]).toEqual([key, 't1'])
      await lab.signalEnd({ conversationId: 'a', runId: 'r-t1', reason: 'complete' })
      for (const key of keys) expect([key, lab.busy(key)]).toEqual([key, false])
      await lab.signalEnd({ conversationId: 'c', runId: 'helper', reason: 'complete' })
      expect([lab.ends(), entriesOf(lab.turns())]).toEqual([['t1 complete complete witnessed'], []])
    },
  )

  test.each([
    ['another one comes in', []],
    ['another one comes in, and then all that was with it', [rekey('a', 'b')]],
  ])(
    'a turn that has left is still shown where it was when %s; what came in follows it',
    async (_what, again) => {
      const lab = createLab()
      await lab.start('t1', 'a')
      await lab.start('t2', 'b')
      await lab.dispatch(moves('t2', 'b', 'c'), moves('t1', 'a', 'b'), ...again)
      expect([lab.live('b')?.turnId, lab.queue('b')]).toEqual(['t2', ['t1']])
      await lab.signalEnd({ conversationId: 'c', runId: 'r-t2', reason: 'complete' })
      expect([lab.live('b')?.turnId, lab.queue('b')]).toEqual(['t1', []])
    },
  )

  test.each([
    ['with the turn', { turnId: 't0' }, ['x']],
    ['with all that is its', {}, []],
  ])(
    'there and back, %s, beside many others: it ends once, under the key it has',
    async (_how, more, otherKeys) => {
      const lab = createLab()
      for (let i = 0; i < 40; i++) await lab.start(`t${i}`, `c${i}`)
      await lab.dispatch(conversationRekeyed({ from: 'c0', to: 'x', turnId: 't0' }))
      await lab.dispatch(conversationRekeyed({ from: 'x', to: 'c0', ...more }))
      expect(lab.live('c0')?.otherKeys).toEqual(otherKeys)
      await lab.dispatch(endTurn({ conversationId: 'c0', reason: 'complete' }))
      expect([lab.busy('c0'), lab.busy('x'), entriesOf(lab.turns()).length]).toEqual([false, false, 39])
      expect(lab.ends()).toEqual(['t0 complete complete witnessed'])
    },
  )

  test('an end of the old key, said after its conversation became another, ends nothing of others', async () => {
    const lab = createLab()
    await lab.start('t1', 'draft')
    await lab.dispatch(rekey('draft', 'c1'))
    await lab.start('u1', 'c2')
    const other = lab.live('c2')
    lab.store.dispatch(endTurn({ conversationId: 'draft', reason: 'complete' }))
    expect(lab.live('c2')).toBe(other)
  })
})
