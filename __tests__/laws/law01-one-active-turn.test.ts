/** Law 1: a conversation has one active turn, or none: also where prompts are sent beside the one that runs. */
import { sendingGated, signals } from 'redux-turnkeeper'
import { createLab } from './lab'

const c1 = { conversationId: 'c1' }

describe('law 1: prompts that are sent beside the active turn', () => {
  test('wait behind it in their order, and go on one after the other', async () => {
    const lab = createLab({ sendWhileBusy: 'send' })
    await lab.start('t1')
    for (const id of ['t2', 't3']) {
      await lab.submit(id)
      lab.backend.accept('send', { runId: `r-${id}`, as: 'queued' }, id)
      await lab.dispatch()
    }
    for (const [turn, next] of [
      ['t1', 't2'],
      ['t2', 't3'],
      ['t3', undefined],
    ] as const) {
      expect(lab.live()?.turnId).toBe(turn)
      await lab.signalEnd({ ...c1, runId: `r-${turn}`, reason: 'complete' })
      expect(lab.live()?.turnId).toBe(next)
    }
    expect(lab.ends()).toEqual(['t1', 't2', 't3'].map((id) => `${id} complete complete witnessed`))
  })

  test('the one that shows that it runs takes the front, also out of order', async () => {
    const lab = createLab({ sendWhileBusy: 'send' })
    await lab.start('t1')
    for (const id of ['t2', 't3']) {
      await lab.submit(id)
      lab.backend.accept('send', { runId: `r-${id}`, as: 'queued' }, id)
      await lab.dispatch()
    }
    await lab.progress('t3')
    expect([lab.live()?.turnId, lab.queue()]).toEqual(['t3', ['t2']])
    expect(lab.ends()).toEqual(['t1 superseded interrupted inferred'])
  })

  test('none is lost where the server runs something else than any of them', async () => {
    const lab = createLab({ sendWhileBusy: 'send' })
    await lab.start('t1')
    await lab.submit('t2')
    lab.backend.accept('send', { runId: 'r-t2', as: 'queued' }, 't2')
    await lab.dispatch()
    lab.backend.world('c1', { status: 'running', runId: 'r9' })
    await lab.advance(10_000)
    const { active, queue = [] } = lab.entry() ?? {}
    const known = [active, ...queue].flatMap((turn) => (turn ? [turn.turnId] : []))
    expect([...known, ...lab.history().map(({ turnId }) => turnId)]).toEqual(
      expect.arrayContaining(['t1', 't2']),
    )
    await lab.advance(60_000)
    expect(lab.live()?.runs).toEqual(['r9'])
  })

  test('do not leave while sending is not allowed', async () => {
    const lab = createLab({ sendWhileBusy: 'send' })
    await lab.start('t1')
    await lab.dispatch(sendingGated({ open: false }))
    await lab.submit('t2')
    expect([lab.sent(), lab.queue()]).toEqual([['t1'], ['t2']])
    await lab.dispatch(sendingGated({ open: true }))
    await lab.signalEnd({ ...c1, runId: 'r-t1', reason: 'complete' })
    expect(lab.sent()).toEqual(['t1', 't2'])
  })

  test('do not overtake one that waits for a stop', async () => {
    const lab = createLab({ sendWhileBusy: 'send', stopScope: 'conversation' })
    await lab.start('t1')
    await lab.dispatch(lab.keeper.stopTurn(c1))
    await lab.submit('t2')
    expect(lab.sent()).toEqual(['t1'])
    lab.backend.refuse('stop', { reason: 'unreachable' })
    await lab.dispatch()
    await lab.submit('t3')
    expect(lab.queue()).toEqual(['t2', 't3'])
    expect(lab.sent().filter((id) => id === 't3')).toEqual([])
    await lab.signalEnd({ ...c1, runId: 'r-t1', reason: 'complete' })
    expect(lab.sent()).toEqual(['t1', 't2'])
  })

  test('the one in front is refused as busy: it waits, the other is active, and the first leaves after it', async () => {
    const lab = createLab({ sendWhileBusy: 'send' })
    await lab.submit('t1')
    await lab.submit('t2')
    lab.backend.refuse('send', { reason: 'busy' }, 't1')
    await lab.dispatch()
    expect([lab.live()?.turnId, lab.queue()]).toEqual(['t2', ['t1']])
    lab.backend.accept('send', { runId: 'r-t2' }, 't2')
    await lab.dispatch(signals.turnStarted({ ...c1, runId: 'r-t2' }))
    lab.backend.world('c1', { status: 'running', runId: 'r-t2' })
    await lab.advance(30_000)
    expect(lab.sent()).toEqual(['t1', 't2'])
    lab.backend.world('c1', { status: 'idle' })
    await lab.signalEnd({ ...c1, runId: 'r-t2', reason: 'complete' })
    expect(lab.sent()).toEqual(['t1', 't2', 't1'])
  })
})
