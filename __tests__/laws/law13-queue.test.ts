/** Law 13: the queue drains from a verified idle, one message a turn; between taken and started the conversation is busy. */
import { sendingGated, signals, stateRestored } from 'redux-turnkeeper'
import { sharedQueue } from 'redux-turnkeeper/sharedQueue'
import { createMemoryQueue } from 'redux-turnkeeper/testing'
import { createLab } from './lab'
import type { Lab } from './lab'

describe('law 13: the queue', () => {
  test('keeps its order, and leaves one message a turn', async () => {
    const lab = createLab()
    await lab.start('t1')
    for (const id of ['t2', 't3', 't4']) await lab.submit(id)
    expect(lab.queue()).toEqual(['t2', 't3', 't4'])
    for (const [turn, next] of [
      ['t1', 't2'],
      ['t2', 't3'],
      ['t3', 't4'],
    ] as const) {
      await lab.signalEnd({ runId: `r-${turn}`, reason: 'complete' })
      expect(lab.sent().at(-1)).toBe(next)
      expect(lab.backend.of('send', 'pending')).toHaveLength(1)
      lab.backend.accept('send', { runId: `r-${next}` }, next)
      await lab.dispatch(signals.turnStarted({ conversationId: 'c1', runId: `r-${next}` }))
    }
    expect([lab.queue(), lab.sent()]).toEqual([[], ['t1', 't2', 't3', 't4']])
  })

  test('leaves no moment in which the conversation is not busy', async () => {
    const lab = createLab()
    await lab.start('t1')
    await lab.submit('t2')
    const seen = await lab.watch(async () => {
      await lab.signalEnd({ runId: 'r-t1', reason: 'complete' })
      lab.backend.accept('send', { runId: 'r-t2' }, 't2')
      await lab.dispatch(signals.turnStarted({ conversationId: 'c1', runId: 'r-t2' }))
    })
    expect(seen.filter((line) => line.startsWith('idle'))).toEqual([])
    expect(lab.live()?.turnId).toBe('t2')
  })

  test.each(['complete', 'cancelled', 'error'] as const)(
    'leaves at once after a witnessed end (%s)',
    async (reason) => {
      const lab = createLab()
      await lab.start('t1')
      await lab.submit('t2')
      await lab.signalEnd({ runId: 'r-t1', reason })
      expect(lab.sent()).toEqual(['t1', 't2'])
      expect(lab.backend.of('status')).toEqual([])
    },
  )

  test('mirror: not after an end that is only inferred: a status check goes first', async () => {
    const lab = createLab({ hardLimit: 30_000 })
    await lab.start('t1')
    await lab.submit('t2')
    lab.backend.auto.delete('status')
    lab.environment.emit('hidden')
    await lab.advance(29_000)
    lab.environment.emit('visible')
    await lab.dispatch()
    lab.backend.lose('status')
    await lab.advance(1_000)
    expect(lab.last()).toMatchObject({ turnId: 't1', reason: 'timeout' })
    expect([lab.sent(), lab.phase()]).toEqual([['t1'], 'queued'])
    while (lab.backend.of('status', 'pending').length === 0) await lab.advance(1_000)
    await lab.answer({ c1: { status: 'idle' } })
    expect(lab.sent()).toEqual(['t1', 't2'])
  })

  test('mirror: nor where that check finds the turn still at work', async () => {
    const lab = createLab({ hardLimit: 30_000 })
    await lab.start('t1')
    await lab.submit('t2')
    await lab.advance(60_000)
    expect(lab.sent()).toEqual(['t1'])
    expect(lab.queue()).toEqual(['t2'])
  })

  test('mirror: nor after a reload, before a status check has found the conversation idle', async () => {
    const lab = createLab()
    lab.backend.auto.delete('status')
    const message = { conversationId: 'c1', turnId: 't2', input: 'text of t2', hidden: false }
    await lab.dispatch(stateRestored({ queued: [message] }))
    await lab.advance(10_000)
    expect([lab.sent(), lab.queue()]).toEqual([[], ['t2']])
    lab.backend.auto.add('status')
    lab.backend.world('c1', { status: 'idle' })
    await lab.advance(60_000)
    expect(lab.sent()).toEqual(['t2'])
  })

  test('mirror: nor while sending is gated; a prompt of that time queues, and leaves when the gate opens', async () => {
    const lab = createLab()
    await lab.dispatch(sendingGated({ open: false }))
    await lab.submit('t1')
    expect([lab.sent(), lab.phase()]).toEqual([[], 'queued'])
    await lab.dispatch(sendingGated({ open: true }))
    expect(lab.sent()).toEqual(['t1'])
  })

  test('mirror: other conversations’ queues are not its business', async () => {
    const lab = createLab()
    await lab.start('t1', 'c1')
    await lab.submit('t2', 'c1')
    await lab.start('u1', 'c2')
    await lab.submit('u2', 'c2')
    await lab.signalEnd({ runId: 'r-t1', reason: 'complete' })
    expect([lab.queue('c1'), lab.queue('c2')]).toEqual([[], ['u2']])
    expect(lab.sent()).toEqual(['t1', 'u1', 't2'])
  })
})

describe('law 13: sends beside the active turn (the server queues)', () => {
  test('leave at once, and own the conversation in their order', async () => {
    const lab = createLab({ sendWhileBusy: 'send' })
    await lab.start('t1')
    await lab.submit('t2')
    lab.backend.accept('send', { runId: 'r-t2', as: 'queued' }, 't2')
    await lab.dispatch()
    expect([lab.live()?.turnId, lab.sent()]).toEqual(['t1', ['t1', 't2']])
    const seen = await lab.watch(() => lab.signalEnd({ runId: 'r-t1', reason: 'complete' }))
    expect(seen.filter((line) => line.startsWith('idle'))).toEqual([])
    expect(lab.live()?.turnId).toBe('t2')
  })
})

describe('law 13: one queue for several tabs', () => {
  test('each message is sent by one of them', async () => {
    const queue = createMemoryQueue()
    const [a, b] = ['a', 'b'].map((ids) => createLab({}, { ids, features: [sharedQueue(queue.port())] })) as [
      Lab,
      Lab,
    ]
    for (const tab of [a, b]) await tab.dispatch(signals.turnStarted({ conversationId: 'c1', runId: 'r1' }))
    await a.submit('t2')
    await b.dispatch()
    expect(b.queue()).toEqual(['t2'])
    for (const tab of [a, b]) await tab.signalEnd({ conversationId: 'c1', runId: 'r1', reason: 'complete' })
    for (const tab of [a, b]) await tab.dispatch()
    expect([...a.sent(), ...b.sent()]).toEqual(['t2'])
    expect([a.busy(), b.busy()]).toEqual([true, true])
  })
})
