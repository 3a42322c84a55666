/** Law 13, letter J: retries, messages that the server holds, and an app that makes its requests itself. */
import {
  endTurn,
  queueResumed,
  sendAccepted,
  sendingGated,
  sendRefused,
  signals,
  turnSubmitted,
} from 'redux-turnkeeper'
import { sendClaimed } from '../../src/actions'
import { createLab } from './lab'
import type { Lab } from './lab'

const c1 = { conversationId: 'c1' }
const HOUR = 3_600_000

/** One turn runs, and the server holds another behind it. */
async function held() {
  const lab = createLab({ sendWhileBusy: 'send' })
  await lab.start('t1')
  await lab.submit('t2')
  lab.backend.accept('send', { as: 'queued' }, 't2')
  await lab.dispatch()
  expect(lab.turn('t2')).toMatchObject({ sendState: 'server_queued' })
  return lab
}

describe('law 13: a retry is one send, however often it is pressed', () => {
  const failed = async () => {
    const lab = createLab()
    await lab.submit('t1')
    lab.backend.refuse('send')
    await lab.dispatch()
    lab.backend.world('c1', { status: 'idle' })
    expect(lab.drafts()).toEqual(['text of t1'])
    return lab
  }
  const press = (lab: Lab) =>
    lab.store.dispatch(lab.keeper.submitTurn({ ...c1, input: 'text of t1', retryOf: 't1' }))

  test('pressed twice, it names the turn that stands for it', async () => {
    const lab = await failed()
    const first = press(lab)
    const second = press(lab)
    await lab.dispatch()
    expect([first.taken, second]).toEqual([true, first])
    expect(lab.sent()).toEqual(['t1', first.turnId])
    expect([lab.queue(), lab.drafts()]).toEqual([[], []])
  })

  test('also while it waits, and when it runs', async () => {
    const lab = await failed()
    await lab.start('t0')
    const first = press(lab)
    expect([press(lab), lab.queue()]).toEqual([first, [first.turnId]])
    await lab.signalEnd({ runId: 'r-t0', reason: 'complete' })
    lab.backend.accept('send', { runId: 'r2' }, first.turnId)
    await lab.dispatch(signals.turnStarted({ ...c1, runId: 'r2' }))
    expect([press(lab), lab.queue()]).toEqual([first, []])
    expect(lab.sent()).toEqual(['t1', 't0', first.turnId])
  })

  test('a turn that still goes on is not tried again', async () => {
    const lab = createLab()
    await lab.start('t1')
    expect(press(lab)).toEqual({ turnId: 't1', taken: true })
    expect([lab.sent(), lab.queue()]).toEqual([['t1'], []])
  })

  test('nor by an app that submits it itself', async () => {
    const lab = await failed()
    const retry = (turnId: string) => turnSubmitted({ ...c1, turnId, input: 'text of t1', retryOf: 't1' })
    await lab.dispatch(retry('t2'))
    expect(lab.leaves(retry('t3'))).toBe(true)
    expect([lab.live()?.turnId, lab.queue()]).toEqual(['t2', []])
  })

  test('mirror: one that failed in its turn may be tried once more', async () => {
    const lab = await failed()
    const first = press(lab)
    await lab.dispatch()
    lab.backend.refuse('send', {}, first.turnId)
    await lab.dispatch()
    const again = press(lab)
    await lab.dispatch()
    expect(lab.sent()).toEqual(['t1', first.turnId, again.turnId])
  })
})

describe('law 13: a message that the server holds', () => {
  test('is withdrawn by stopping it there; it stands until that is known', async () => {
    const lab = await held()
    await lab.dispatch(lab.keeper.removeQueued({ turnId: 't2' }))
    expect(lab.backend.of('stop').map(({ request }) => request.turnId)).toEqual(['t2'])
    expect([lab.queue(), lab.live()?.turnId]).toEqual([['t2'], 't1'])
    lab.backend.accept('stop')
    await lab.signalEnd({ ...c1, turnId: 't2', reason: 'cancelled' })
    expect([lab.queue(), lab.live()?.turnId]).toEqual([[], 't1'])
    expect(lab.ends()).toEqual(['t2 cancelled cancelled witnessed'])
  })

  test.each(['error', 'cancelled', 'complete'] as const)(
    'outlives the turn in front, however that ends (%s), and is the active one then',
    async (reason) => {
      const lab = await held()
      const seen = await lab.watch(() => lab.signalEnd({ runId: 'r-t1', reason }))
      expect(seen.filter((line) => line.startsWith('idle'))).toEqual([])
      expect(lab.live()).toMatchObject({ turnId: 't2', checkAt: expect.any(Number) })
      await lab.dispatch(signals.turnStarted({ ...c1, runId: 'r2' }))
      await lab.signalEnd({ runId: 'r2', reason: 'complete' })
      expect(lab.ends().at(-1)).toBe('t2 complete complete witnessed')
    },
  )

  test('mirror: where nobody ever runs it, a check tells, and its text is given back', async () => {
    const lab = await held()
    await lab.signalEnd({ runId: 'r-t1', reason: 'error' })
    lab.backend.world('c1', { status: 'idle' })
    await lab.advance(60_000)
    expect(lab.busy()).toBe(false)
    expect(lab.keeper.selectors.selectDrafts(lab.store.getState(), 'c1')).toMatchObject([
      { turnId: 't2', arrived: 'unknown' },
    ])
  })
})

