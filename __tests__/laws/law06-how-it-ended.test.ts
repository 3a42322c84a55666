/** Law 6, records: how a turn ended, in the wire's own word, what it used, and when it first showed anything. */
import { signals } from 'redux-turnkeeper'
import { createLab, reloaded } from './lab'

const usage = { inputTokens: 10, outputTokens: 4 }

test('the record and its announcement keep the finish reason, the usage and the first times', async () => {
  const lab = createLab()
  await lab.accept()
  await lab.advance(1_000)
  await lab.dispatch(signals.turnStarted({ conversationId: 'c1', runId: 'r-t1' }))
  await lab.advance(2_000)
  await lab.progress('t1', 'c1', 'reasoning')
  await lab.advance(1_500)
  await lab.progress()
  await lab.progress('t1', 'c1', 'tool_open')
  await lab.advance(500)
  const how = { reason: 'interrupted', finishReason: 'length', usage } as const
  await lab.signalEnd({ conversationId: 'c1', runId: 'r-t1', ...how })

  const times = { startedAt: 1_000_000, firstEvidenceAt: 1_001_000, firstOutputAt: 1_004_500 }
  expect(lab.record()).toMatchObject({ ...how, ...times, endedAt: 1_005_000 })
  expect(lab.told).toEqual([lab.record()])
})

test('no text came: the record says so', async () => {
  const lab = createLab()
  await lab.start()
  await lab.progress('t1', 'c1', 'tool_open')
  await lab.end({ conversationId: 'c1', reason: 'complete' })
  expect(lab.record()).toMatchObject({ firstEvidenceAt: 1_000_000, firstOutputAt: null, finishReason: null })
})

test('a turn from elsewhere counts from when it was first seen here', async () => {
  const lab = createLab()
  const started = { conversationId: 'c1', runId: 'r9', startedMsAgo: 60_000 }
  await lab.dispatch(signals.turnStarted(started))
  await lab.advance(1_000)
  await lab.dispatch(signals.turnProgressed({ conversationId: 'c1', runId: 'r9', kind: 'output' }))
  await lab.signalEnd({ conversationId: 'c1', runId: 'r9', reason: 'complete' })
  expect(lab.last()).toMatchObject({
    startedAt: 940_000,
    firstEvidenceAt: 1_000_000,
    firstOutputAt: 1_001_000,
  })
})

test('what a run showed that was taken for its own and is not, is not its first evidence', async () => {
  const lab = createLab()
  await lab.submit()
  const other = { conversationId: 'c1', runId: 'of-another' }
  await lab.dispatch(signals.turnProgressed({ ...other, kind: 'output' }))
  expect(lab.live()).toMatchObject({ guessedRun: 'of-another', firstOutputAt: 1_000_000 })
  lab.backend.accept('send', { runId: 'r-t1' }, 't1')
  await lab.dispatch()
  expect(lab.live()).toMatchObject({ runs: ['r-t1'], firstEvidenceAt: null, firstOutputAt: null })
})

test('an end that is found by a check, and named later, gets its finish reason then; its times stay', async () => {
  const lab = createLab()
  await lab.start()
  await lab.progress()
  lab.backend.world('c1', { status: 'idle' })
  await lab.advance(60_000)
  expect(lab.record()).toMatchObject({ grade: 'inferred', finishReason: null, firstOutputAt: 1_000_000 })
  const named = {
    conversationId: 'c1',
    runId: 'r-t1',
    reason: 'complete',
    finishReason: 'stop',
    usage,
  } as const
  await lab.signalEnd(named)
  expect(lab.record()).toMatchObject({ grade: 'witnessed', finishReason: 'stop', usage, corrected: true })
})

test('a status answer that names the turn tells how it ended', async () => {
  const lab = createLab()
  await lab.start()
  const last = { runId: 'r-t1', outcome: 'complete', finishReason: 'max_turns', usage } as const
  lab.backend.world('c1', { status: 'idle', last })
  await lab.advance(60_000)
  expect(lab.record()).toMatchObject({ finishReason: 'max_turns', usage, grade: 'witnessed' })
})

test('an end without a name keeps its word until a check has confirmed it', async () => {
  const lab = createLab()
  await lab.start()
  lab.backend.world('c1', { status: 'idle' })
  await lab.signalEnd({ conversationId: 'c1', reason: 'complete', finishReason: 'stop' })
  await lab.advance(60_000)
  expect(lab.record()).toMatchObject({ finishReason: 'stop', grade: 'inferred', reason: 'rescued' })
})

test('an end that is taken back, and a reload, keep the first times', async () => {
  const lab = createLab()
  await lab.start()
  await lab.advance(1_000)
  await lab.progress()
  lab.backend.world('c1', { status: 'idle' })
  await lab.advance(60_000)
  expect(lab.live()).toBeNull()
  await lab.dispatch(signals.turnStarted({ conversationId: 'c1', runId: 'r-t1' }))
  const times = { firstEvidenceAt: 1_000_000, firstOutputAt: 1_001_000 }
  expect(lab.live()).toMatchObject(times)

  const stored = createLab({}, { preloadedState: reloaded(lab), ids: 'l' })
  await stored.progress()
  expect(stored.live()).toMatchObject(times)
  const { selectors } = lab.keeper
  const byHand = createLab({}, { ids: 'm' })
  const { stateRestored } = await import('redux-turnkeeper')
  await byHand.dispatch(stateRestored(selectors.selectPersisted(lab.store.getState())))
  await byHand.progress()
  expect(byHand.live()).toMatchObject(times)
})

test('a merged prompt has no figures of its own: they are those of the turn that it ended with', async () => {
  const lab = createLab({ sendWhileBusy: 'send' })
  await lab.start()
  await lab.progress()
  await lab.submit('t2')
  lab.backend.accept('send', { runId: 'r-t1' }, 't2')
  await lab.dispatch()
  await lab.signalEnd({
    conversationId: 'c1',
    runId: 'r-t1',
    reason: 'complete',
    finishReason: 'stop',
    usage,
  })
  const nothing = { finishReason: null, usage: null, firstEvidenceAt: null, firstOutputAt: null }
  expect(lab.record('t2')).toMatchObject({ outcome: 'merged', ...nothing })
})
