/** Law 22: several backends. Each has process generations of its own: one that is replaced says nothing of the others. */
import { signals } from 'redux-turnkeeper'
import { createLab } from './lab'
import type { Lab } from './lab'

const A1 = { source: 'a', boot: '1' }
const B1 = { source: 'b', boot: '1' }
const B2 = { source: 'b', boot: '2' }

/** A turn that runs on a backend. */
const startOn = async (lab: Lab, turnId: string, conversationId: string, backend: object) => {
  await lab.accept(turnId, conversationId)
  await lab.dispatch(signals.turnStarted({ conversationId, runId: `r-${turnId}`, ...backend }))
  lab.backend.world(conversationId, { status: 'running', runId: `r-${turnId}` })
}
/** Two backends, each with a turn. */
const two = async () => {
  const lab = createLab()
  await lab.dispatch(signals.streamOpened(A1), signals.streamOpened(B1))
  await startOn(lab, 't1', 'c1', A1)
  await startOn(lab, 't2', 'c2', B1)
  return lab
}
const doubts = (lab: Lab) => [lab.live('c1'), lab.live('c2')].map((turn) => turn?.isUnverified)

describe('law 22: two backends', () => {
  test('that speak by turns do not replace each other, whatever they call their processes', async () => {
    const lab = createLab()
    const [first, second] = [
      { source: 'a', boot: 'x' },
      { source: 'b', boot: 'y' },
    ]
    await lab.dispatch(signals.streamOpened(first), signals.streamOpened(second))
    await startOn(lab, 't1', 'c1', first)
    await startOn(lab, 't2', 'c2', second)
    const before = lab.turns().backends
    for (let i = 0; i < 5; i++) {
      await lab.dispatch(
        signals.streamOpened(first),
        signals.streamOpened(second),
        signals.turnProgressed({ conversationId: 'c1', runId: 'r-t1', kind: 'tool_open', ...first }),
        signals.turnProgressed({ conversationId: 'c2', runId: 'r-t2', kind: 'tool_open', ...second }),
      )
      expect([lab.live('c1'), lab.live('c2')].map((turn) => turn?.backendRestarted)).toEqual([false, false])
      await lab.advance(2_000)
    }
    expect(lab.turns().backends).toBe(before)
    expect(lab.history()).toEqual([])
    expect(doubts(lab)).toEqual([false, false])
    expect([lab.live('c1'), lab.live('c2')]).toMatchObject([
      { lastEvidenceAt: lab.clock.now() - 2_000, source: 'a' },
      { lastEvidenceAt: lab.clock.now() - 2_000, source: 'b' },
    ])
  })

  test('of which one is restarted: its turn is checked, and interrupted where it is over; the other’s is left alone', async () => {
    const lab = await two()
    const other = lab.entry('c1')
    lab.backend.world('c2', { status: 'idle' })
    lab.store.dispatch(signals.backendRestarted(B2))
    expect(doubts(lab)).toEqual([false, true])
    expect(lab.entry('c1')).toBe(other)
    await lab.advance(1)
    expect(lab.last('c2')).toMatchObject({ turnId: 't2', outcome: 'interrupted', grade: 'inferred' })
    expect(lab.live('c1')?.turnId).toBe('t1')
  })

  test('what the replaced process still says is no evidence; the same word of the other’s process is', async () => {
    const lab = await two()
    await lab.dispatch(signals.backendRestarted(B2))
    const progress = { kind: 'tool_open', callId: 'x' } as const
    expect(
      lab.leaves(signals.turnProgressed({ conversationId: 'c2', runId: 'r-t2', ...progress, ...B1 })),
    ).toBe(true)
    expect(
      lab.leaves(signals.turnProgressed({ conversationId: 'c1', runId: 'r-t1', ...progress, ...A1 })),
    ).toBe(false)
  })

  test('mirror: that a turn of the replaced process has ended stays true', async () => {
    const lab = await two()
    await lab.dispatch(
      signals.backendRestarted(B2),
      signals.turnEnded({ conversationId: 'c2', runId: 'r-t2', reason: 'complete', ...B1 }),
    )
    expect(lab.ends()).toEqual(['t2 complete complete witnessed'])
  })

  test('mirror: a restart that does not say of which backend concerns every turn', async () => {
    const lab = await two()
    await lab.dispatch(signals.streamOpened({ boot: '1' }))
    lab.backend.auto.delete('status')
    lab.store.dispatch(signals.backendRestarted({ boot: '2' }))
    expect(doubts(lab)).toEqual([true, true])
  })

  test('mirror: and one of a backend concerns a turn of which nobody has said where it runs', async () => {
    const lab = await two()
    await lab.start('t3', 'c3')
    lab.store.dispatch(signals.backendRestarted(B2))
    expect([lab.live('c1'), lab.live('c3')].map((turn) => turn?.isUnverified)).toEqual([false, true])
  })

  test('one stream of them that opens again makes only its own turns unverified', async () => {
    const lab = await two()
    lab.store.dispatch(signals.streamOpened(B1))
    expect(doubts(lab)).toEqual([false, true])
  })
})
