/** Law 4: an ending that names no turn is a reason to check: it brings the status check forward to now. */
import { sessionStatusChanged, signals } from 'redux-turnkeeper'
import { createLab } from './lab'

const c1 = { conversationId: 'c1' }
/** A check waits this long for the word that names the turn, ms. */
const HINT_DELAY = 250
const UNNAMED = [
  ['idle', signals.sessionReported({ ...c1, status: 'idle' })],
  ['ready', signals.sessionReported({ ...c1, status: 'ready' })],
  ['error', signals.sessionReported({ ...c1, status: 'error' })],
  ['a word that nobody knows', signals.sessionReported({ ...c1, status: 'hibernating' })],
  ['done', signals.turnEnded({ ...c1, reason: 'complete' })],
  ['an error', signals.turnEnded({ ...c1, reason: 'error' })],
  ['done, of no conversation', signals.turnEnded({ reason: 'complete' })],
  ['an error that the wire does not classify', signals.errorReported({ ...c1, error: { message: 'bad' } })],
  ['a run that nobody has heard of', signals.turnEnded({ ...c1, runId: 'never seen', reason: 'complete' })],
] as const

describe('law 4: an unnamed ending only brings the status check forward', () => {
  test.each(UNNAMED)('%s', async (_word, signal) => {
    const lab = createLab()
    await lab.start()
    await lab.advance(2_000)
    const asked = lab.backend.of('status').length
    lab.store.dispatch(signal)
    expect(lab.busy()).toBe(true)
    expect(lab.live()?.turnId).toBe('t1')
    expect(lab.entry()?.checkAt).toBe(lab.clock.now() + HINT_DELAY)
    await lab.advance(HINT_DELAY)
    expect(lab.backend.of('status')).toHaveLength(asked + 1)
    expect([lab.busy(), lab.history()]).toEqual([true, []])
  })

  test.each(UNNAMED)('%s: and what the status check finds is believed', async (_word, signal) => {
    const lab = createLab()
    await lab.start()
    await lab.advance(2_000)
    lab.backend.world('c1', { status: 'idle', last: { runId: 'r-t1', outcome: 'complete' } })
    await lab.dispatch(signal)
    await lab.advance(HINT_DELAY)
    expect(lab.ends()).toEqual(['t1 rescued complete witnessed'])
  })

  test.each(UNNAMED)('%s: no status check where the named end follows at once', async (_word, signal) => {
    const lab = createLab()
    await lab.start()
    await lab.advance(2_000)
    const asked = lab.backend.of('status').length
    await lab.dispatch(signal)
    await lab.advance(HINT_DELAY - 1)
    await lab.signalEnd({ ...c1, runId: 'r-t1', reason: 'error' })
    await lab.advance(60_000)
    expect(lab.ends()).toEqual(['t1 error error witnessed'])
    expect(lab.backend.of('status')).toHaveLength(asked)
  })

  test('the end of the turn’s own request is no hint: nothing follows on it, and the status check leaves now', async () => {
    const lab = createLab()
    await lab.start()
    await lab.advance(2_000)
    lab.backend.world('c1', { status: 'idle', last: { runId: 'r-t1', outcome: 'complete' } })
    await lab.dispatch(signals.requestEnded({ ...c1, turnId: 't1', how: 'clean_end' }))
    await lab.advance(1)
    expect(lab.ends()).toEqual(['t1 rescued complete witnessed'])
  })

  test('mirror: hints that go on and on do not put the check off', async () => {
    const lab = createLab()
    await lab.start()
    await lab.advance(2_000)
    const asked = lab.backend.of('status').length
    for (let place = 0; place < 5; place++) {
      await lab.dispatch(signals.sessionReported({ ...c1, status: 'idle' }))
      await lab.advance(50)
    }
    expect(lab.backend.of('status')).toHaveLength(asked + 1)
  })

  test('a reason to check that comes while a status check is out is answered by the next one, not by that', async () => {
    const lab = createLab()
    await lab.start()
    lab.backend.auto.delete('status')
    await lab.advance(10_000)
    expect(lab.backend.of('status', 'pending')).toHaveLength(1)
    await lab.dispatch(signals.sessionReported({ ...c1, status: 'idle' }))
    await lab.answer({ c1: { status: 'running', runId: 'r-t1' } })
    await lab.advance(HINT_DELAY)
    expect(lab.backend.of('status', 'pending')).toHaveLength(1)
  })

  test('mirror: one that names the turn or its run ends it', async () => {
    for (const named of [{ turnId: 't1' }, { runId: 'r-t1' }, { ...c1, runId: 'r-t1' }]) {
      const lab = createLab()
      await lab.start()
      await lab.signalEnd({ ...named, reason: 'complete' })
      expect(lab.ends()).toEqual(['t1 complete complete witnessed'])
    }
  })

  test('mirror: the app’s own word is no signal, and is obeyed', async () => {
    const lab = createLab()
    await lab.start()
    await lab.end({ ...c1, reason: 'complete' })
    expect(lab.busy()).toBe(false)
  })

  test('mirror: history brings nothing forward', async () => {
    const lab = createLab()
    await lab.start()
    expect(lab.leaves(signals.sessionReported({ ...c1, status: 'idle', replayed: true }))).toBe(true)
  })
})