describe('law 13: a later prompt does not overtake an earlier one', () => {
  test('that a stop holds back', async () => {
    const lab = createLab({ stopScope: 'conversation', sendWhileBusy: 'send' })
    await lab.start('t1')
    await lab.dispatch(lab.keeper.stopTurn(c1))
    await lab.submit('t2')
    await lab.submit('t3')
    expect(lab.queue()).toEqual(['t2', 't3'])
    lab.backend.accept('stop')
    await lab.signalEnd({ runId: 'r-t1', reason: 'cancelled' })
    expect(lab.sent()).toEqual(['t1', 't2'])
    expect(lab.queue()).toEqual(['t3'])
  })

  test('whatever claims it: only the first in the queue may leave', async () => {
    const lab = createLab({ queuePolicy: { onStop: 'hold' } })
    await lab.dispatch(sendingGated({ open: false }))
    await lab.submit('t1')
    await lab.submit('t2')
    await lab.dispatch(turnSubmitted({ ...c1, turnId: 't3', input: 'x', mode: 'now' }))
    const claim = (turnId: string) => sendClaimed({ turnId, ...c1, nonce: `of ${turnId}` })
    lab.backend.auto.delete('status')
    expect([lab.leaves(claim('t2')), lab.leaves(claim('t1'))]).toEqual([true, true])
    const { reducer } = lab.keeper
    const open = reducer(lab.state(), sendingGated({ open: true }))
    expect(reducer(open, claim('t2'))).toBe(open)
    expect(reducer(open, claim('t1')).turns).not.toBe(open.turns)
  })

  test('that waits until it is resumed', async () => {
    const lab = createLab({ queuePolicy: { onStop: 'hold' } })
    await lab.start('t1')
    await lab.submit('t2')
    await lab.dispatch(lab.keeper.stopTurn(c1))
    await lab.signalEnd({ runId: 'r-t1', reason: 'cancelled' })
    expect([lab.sent(), lab.phase()]).toEqual([['t1'], 'idle'])
    await lab.dispatch(queueResumed(c1))
    expect(lab.sent()).toEqual(['t1', 't2'])
  })

  test('that waits, and is let on by it', async () => {
    const lab = createLab({ queuePolicy: { onStop: 'hold' } })
    await lab.start('t1')
    await lab.submit('t2')
    await lab.dispatch(lab.keeper.stopTurn(c1))
    await lab.signalEnd({ runId: 'r-t1', reason: 'cancelled' })
    await lab.submit('t3')
    expect([lab.sent(), lab.queue()]).toEqual([['t1', 't2'], ['t3']])
  })
})

describe('law 13: an app that makes its requests itself', () => {
  const ownRequests = ({ sendTurn: _none, ...ports }: Lab['backend']['ports']) => ports

  test('refused as busy, and taken then: the turn is at work, and ends', async () => {
    const lab = createLab({}, { ports: ownRequests })
    await lab.dispatch(turnSubmitted({ ...c1, turnId: 't1', input: 'x' }))
    await lab.dispatch(sendRefused({ turnId: 't1', reason: 'busy' }))
    expect(lab.phase()).toBe('queued')
    await lab.advance(5_000)
    await lab.dispatch(sendAccepted({ turnId: 't1', runId: 'r1' }))
    expect(lab.live()).toMatchObject({ turnId: 't1', sendState: 'accepted', runs: ['r1'] })
    await lab.dispatch(signals.turnStarted({ ...c1, runId: 'r1' }))
    await lab.signalEnd({ runId: 'r1', reason: 'complete' })
    expect([lab.ends(), lab.busy()]).toEqual([['t1 complete complete witnessed'], false])
  })

  test('the same where nothing is ever heard of it: a check tells', async () => {
    const lab = createLab({}, { ports: ownRequests })
    await lab.dispatch(turnSubmitted({ ...c1, turnId: 't1', input: 'x' }))
    await lab.dispatch(
      sendRefused({ turnId: 't1', reason: 'busy' }),
      sendAccepted({ turnId: 't1', runId: 'r1' }),
    )
    lab.backend.world('c1', { status: 'idle' })
    await lab.advance(HOUR, 10_000)
    expect(lab.last()).toMatchObject({ turnId: 't1', outcome: 'unknown', grade: 'inferred' })
  })

  test('mirror: endTurn is obeyed while it waits', async () => {
    const lab = createLab({}, { ports: ownRequests })
    await lab.dispatch(turnSubmitted({ ...c1, turnId: 't1', input: 'x' }))
    await lab.dispatch(
      sendRefused({ turnId: 't1', reason: 'busy' }),
      endTurn({ turnId: 't1', reason: 'cancelled' }),
    )
    expect([lab.busy(), lab.drafts()]).toEqual([false, ['x']])
  })
})
