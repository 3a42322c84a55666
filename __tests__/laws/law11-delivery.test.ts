/** Law 11: nothing is reported worse than it is known, and at each moment every text is delivered, live, queued, a draft, or withdrawn. */
import {
  conversationClosed,
  draftTaken,
  sendAccepted,
  sendRefused,
  sessionStatusChanged,
  signals,
  stateRestored,
  turnSubmitted,
} from 'redux-turnkeeper'
import { createLab, reloaded } from './lab'
import type { Lab } from './lab'

const c1 = { conversationId: 'c1' }
const arrived = (lab: Lab) => lab.conversation()?.drafts.map((draft) => draft.arrived)

describe('law 11: accepted, and then over without a word', () => {
  test('is unknown, and the text is no draft: it was delivered', async () => {
    const lab = createLab()
    lab.backend.world('c1', { status: 'idle' })
    await lab.accept()
    await lab.advance(60_000)
    expect(lab.ends()).toEqual(['t1 rescued unknown inferred'])
    expect([lab.drafts(), lab.conversation()?.texts ?? []]).toEqual([[], []])
  })

  test('with the last error that was reported, where there was one', async () => {
    const lab = createLab()
    await lab.accept()
    lab.backend.world('c1', { status: 'idle' })
    await lab.dispatch(
      signals.errorReported({ ...c1, error: { message: 'rate limited', code: 'rate_limit' } }),
    )
    await lab.advance(5_000)
    expect(lab.ends()).toEqual(['t1 rescued error inferred'])
    expect([lab.error(), lab.errorCode(), lab.drafts()]).toEqual(['rate limited', 'rate_limit', []])
  })

  test('the error is believed with the check: two words are enough, without the registration window', async () => {
    const lab = createLab()
    await lab.accept()
    lab.backend.world('c1', { status: 'idle' })
    await lab.dispatch(signals.errorReported({ ...c1, error: { message: 'rate limited' } }))
    await lab.advance(250)
    expect(lab.busy()).toBe(false)
  })

  test('mirror: an error that the turn outlived is not its end’s', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(signals.errorReported({ ...c1, error: { message: 'rate limited' } }))
    await lab.progress()
    lab.backend.world('c1', { status: 'idle' })
    await lab.advance(20_000)
    expect(lab.ends()).toEqual(['t1 rescued unknown inferred'])
  })

  test('also where the stream was down meanwhile', async () => {
    const lab = createLab()
    await lab.accept()
    await lab.dispatch(signals.streamDropped({}))
    lab.backend.world('c1', { status: 'idle' })
    await lab.advance(30_000)
    expect(lab.record('t1')).toMatchObject({ outcome: 'unknown' })
    expect(lab.drafts()).toEqual([])
  })
})

describe('law 11: refused as busy, and sent again', () => {
  test.each([
    ['an error', signals.errorReported({ ...c1, error: { message: 'rate limited' } })],
    ['a restart of the backend', signals.backendRestarted({ boot: 'b2' })],
    ['an end that may have been another’s', signals.turnEnded({ ...c1, reason: 'cancelled' })],
  ])('it does not end by %s that was heard of before', async (_name, signal) => {
    const lab = createLab()
    await lab.submit()
    await lab.dispatch(signal)
    lab.backend.refuse('send', { reason: 'busy' }, 't1')
    await lab.advance(1_000)
    expect(lab.sent()).toEqual(['t1', 't1'])
    lab.backend.accept('send', {}, 't1')
    lab.backend.world('c1', { status: 'idle' })
    await lab.advance(60_000)
    expect(lab.ends()).toEqual(['t1 rescued unknown inferred'])
    expect(lab.record('t1')?.error).toBeNull()
  })

  test('it shows nothing of what another had been doing', async () => {
    const lab = createLab()
    await lab.submit()
    await lab.dispatch(
      signals.turnProgressed({ ...c1, kind: 'tool_open', callId: 'call' }),
      signals.turnProgressed({ ...c1, kind: 'output', text: 'Reading' }),
      signals.turnRetrying({ ...c1, attempt: 2, inMs: 60_000 }),
    )
    lab.backend.refuse('send', { reason: 'busy' }, 't1')
    await lab.advance(1_000)
    expect(lab.sent()).toEqual(['t1', 't1'])
    expect(lab.live()).toMatchObject({
      turnId: 't1',
      activity: 'thinking',
      openTools: [],
      statusText: null,
      retry: null,
      resumesAt: null,
      startedAt: 1_001_000,
    })
  })
})

