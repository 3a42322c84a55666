/** Law 12: a stop that was not heeded can be pressed again, one of a turn that waits ends the wait, and no stop hides what runs. */
import { signals } from 'redux-turnkeeper'
import type { StatusAnswer } from 'redux-turnkeeper'
import { createLab } from './lab'
import type { Lab } from './lab'

const c1 = { conversationId: 'c1' }
const stop = (lab: Lab) => lab.dispatch(lab.keeper.stopTurn(c1))
const stops = (lab: Lab) => lab.backend.of('stop').length
const canStop = (lab: Lab) => lab.keeper.selectors.selectCanStop(lab.store.getState(), 'c1')

async function acknowledged() {
  const lab = createLab()
  await lab.start()
  await stop(lab)
  lab.backend.accept('stop')
  await lab.dispatch()
  return lab
}

describe('law 12: acknowledged, and the turn goes on', () => {
  test('a person may stop it again, and that stop leaves', async () => {
    const lab = await acknowledged()
    expect(canStop(lab)).toBe(false)
    await lab.advance(5_000)
    await lab.progress()
    expect(canStop(lab)).toBe(true)
    await stop(lab)
    expect([stops(lab), lab.phase()]).toEqual([2, 'stopping'])
  })

  test('also where it is a check that finds it running', async () => {
    const lab = await acknowledged()
    await lab.advance(11_000)
    expect(canStop(lab)).toBe(true)
    await stop(lab)
    expect(stops(lab)).toBe(2)
  })

  test('mirror: what it says in the first moments is no more than the tail', async () => {
    const lab = await acknowledged()
    await lab.advance(1_000)
    await lab.progress()
    expect(canStop(lab)).toBe(false)
    await stop(lab)
    expect(stops(lab)).toBe(1)
  })

  test('mirror: and it still ends by its own word', async () => {
    const lab = await acknowledged()
    await lab.advance(5_000)
    await lab.progress()
    await lab.signalEnd({ ...c1, runId: 'r-t1', reason: 'complete' })
    expect(lab.ends()).toEqual(['t1 complete complete witnessed'])
  })
})

describe('law 12: “nothing to stop”, of a turn that had shown life', () => {
  async function refused(world: StatusAnswer) {
    const lab = createLab()
    await lab.start()
    lab.backend.world('c1', world)
    await stop(lab)
    lab.backend.refuse('stop', { reason: 'no_active_turn' })
    return lab
  }
  const running = { status: 'running', runId: 'r-t1' } as const

  test('the stop stands: it leaves again once a check says that the turn runs', async () => {
    const lab = await refused(running)
    await lab.advance(1)
    expect([stops(lab), lab.phase(), lab.errorCode()]).toEqual([2, 'stopping', 'stop_no_active_turn'])
    lab.backend.accept('stop')
    await lab.signalEnd({ ...c1, runId: 'r-t1', reason: 'cancelled' })
    expect([lab.ends(), lab.error()]).toEqual([['t1 cancelled cancelled witnessed'], null])
  })

  test('also where the check does not say which turn', async () => {
    const lab = await refused({ status: 'running' })
    await lab.advance(1)
    expect(stops(lab)).toBe(2)
  })

  test('refused again, no more often than it is checked', async () => {
    const lab = await refused(running)
    await lab.advance(1)
    lab.backend.refuse('stop', { reason: 'no_active_turn' })
    await lab.advance(4_000)
    await lab.progress()
    expect(stops(lab)).toBe(2)
    await lab.advance(6_000)
    expect(stops(lab)).toBe(3)
  })

  test('a person may ask again at once', async () => {
    const lab = await refused(running)
    await lab.advance(1)
    lab.backend.refuse('stop', { reason: 'no_active_turn' })
    await lab.dispatch()
    expect(canStop(lab)).toBe(true)
    await stop(lab)
    expect(stops(lab)).toBe(3)
  })

  test('mirror: what the turn was saying meanwhile proves nothing', async () => {
    const lab = await refused({ status: 'unreachable' })
    await lab.dispatch()
    await lab.progress()
    expect([stops(lab), lab.phase()]).toEqual([1, 'stopping'])
  })

  test('mirror: where it is over nothing is stopped, and it did not end by the stop', async () => {
    const lab = await refused({ status: 'idle' })
    await lab.advance(20_000)
    expect([stops(lab), lab.ends()]).toEqual([1, ['t1 rescued unknown inferred']])
  })

  test('mirror: nor is the next turn', async () => {
    const lab = await refused({ status: 'running', turnId: 't2' })
    await lab.submit('t2')
    await lab.advance(1)
    await lab.signalEnd({ ...c1, runId: 'r-t1', reason: 'complete' })
    await lab.advance(20_000)
    expect(lab.backend.of('stop').map(({ key }) => key)).toEqual(['t1'])
  })
})

