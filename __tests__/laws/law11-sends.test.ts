/** Law 11: a send has three outcomes, accepted, refused and unknown; nothing is sent twice under two keys; no text is lost. */
import { conversationClosed, queuePaused, signals } from 'redux-turnkeeper'
import { createLab } from './lab'

describe('law 11: accepted', () => {
  test('the run that the answer names is this turn’s', async () => {
    const lab = createLab()
    await lab.accept()
    expect(lab.live()).toMatchObject({ turnId: 't1', sendState: 'accepted', runs: ['r-t1'] })
    await lab.signalEnd({ runId: 'r-t1', reason: 'complete' })
    expect([lab.ends(), lab.drafts()]).toEqual([['t1 complete complete witnessed'], []])
  })

  test('a run that began before the answer is bound by it, and its end with it', async () => {
    const lab = createLab()
    await lab.submit()
    await lab.dispatch(
      signals.turnStarted({ conversationId: 'c1', runId: 'r1' }),
      signals.turnEnded({ conversationId: 'c1', runId: 'r1', reason: 'complete' }),
    )
    lab.backend.accept('send', { runId: 'r1' })
    await lab.dispatch()
    expect(lab.ends()).toEqual(['t1 complete complete witnessed'])
  })

  test('mirror: one that turns out to be another’s ends nothing', async () => {
    const lab = createLab()
    await lab.submit()
    await lab.dispatch(
      signals.turnStarted({ conversationId: 'c1', runId: 'r0' }),
      signals.turnEnded({ conversationId: 'c1', runId: 'r0', reason: 'complete' }),
    )
    lab.backend.accept('send', { runId: 'r1' })
    await lab.dispatch()
    expect(lab.live()).toMatchObject({ turnId: 't1', runs: ['r1'] })
  })
})

test('law 11: the request says what is sent, and nothing of what it is not', async () => {
  const lab = createLab()
  await lab.submit()
  expect(lab.backend.of('send')[0]?.request).toStrictEqual({
    conversationId: 'c1',
    turnId: 't1',
    input: 'text of t1',
    mode: 'start',
    hidden: false,
    attempt: 1,
  })
})

describe('law 11: refused', () => {
  test('as an error: the turn ends as one, and its text goes to the drafts', async () => {
    const lab = createLab()
    await lab.submit()
    lab.backend.refuse('send', { error: { message: 'no credit' } })
    await lab.dispatch()
    expect(lab.last()).toMatchObject({ turnId: 't1', outcome: 'error' })
    expect(lab.drafts()).toEqual(['text of t1'])
    expect(lab.error()).toMatch('no credit')
  })

  test('as gone: it was not delivered', async () => {
    const lab = createLab()
    await lab.submit()
    lab.backend.refuse('send', { reason: 'gone' })
    await lab.dispatch()
    expect(lab.last()).toMatchObject({ outcome: 'undelivered' })
    expect(lab.drafts()).toEqual(['text of t1'])
  })

  test('as busy: it goes back to the head of the queue, before what came after it, and leaves again under its own key', async () => {
    const lab = createLab()
    lab.backend.world('c1', { status: 'idle' })
    await lab.submit('t1')
    await lab.submit('t2')
    lab.backend.refuse('send', { reason: 'busy' }, 't1')
    await lab.dispatch()
    expect([lab.phase(), lab.queue()]).toEqual(['queued', ['t1', 't2']])
    expect([lab.history(), lab.drafts()]).toEqual([[], []])
    await lab.advance(10_000)
    expect(lab.sent()).toEqual(['t1', 't1'])
    expect(lab.backend.of('send').map(({ request }) => [request.input, request.attempt])).toEqual([
      ['text of t1', 1],
      ['text of t1', 2],
    ])
  })

  test.each(['after', 'before'])(
    'as busy behind another’s run that shows %s the answer: it waits for that one’s end',
    async (when) => {
      const lab = createLab()
      lab.backend.world('c1', { status: 'running', runId: 'r9' })
      await lab.submit('t1')
      if (when === 'before') await lab.dispatch(signals.turnStarted({ conversationId: 'c1', runId: 'r9' }))
      lab.backend.refuse('send', { reason: 'busy' }, 't1')
      await lab.dispatch()
      if (when === 'after') await lab.dispatch(signals.turnStarted({ conversationId: 'c1', runId: 'r9' }))
      expect(lab.live()).toMatchObject({ origin: 'remote', runs: ['r9'] })
      expect(lab.queue()).toEqual(['t1'])
      await lab.advance(30_000)
      expect(lab.sent()).toEqual(['t1'])
      lab.backend.world('c1', { status: 'idle' })
      await lab.signalEnd({ conversationId: 'c1', runId: 'r9', reason: 'complete' })
      await lab.advance(1)
      expect(lab.sent()).toEqual(['t1', 't1'])
    },
  )

  test('as an error while another’s run shows: the text is a draft, and that run goes on', async () => {
    const lab = createLab()
    await lab.submit('t1')
    await lab.dispatch(signals.turnStarted({ conversationId: 'c1', runId: 'r9' }))
    lab.backend.refuse('send')
    await lab.dispatch()
    expect(lab.drafts()).toEqual(['text of t1'])
    expect(lab.live()).toMatchObject({ origin: 'remote', runs: ['r9'] })
  })

  test('a prompt that the user did not type is not given back', async () => {
    const lab = createLab()
    await lab.submit('t1', 'c1', { hidden: true })
    lab.backend.refuse('send')
    await lab.dispatch()
    expect(lab.drafts()).toEqual([])
  })

  test('mirror: not once the turn has started by name: then it runs, whatever the answer said', async () => {
    const lab = createLab()
    await lab.submit()
    await lab.dispatch(signals.turnStarted({ conversationId: 'c1', turnId: 't1' }))
    lab.backend.refuse('send')
    await lab.dispatch()
    expect([lab.busy(), lab.drafts()]).toEqual([true, []])
  })
})