describe('law 11: undelivered', () => {
  test('is not said while the request is open, whatever checks say', async () => {
    for (const answer of [{ status: 'idle' }, { status: 'absent' }] as const) {
      const lab = createLab()
      lab.backend.world('c1', answer)
      await lab.submit()
      await lab.advance(50_000)
      expect([lab.busy(), lab.history()]).toEqual([true, []])
    }
  })

  test('an open request that no check knows of is given up after the send time-out, and the draft may have arrived', async () => {
    const lab = createLab({ sendTimeout: 30_000 })
    lab.backend.world('c1', { status: 'idle' })
    await lab.submit()
    await lab.advance(29_000)
    expect(lab.live()).toMatchObject({ turnId: 't1', sendState: 'sending' })
    await lab.advance(60_000)
    expect(lab.ends()).toEqual(['t1 undelivered undelivered inferred'])
    expect([lab.drafts(), arrived(lab)]).toEqual([['text of t1'], ['unknown']])
    expect(lab.backend.of('send').map(({ state }) => state)).toEqual(['aborted'])
  })

  test('of a message that the server had queued, and never began: it may have arrived', async () => {
    const lab = createLab({ sendWhileBusy: 'send' })
    await lab.start('t1')
    await lab.submit('t2')
    lab.backend.accept('send', { as: 'queued' }, 't2')
    await lab.dispatch(sessionStatusChanged({ ...c1, status: 'error' }))
    expect(lab.busy()).toBe(false)
    expect([lab.drafts(), arrived(lab)]).toEqual([['text of t2'], ['unknown']])
  })
})

describe('law 11: over a reload', () => {
  /** One turn runs, one was sent beside it and is not answered, one waits here. */
  async function crowded() {
    const lab = createLab({ sendWhileBusy: 'send' })
    await lab.start('t1')
    await lab.submit('t2')
    await lab.submit('t3', 'c1', { mode: 'queue' })
    return lab
  }
  const WAYS: readonly [string, (before: Lab) => Promise<Lab>][] = [
    [
      'by selectPersisted and stateRestored',
      async (before) => {
        const kept = before.keeper.selectors.selectPersisted(before.store.getState())
        const lab = createLab({}, { ids: 'other' })
        lab.backend.auto.delete('status')
        await lab.dispatch(stateRestored(JSON.parse(JSON.stringify(kept))))
        return lab
      },
    ],
    [
      'by a persistence package',
      async (before) => {
        const lab = createLab({}, { preloadedState: reloaded(before), ids: 'other' })
        lab.backend.auto.delete('status')
        await lab.dispatch()
        return lab
      },
    ],
  ]
  const texts = (lab: Lab) => [
    ...(lab.conversation()?.texts ?? []).map(({ input }) => input),
    ...lab.drafts(),
  ]

  describe.each(WAYS)('%s', (_way, reload) => {
    test('two turns of one conversation and a queue keep their texts', async () => {
      const lab = await reload(await crowded())
      expect(texts(lab)).toEqual(expect.arrayContaining(['text of t2', 'text of t3']))
      expect(lab.live()?.turnId).toBe('t1')
      expect(lab.sent()).toEqual([])
    })

    test('a check that finds nothing of them gives back what was not delivered for certain', async () => {
      const lab = await reload(await crowded())
      for (let i = 0; i < 12; i++) {
        await lab.advance(5_000)
        if (lab.backend.of('status', 'pending').length > 0) await lab.answer({ c1: { status: 'idle' } })
      }
      const left = lab.backend.of('send').map(({ request }) => request.input)
      expect([...lab.drafts(), ...left]).toEqual(expect.arrayContaining(['text of t2', 'text of t3']))
    })

    test('a steer that was out is a draft that may have arrived', async () => {
      const before = createLab()
      await before.start('t1')
      await before.dispatch(before.keeper.steerTurn({ ...c1, input: 'faster', steerId: 's1' }))
      const lab = await reload(before)
      expect([lab.drafts(), arrived(lab)]).toEqual([['faster'], ['unknown']])
    })
  })

  test('drafts are kept', async () => {
    const before = createLab()
    await before.submit()
    before.backend.refuse('send')
    await before.dispatch()
    const kept = before.keeper.selectors.selectPersisted(before.store.getState())
    const lab = createLab({}, { ids: 'other' })
    await lab.dispatch(stateRestored(JSON.parse(JSON.stringify(kept))))
    expect([lab.drafts(), arrived(lab)]).toEqual([['text of t1'], ['no']])
    await lab.dispatch(draftTaken({ ...c1, turnId: 't1' }))
    expect(lab.drafts()).toEqual([])
  })
})