describe('law 12: a stop of a turn that waits for a person', () => {
  async function waiting() {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(signals.inputRequested({ ...c1, runId: 'r-t1', requestId: 'q' }))
    lab.backend.world('c1', { status: 'awaiting_input', runId: 'r-t1', inputId: 'q' })
    await stop(lab)
    return lab
  }

  test('ends the wait once it is acknowledged, also where checks go on to say that it waits', async () => {
    const lab = await waiting()
    lab.backend.accept('stop')
    await lab.advance(15_000)
    expect([lab.busy(), lab.record('t1')?.outcome]).toEqual([false, 'cancelled'])
    expect(lab.keeper.selectors.selectPendingInputs(lab.store.getState(), 'c1')).toEqual([])
  })

  test('also where the check that ends it is the first to tell of the question: nobody asks it any more', async () => {
    const lab = await acknowledged()
    const asks = { requestId: 'q', asker: 'r-t1' }
    lab.backend.world('c1', { status: 'awaiting_input', runId: 'r-t1', questions: [asks] })
    await lab.advance(15_000)
    expect([lab.busy(), lab.record('t1')?.outcome]).toEqual([false, 'cancelled'])
    expect(lab.keeper.selectors.selectPendingInputs(lab.store.getState(), 'c1')).toEqual([])
  })

  test.each([
    ['names a run that may be another one', { runId: 'r9', questions: [{ requestId: 'q', asker: 'r9' }] }],
    ['names nothing', { inputId: 'q' }],
  ])('mirror: nothing ends one whose request is open, where the answer %s (law 11)', async (_, asking) => {
    const lab = createLab()
    await lab.submit()
    await lab.dispatch(signals.turnStarted({ ...c1, runId: 'r9' }))
    await stop(lab)
    lab.backend.accept('stop')
    lab.backend.world('c1', { status: 'awaiting_input', ...asking })
    await lab.advance(25_000)
    expect([lab.turn()?.sendState, lab.history()]).toEqual(['sending', []])
  })

  test('where it ends by the run that was taken for its own, nobody asks the questions of that run any more', async () => {
    const lab = createLab()
    await lab.submit()
    await lab.dispatch(signals.turnStarted({ ...c1, runId: 'r9' }))
    await stop(lab)
    lab.backend.accept('stop')
    lab.backend.lose('send')
    const asks = { requestId: 'q', asker: 'r9' }
    lab.backend.world('c1', { status: 'awaiting_input', runId: 'r9', questions: [asks] })
    await lab.advance(15_000)
    expect([lab.busy(), lab.record('t1')?.outcome]).toEqual([false, 'cancelled'])
    expect(lab.keeper.selectors.selectPendingInputs(lab.store.getState(), 'c1')).toEqual([])
  })

  test('mirror: while it is not acknowledged it ends nothing', async () => {
    const lab = await waiting()
    await lab.advance(60_000)
    expect([lab.phase(), lab.history()]).toEqual(['stopping', []])
  })

  test('mirror: a wait that nobody stops is not ended', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(signals.inputRequested({ ...c1, runId: 'r-t1', requestId: 'q' }))
    lab.backend.world('c1', { status: 'awaiting_input', runId: 'r-t1', inputId: 'q' })
    await lab.advance(600_000, 5_000)
    expect(lab.phase()).toBe('awaiting_input')
  })
})

describe('law 12: a steer', () => {
  test('does not enter a turn that is being stopped: it is a prompt of its own, after it', async () => {
    const lab = createLab()
    await lab.start()
    await stop(lab)
    await lab.dispatch(lab.keeper.steerTurn({ ...c1, input: 'faster', steerId: 's1' }))
    expect(lab.sent()).toEqual(['t1'])
    expect(lab.queue()).toEqual(['s1'])
    await lab.signalEnd({ ...c1, runId: 'r-t1', reason: 'cancelled' })
    expect(lab.backend.of('send').at(-1)?.request).toMatchObject({
      turnId: 's1',
      mode: 'start',
      input: 'faster',
    })
  })

  test('mirror: it enters one that is not', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(lab.keeper.steerTurn({ ...c1, input: 'faster', steerId: 's1' }))
    expect(lab.backend.of('send').at(-1)?.request).toMatchObject({ mode: 'steer', into: { turnId: 't1' } })
  })
})

describe('law 12: a send that is refused as busy while a stop stands', () => {
  test('is cancelled, its text is a draft, and a check shows what runs there', async () => {
    const lab = createLab()
    await lab.submit()
    await stop(lab)
    lab.backend.world('c1', { status: 'running', runId: 'r9' })
    lab.backend.refuse('send', { reason: 'busy' })
    await lab.advance(1)
    expect(lab.ends()).toEqual(['t1 cancelled cancelled witnessed'])
    expect(lab.drafts()).toEqual(['text of t1'])
    expect(lab.live()).toMatchObject({ origin: 'remote', runs: ['r9'] })
    expect(canStop(lab)).toBe(true)
  })

  test('mirror: where nothing runs it is idle', async () => {
    const lab = createLab()
    await lab.submit()
    await stop(lab)
    lab.backend.world('c1', { status: 'idle' })
    lab.backend.refuse('send', { reason: 'busy' })
    await lab.advance(1)
    expect([lab.phase(), lab.sent()]).toEqual(['idle', ['t1']])
  })
})

describe('law 12: “nothing to stop”, without status checks', () => {
  const blind = () => createLab({}, { ports: ({ sendTurn, stopTurn }) => ({ sendTurn, stopTurn }) })

  test('is all that will ever be heard of a turn that had started: it is over, inferred', async () => {
    const lab = blind()
    await lab.start()
    await stop(lab)
    lab.backend.refuse('stop', { reason: 'no_active_turn' })
    await lab.dispatch()
    expect([lab.busy(), lab.record('t1')?.grade]).toEqual([false, 'inferred'])
  })

  test('mirror: one that had not started is stopped when it starts', async () => {
    const lab = blind()
    await lab.submit()
    await stop(lab)
    lab.backend.refuse('stop', { reason: 'no_active_turn' })
    lab.backend.accept('send', { runId: 'r-t1' })
    await lab.dispatch()
    expect([lab.phase(), stops(lab)]).toEqual(['stopping', 1])
    await lab.dispatch(signals.turnStarted({ ...c1, runId: 'r-t1' }))
    expect(stops(lab)).toBe(2)
  })

  test('mirror: and evidence of it takes that end back', async () => {
    const lab = blind()
    await lab.start()
    await stop(lab)
    lab.backend.refuse('stop', { reason: 'no_active_turn' })
    await lab.dispatch()
    await lab.progress()
    expect(lab.live()?.turnId).toBe('t1')
  })
})
