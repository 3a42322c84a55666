/** Law 6: each end leaves one record in a bounded history, and nothing is called completed that was not. */
import { conversationClosed, endTurn, sessionStatusChanged, signals } from 'redux-turnkeeper'
import { createLab } from './lab'
import type { Lab } from './lab'

describe('law 6: the record of an end', () => {
  test('says why, what became of the turn, how sure that is, when it began and ended, and what went wrong', async () => {
    const lab = createLab()
    await lab.start()
    await lab.advance(4_000)
    await lab.signalEnd({ runId: 'r-t1', reason: 'error', error: { message: 'no credit', code: '402' } })
    expect(lab.history()).toEqual([
      expect.objectContaining({
        turnId: 't1',
        conversationId: 'c1',
        runs: ['r-t1'],
        origin: 'local',
        reason: 'error',
        outcome: 'error',
        grade: 'witnessed',
        startedAt: 1_000_000,
        endedAt: 1_004_000,
        error: { message: 'no credit', code: '402' },
      }),
    ])
    expect(lab.error()).toBe('no credit')
  })

  test('is one, however often it is said', async () => {
    const lab = createLab()
    await lab.start()
    for (const reason of ['complete', 'rescued', 'cancelled'] as const) {
      await lab.dispatch(
        endTurn({ turnId: 't1', reason }),
        signals.turnEnded({ runId: 'r-t1', reason }),
        endTurn({ conversationId: 'c1', reason }),
      )
    }
    expect(lab.ends()).toEqual(['t1 complete complete witnessed'])
    expect(lab.told).toHaveLength(1)
  })

  test('one more for each send that was merged into the turn', async () => {
    const lab = createLab()
    await lab.start()
    await lab.submit('t2', 'c1', { mode: 'now' })
    lab.backend.accept('send', { runId: 'r-t1' }, 't2')
    await lab.dispatch()
    await lab.end({ turnId: 't1', reason: 'complete' })
    expect(lab.ends()).toEqual(['t1 complete complete witnessed', 't2 complete merged witnessed'])
  })

  test('the history is bounded, and forgets the oldest', async () => {
    const lab = createLab({ historySize: 3 })
    for (let i = 1; i <= 5; i++) {
      await lab.start(`t${i}`)
      await lab.end({ turnId: `t${i}`, reason: 'complete' })
    }
    expect(lab.history().map(({ turnId }) => turnId)).toEqual(['t3', 't4', 't5'])
  })

  test('an error that another turn left is gone with the next prompt, and a complete turn leaves none', async () => {
    const lab = createLab()
    await lab.start()
    await lab.end({ turnId: 't1', reason: 'error', error: { message: 'bad' } })
    expect(lab.error()).toBe('bad')
    await lab.start('t2')
    await lab.end({ turnId: 't2', reason: 'complete' })
    expect(lab.error()).toBeNull()
  })
})

describe('law 6: never “completed”', () => {
  const WAYS: readonly [string, (lab: Lab) => Promise<unknown>][] = [
    ['superseded, by the app’s word', (lab) => lab.end({ turnId: 't1', reason: 'superseded' })],
    [
      'superseded by a turn that the server runs',
      async (lab) => {
        lab.backend.world('c1', { status: 'running', runId: 'r9' })
        await lab.dispatch(lab.keeper.checkStatus('c1'))
      },
    ],
    [
      'killed with its session',
      (lab) => lab.dispatch(sessionStatusChanged({ conversationId: 'c1', status: 'stopped' })),
    ],
    [
      'interrupted with its session',
      (lab) => lab.dispatch(sessionStatusChanged({ conversationId: 'c1', status: 'interrupted' })),
    ],
    ['closed with its conversation', (lab) => lab.dispatch(conversationClosed({ conversationId: 'c1' }))],
    [
      'gone with a backend that was restarted',
      async (lab) => {
        lab.backend.world('c1', { status: 'idle' })
        await lab.dispatch(signals.backendRestarted({ boot: 'b2' }))
        await lab.advance(10_000)
      },
    ],
    [
      'a clean end of stream, and then nothing',
      async (lab) => {
        lab.backend.world('c1', { status: 'idle' })
        await lab.dispatch(signals.requestEnded({ turnId: 't1', how: 'clean_end' }))
        await lab.advance(10_000)
      },
    ],
    ['rescued', (lab) => lab.end({ turnId: 't1', reason: 'rescued' })],
    ['timed out', (lab) => lab.end({ turnId: 't1', reason: 'timeout' })],
  ]
  test.each(WAYS)('%s', async (_way, end) => {
    const lab = createLab()
    await lab.start()
    await end(lab)
    const record = lab.history().find(({ turnId }) => turnId === 't1')
    expect(record).toBeDefined()
    expect(record?.outcome).not.toBe('complete')
    expect(record?.reason).not.toBe('complete')
  })

  test.each(['fulfilled', 'clean_end', 'failed'] as const)(
    'a request that ends as %s, without a status check',
    async (how) => {
      const lab = createLab({ ports: {} })
      await lab.submit()
      await lab.dispatch(
        signals.turnStarted({ conversationId: 'c1', turnId: 't1' }),
        signals.requestEnded({ turnId: 't1', how }),
      )
      expect(lab.busy()).toBe(false)
      expect(lab.last()).toMatchObject({ grade: 'inferred' })
      expect(lab.last()?.outcome).not.toBe('complete')
    },
  )

  test('mirror: a rescue takes the outcome that the status check reports', async () => {
    const lab = createLab()
    await lab.start()
    lab.backend.world('c1', { status: 'idle', last: { runId: 'r-t1', outcome: 'complete' } })
    await lab.dispatch(lab.keeper.checkStatus('c1'))
    expect(lab.ends()).toEqual(['t1 rescued complete witnessed'])
  })
})