describe('law 11: unknown', () => {
  const lose = async () => {
    const lab = createLab()
    await lab.submit()
    lab.backend.lose('send')
    await lab.dispatch()
    return lab
  }

  test('keeps the turn, its key and its text; nothing is sent again', async () => {
    const lab = await lose()
    lab.backend.world('c1', { status: 'no_status' })
    await lab.advance(600_000, 5_000)
    expect(lab.live()).toMatchObject({ turnId: 't1', sendState: 'unconfirmed' })
    expect(lab.conversation()?.texts).toMatchObject([{ turnId: 't1', input: 'text of t1' }])
    expect(lab.sent()).toEqual(['t1'])
  })

  test('a status check that finds it running settles the question', async () => {
    const lab = await lose()
    lab.backend.world('c1', { status: 'running', turnId: 't1', runId: 'r1' })
    await lab.advance(10_000)
    expect(lab.live()).toMatchObject({ turnId: 't1', sendState: 'accepted' })
    expect(lab.sent()).toEqual(['t1'])
  })

  test('one that does not, after the registration window, ends it as undelivered: its text is a draft', async () => {
    const lab = await lose()
    lab.backend.world('c1', { status: 'idle' })
    await lab.advance(60_000)
    expect(lab.last()).toMatchObject({ turnId: 't1', outcome: 'undelivered', grade: 'inferred' })
    expect(lab.drafts()).toEqual(['text of t1'])
    expect(lab.sent()).toEqual(['t1'])
  })

  test('a send that is not answered at all is checked after the ack time-out, and not sent again', async () => {
    const lab = createLab()
    await lab.submit()
    lab.backend.world('c1', { status: 'running', turnId: 't1', runId: 'r1' })
    await lab.advance(25_000)
    expect(lab.live()).toMatchObject({ turnId: 't1', sendState: 'accepted' })
    expect(lab.sent()).toEqual(['t1'])
  })

  test('to try again is the user’s: a new key, that says which one it repeats, and takes the draft', async () => {
    const lab = createLab()
    await lab.submit()
    lab.backend.refuse('send')
    await lab.dispatch()
    await lab.submit('t2', 'c1', { retryOf: 't1' })
    expect(lab.drafts()).toEqual([])
    expect(lab.backend.of('send').at(-1)?.request).toMatchObject({ turnId: 't2', retryOf: 't1' })
  })

  test('the same turn submitted again lets no held queue go on', async () => {
    const lab = createLab()
    await lab.start()
    await lab.submit('t2')
    const submit = lab.recorder.actions.findLast(({ type }) => type === 'turnkeeper/turnSubmitted')
    await lab.dispatch(queuePaused({ conversationId: 'c1' }), submit)
    expect(lab.conversation()?.queueHold).toMatchObject({ why: 'person' })
  })

  test('the same turn submitted twice is sent once', async () => {
    const lab = createLab()
    await lab.submit()
    await lab.submit()
    await lab.accept('t2', 'c2')
    await lab.end({ turnId: 't2', reason: 'complete' })
    await lab.submit('t2', 'c2')
    expect(lab.sent()).toEqual(['t1', 't2'])
  })
})

