/** Law 4: an ending that names no turn is a hint: it brings the look-up forward to now. */
import {
  errorReported,
  requestEnded,
  sessionReported,
  sessionStatusChanged,
  turnEnded,
  turnStarted,
} from 'redux-turnkeeper'
import { createLab } from './lab'

const c1 = { conversationId: 'c1' }
const UNNAMED = [
  ['idle', sessionReported({ ...c1, status: 'idle' })],
  ['ready', sessionReported({ ...c1, status: 'ready' })],
  ['error', sessionReported({ ...c1, status: 'error' })],
  ['a word that nobody knows', sessionReported({ ...c1, status: 'hibernating' })],
  ['done', turnEnded({ ...c1, reason: 'complete' })],
  ['an error', turnEnded({ ...c1, reason: 'error' })],
  ['done, of no conversation', turnEnded({ reason: 'complete' })],
  ['an error that the wire does not classify', errorReported({ ...c1, error: { message: 'bad' } })],
  ['a run that nobody has heard of', turnEnded({ ...c1, runId: 'never seen', reason: 'complete' })],
  ['the end of the turn’s request', requestEnded({ ...c1, turnId: 't1', how: 'clean_end' })],
] as const

describe('law 4: an unnamed ending only brings the look-up forward', () => {
  test.each(UNNAMED)('%s', async (_word, frame) => {
    const lab = createLab()
    await lab.start()
    await lab.advance(2_000)
    const asked = lab.backend.of('status').length
    lab.store.dispatch(frame)
    expect(lab.busy()).toBe(true)
    expect(lab.live()).toMatchObject({ turnId: 't1', checkAt: lab.clock.now() })
    await lab.advance(1)
    expect(lab.backend.of('status')).toHaveLength(asked + 1)
    expect([lab.busy(), lab.history()]).toEqual([true, []])
  })

  test.each(UNNAMED)('%s: and what the look-up finds is believed', async (_word, frame) => {
    const lab = createLab()
    await lab.start()
    await lab.advance(2_000)
    lab.backend.world('c1', { status: 'idle', last: { runId: 'r-t1', outcome: 'complete' } })
    await lab.dispatch(frame)
    await lab.advance(1)
    expect(lab.ends()).toEqual(['t1 rescued complete witnessed'])
  })

  test('a hint that comes while a look-up is out is answered by the next one, not by that', async () => {
    const lab = createLab()
    await lab.start()
    lab.backend.auto.delete('status')
    await lab.advance(10_000)
    expect(lab.backend.of('status', 'pending')).toHaveLength(1)
    await lab.dispatch(sessionReported({ ...c1, status: 'idle' }))
    await lab.answer({ c1: { status: 'running', runId: 'r-t1' } })
    await lab.advance(1)
    expect(lab.backend.of('status', 'pending')).toHaveLength(1)
  })

  test('mirror: one that names the turn or its run ends it', async () => {
    for (const named of [{ turnId: 't1' }, { runId: 'r-t1' }, { ...c1, runId: 'r-t1' }]) {
      const lab = createLab()
      await lab.start()
      await lab.frameEnd({ ...named, reason: 'complete' })
      expect(lab.ends()).toEqual(['t1 complete complete witnessed'])
    }
  })

  test('mirror: the app’s own word is no frame, and is obeyed', async () => {
    const lab = createLab()
    await lab.start()
    await lab.end({ ...c1, reason: 'complete' })
    expect(lab.busy()).toBe(false)
  })

  test('mirror: history brings nothing forward', async () => {
    const lab = createLab()
    await lab.start()
    expect(lab.leaves(sessionReported({ ...c1, status: 'idle', replayed: true }))).toBe(true)
  })
})

describe('law 4: a session’s status as the wire says it', () => {
  test('is kept as reported, and not adopted until a look-up confirms it', async () => {
    const lab = createLab()
    await lab.dispatch(sessionStatusChanged({ ...c1, status: 'ready' }))
    await lab.start()
    await lab.advance(2_000)
    lab.store.dispatch(sessionReported({ ...c1, status: 'stopped' }))
    const session = () => lab.keeper.selectors.selectSession(lab.store.getState(), 'c1')
    expect(session()).toMatchObject({ status: 'running', reported: 'stopped' })
    lab.backend.world('c1', { status: 'idle' })
    await lab.advance(1)
    expect(session()).toMatchObject({ status: 'stopped' })
    expect(lab.busy()).toBe(false)
  })
})

describe('law 4: without a look-up, the weaker mode', () => {
  const blind = () => createLab({ ports: {} })
  const idle = sessionReported({ ...c1, status: 'idle' })

  test('an unnamed ending ends a turn that has shown life, as an inference', async () => {
    for (const frame of [idle, turnEnded({ ...c1, reason: 'complete' })]) {
      const lab = blind()
      await lab.submit()
      await lab.dispatch(turnStarted({ ...c1, turnId: 't1' }), frame)
      expect(lab.last()).toMatchObject({ turnId: 't1', grade: 'inferred' })
    }
  })

  test('mirror: not one that has shown none', async () => {
    const lab = blind()
    await lab.submit()
    await lab.dispatch(idle, turnEnded({ ...c1, reason: 'complete' }))
    expect([lab.busy(), lab.history()]).toEqual([true, []])
  })

  test('endings that are owed to settled turns are counted off first', async () => {
    const lab = blind()
    const busy = sessionReported({ ...c1, status: 'busy' })
    await lab.submit()
    await lab.dispatch(busy, turnStarted({ ...c1, turnId: 't1' }))
    await lab.end({ turnId: 't1', reason: 'complete' })
    await lab.submit('t2')
    await lab.dispatch(turnStarted({ ...c1, turnId: 't2' }), idle)
    expect(lab.live()?.turnId).toBe('t2')
    await lab.dispatch(idle)
    expect(lab.last()).toMatchObject({ turnId: 't2', grade: 'inferred' })
  })

  test('mirror: one that was not announced is not owed', async () => {
    const lab = blind()
    await lab.submit()
    await lab.dispatch(turnStarted({ ...c1, turnId: 't1' }))
    await lab.end({ turnId: 't1', reason: 'complete' })
    await lab.submit('t2')
    await lab.dispatch(turnStarted({ ...c1, turnId: 't2' }), idle)
    expect(lab.busy()).toBe(false)
  })
})