describe('law 11: text is not lost', () => {
  test('where a closed conversation had an unconfirmed send', async () => {
    const lab = createLab()
    await lab.submit()
    lab.backend.lose('send')
    await lab.dispatch()
    await lab.dispatch(conversationClosed(c1))
    expect([lab.drafts(), arrived(lab)]).toEqual([['text of t1'], ['unknown']])
  })

  test('and given back once: where the server refuses it after that, it certainly did not arrive', async () => {
    const lab = createLab({ ports: {} })
    await lab.dispatch(turnSubmitted({ ...c1, turnId: 't1', input: 'hello' }))
    await lab.dispatch(sessionStatusChanged({ ...c1, status: 'stopped' }))
    expect([lab.drafts(), arrived(lab)]).toEqual([['hello'], ['unknown']])
    await lab.dispatch(sendRefused({ turnId: 't1', reason: 'error' }))
    expect([lab.drafts(), arrived(lab)]).toEqual([['hello'], ['no']])
  })

  test('mirror: where the server takes it after that, it is no draft any more', async () => {
    const lab = createLab({ ports: {} })
    await lab.dispatch(turnSubmitted({ ...c1, turnId: 't1', input: 'hello' }))
    await lab.dispatch(sessionStatusChanged({ ...c1, status: 'stopped' }))
    await lab.dispatch(sendAccepted({ turnId: 't1', runId: 'r1' }))
    expect([lab.live()?.turnId, lab.drafts()]).toEqual(['t1', []])
  })
})

describe('law 11: a run that is older than the prompt', () => {
  test('is not taken for the prompt’s', async () => {
    const lab = createLab()
    await lab.accept('t1', 'c1', null)
    await lab.advance(2_000)
    await lab.dispatch(signals.turnStarted({ ...c1, runId: 'r0', startedMsAgo: 60_000 }))
    expect(lab.live()).toMatchObject({ turnId: 't1', runs: [], guessedRun: null, started: 'no' })
    await lab.signalEnd({ ...c1, runId: 'r0', reason: 'complete' })
    expect(lab.live()?.turnId).toBe('t1')
  })

  test('nor where a check names it: the prompt waits behind it', async () => {
    const lab = createLab()
    await lab.accept('t1', 'c1', null)
    await lab.advance(2_000)
    await lab.checkStatus()
    await lab.answer({ c1: { status: 'running', runId: 'r0', startedMsAgo: 60_000 } })
    expect(lab.live()).toMatchObject({ origin: 'remote', runs: ['r0'] })
    expect(lab.queue()).toEqual(['t1'])
    await lab.signalEnd({ ...c1, runId: 'r0', reason: 'complete' })
    expect(lab.live()?.turnId).toBe('t1')
  })

  test('nor where a check that tells no age names one that was at work before', async () => {
    const lab = createLab()
    await lab.accept('t1', 'c1', 'r1')
    await lab.dispatch(signals.turnStarted({ ...c1, runId: 'r0' }))
    await lab.signalEnd({ ...c1, runId: 'r1', reason: 'complete' })
    await lab.advance(2_000)
    await lab.accept('t2', 'c1', null)
    await lab.advance(2_000)
    await lab.checkStatus()
    await lab.answer({ c1: { status: 'running', runId: 'r0' } })
    expect(lab.live()).toMatchObject({ origin: 'remote', runs: ['r0'] })
    expect(lab.queue()).toEqual(['t2'])
  })

  test('mirror: one that began after the prompt had left is its own', async () => {
    const lab = createLab()
    await lab.accept('t1', 'c1', null)
    await lab.advance(2_000)
    await lab.dispatch(signals.turnStarted({ ...c1, runId: 'r1', startedMsAgo: 1_000 }))
    expect(lab.live()).toMatchObject({ turnId: 't1', runs: ['r1'] })
  })
})

describe('law 11: a run that was only guessed to be the prompt’s proves nothing after a reload', () => {
  test('the prompt that never arrived is given back', async () => {
    const before = createLab()
    await before.submit()
    await before.dispatch(signals.turnStarted({ ...c1, runId: 'of-another' }))
    expect(before.turn()?.guessedRun).toBe('of-another')
    const kept = before.keeper.selectors.selectPersisted(before.store.getState())
    expect(kept.live).toEqual([expect.objectContaining({ turnId: 't1', begun: false })])

    const after = createLab({}, { ids: 'second' })
    after.backend.world('c1', { status: 'idle' })
    await after.dispatch(stateRestored(JSON.parse(JSON.stringify(kept)) as typeof kept))
    await after.advance(60_000)
    expect(after.drafts()).toEqual(['text of t1'])
  })
})