describe('law 11: text is never lost', () => {
  test('of a message that was withdrawn from the queue', async () => {
    const lab = createLab()
    await lab.start()
    await lab.submit('t2')
    await lab.dispatch(lab.keeper.removeQueued({ turnId: 't2' }))
    expect([lab.queue(), lab.drafts()]).toEqual([[], ['text of t2']])
    expect(lab.sent()).toEqual(['t1'])
  })

  test('of a conversation that was closed with messages in its queue', async () => {
    const lab = createLab()
    await lab.start()
    await lab.submit('t2')
    await lab.dispatch(conversationClosed({ conversationId: 'c1' }))
    expect(lab.drafts()).toEqual(['text of t2'])
  })

  test('mirror: a text that the server has is no draft', async () => {
    const lab = createLab()
    await lab.start()
    await lab.end({ turnId: 't1', reason: 'error', error: { message: 'failed in mid-turn' } })
    expect(lab.drafts()).toEqual([])
  })
})

describe('law 11: a steer', () => {
  test('an answer that names the active turn’s own run merges the send into that turn, and ends with it', async () => {
    const lab = createLab()
    await lab.start()
    await lab.submit('t2', 'c1', { mode: 'now' })
    lab.backend.accept('send', { runId: 'r-t1' }, 't2')
    await lab.dispatch()
    expect([lab.live()?.turnId, lab.live()?.mergedTurnIds, lab.entry()?.queue]).toEqual(['t1', ['t2'], []])
    await lab.signalEnd({ runId: 'r-t1', reason: 'complete' })
    expect(lab.ends()).toEqual(['t1 complete complete witnessed', 't2 complete merged witnessed'])
    expect(lab.busy()).toBe(false)
  })

  test('mirror: one that names a run of its own waits behind it as a turn', async () => {
    const lab = createLab()
    await lab.start()
    await lab.submit('t2', 'c1', { mode: 'now' })
    lab.backend.accept('send', { runId: 'r2', as: 'queued' }, 't2')
    await lab.dispatch()
    await lab.signalEnd({ runId: 'r-t1', reason: 'complete' })
    expect(lab.live()?.turnId).toBe('t2')
    await lab.dispatch(signals.turnProgressed({ conversationId: 'c1', runId: 'r2', kind: 'output' }))
    await lab.signalEnd({ runId: 'r2', reason: 'complete' })
    expect(lab.ends()).toEqual(['t1 complete complete witnessed', 't2 complete complete witnessed'])
  })

  test('one that is refused, or whose answer is lost, makes no turn, and its text is a draft', async () => {
    for (const fail of ['refuse', 'lose'] as const) {
      const lab = createLab()
      await lab.start()
      await lab.dispatch(lab.keeper.steerTurn({ conversationId: 'c1', input: 'faster', steerId: 's1' }))
      lab.backend[fail]('send')
      await lab.dispatch()
      expect([lab.live()?.turnId, lab.drafts(), lab.entry()?.queue]).toEqual(['t1', ['faster'], []])
    }
  })
})

test('law 11: refused as busy again and again, it waits for 1 s, then twice as long each time, and never more than 8 s', async () => {
  const lab = createLab()
  lab.backend.world('c1', { status: 'idle' })
  await lab.submit()
  const pauses: number[] = []
  for (let refusals = 0; refusals < 6; refusals++) {
    lab.backend.refuse('send', { reason: 'busy' })
    await lab.dispatch()
    pauses.push(lab.turn()!.notBefore - lab.clock.now())
    for (let waited = 0; waited < 60 && lab.backend.of('send', 'pending').length === 0; waited++)
      await lab.advance(1_000)
  }
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 8_000, 8_000])
})