describe('law 4: a session’s status as the wire says it', () => {
  test('is kept as reported, and not adopted until a status check confirms it', async () => {
    const lab = createLab()
    await lab.dispatch(sessionStatusChanged({ ...c1, status: 'ready' }))
    await lab.start()
    await lab.advance(2_000)
    lab.store.dispatch(signals.sessionReported({ ...c1, status: 'stopped' }))
    const session = () => lab.keeper.selectors.selectSession(lab.store.getState(), 'c1')
    expect(session()).toMatchObject({ status: 'running', reported: 'stopped' })
    lab.backend.world('c1', { status: 'idle' })
    await lab.advance(HINT_DELAY)
    expect(session()).toMatchObject({ status: 'stopped' })
    expect(lab.busy()).toBe(false)
  })
})

describe('law 4: without a status check, the weaker mode', () => {
  const blind = () => createLab({ ports: {} })
  const idle = signals.sessionReported({ ...c1, status: 'idle' })

  test('an unnamed ending ends a turn that has started, as an inference', async () => {
    for (const signal of [idle, signals.turnEnded({ ...c1, reason: 'complete' })]) {
      const lab = blind()
      await lab.submit()
      await lab.dispatch(signals.turnStarted({ ...c1, turnId: 't1' }), signal)
      expect(lab.last()).toMatchObject({ turnId: 't1', grade: 'inferred' })
    }
  })

  test('mirror: not one that has not', async () => {
    const lab = blind()
    await lab.submit()
    await lab.dispatch(idle, signals.turnEnded({ ...c1, reason: 'complete' }))
    expect([lab.busy(), lab.history()]).toEqual([true, []])
  })

  test('endings that are expected for ended turns are counted off first', async () => {
    const lab = blind()
    const busy = signals.sessionReported({ ...c1, status: 'busy' })
    await lab.submit()
    await lab.dispatch(busy, signals.turnStarted({ ...c1, turnId: 't1' }))
    await lab.end({ turnId: 't1', reason: 'complete' })
    await lab.submit('t2')
    await lab.dispatch(signals.turnStarted({ ...c1, turnId: 't2' }), idle)
    expect(lab.live()?.turnId).toBe('t2')
    await lab.dispatch(idle)
    expect(lab.last()).toMatchObject({ turnId: 't2', grade: 'inferred' })
  })

  test('mirror: one that was not announced is not expected', async () => {
    const lab = blind()
    await lab.submit()
    await lab.dispatch(signals.turnStarted({ ...c1, turnId: 't1' }))
    await lab.end({ turnId: 't1', reason: 'complete' })
    await lab.submit('t2')
    await lab.dispatch(signals.turnStarted({ ...c1, turnId: 't2' }), idle)
    expect(lab.busy()).toBe(false)
  })
})

describe('law 4: an unnamed start after an end', () => {
  async function startsAfter(ms: number) {
    const lab = createLab({ registrationWindow: 20_000 })
    lab.backend.world('c1', { status: 'idle' })
    await lab.start()
    await lab.signalEnd({ conversationId: 'c1', runId: 'r-t1', reason: 'complete' })
    lab.backend.auto.delete('status')
    await lab.advance(ms)
    await lab.dispatch(signals.turnStarted({ conversationId: 'c1' }))
    return [lab.busy(), lab.entry()?.checkAt != null || lab.backend.of('status', 'pending').length > 0]
  }

  test('may be the ended turn’s own word, late: a check tells', async () =>
    expect(await startsAfter(19_999)).toEqual([false, true]))
  test('is of a new turn once the registration window is over', async () =>
    expect((await startsAfter(20_000))[0]).toBe(true))
})
