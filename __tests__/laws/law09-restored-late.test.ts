/** Law 9: what survived a reload may be told after the stream has spoken of it. It is one turn all the same. */
import { conversationRekeyed, signals, stateRestored } from 'redux-turnkeeper'
import { createLab } from './lab'

const c1 = { conversationId: 'c1' }
const kept = stateRestored({ live: [{ ...c1, turnId: 't1', runs: ['r1'], input: 'hello' }] })

describe('law 9: a turn that is restored after its run has shown itself', () => {
  test('is that turn, with what the run has shown', async () => {
    const lab = createLab()
    lab.backend.auto.delete('status')
    await lab.dispatch(
      signals.turnStarted({ ...c1, runId: 'r1' }),
      signals.turnProgressed({ ...c1, runId: 'r1', kind: 'output' }),
      kept,
    )
    expect(lab.live()).toMatchObject({ turnId: 't1', origin: 'local', runs: ['r1'], isUnverified: false })
    expect([lab.phase(), lab.entry()?.queue]).toEqual(['streaming', []])
    await lab.signalEnd({ ...c1, runId: 'r1', reason: 'complete' })
    expect(lab.ends()).toEqual(['t1 complete complete witnessed'])
    expect(lab.drafts()).toEqual([])
  })

  test('also where that run was of unknown origin beside another turn: it is known now', async () => {
    const lab = createLab()
    lab.backend.auto.delete('status')
    await lab.start('t0')
    await lab.dispatch(signals.turnStarted({ ...c1, runId: 'r1' }), kept)
    expect(lab.entry()?.unplacedRuns).toEqual([])
    expect(lab.turn('t1')).toMatchObject({ runs: ['r1'] })
    await lab.dispatch(signals.turnProgressed({ ...c1, runId: 'r1', kind: 'output' }))
    expect(lab.live()?.turnId).toBe('t1')
  })

  test('mirror: a run that a helper goes by is the helper’s', async () => {
    const lab = createLab()
    lab.backend.auto.delete('status')
    await lab.dispatch(signals.turnStarted({ ...c1, runId: 'r1', role: 'child' }), kept)
    expect(lab.live()).toMatchObject({ turnId: 't1', runs: [] })
    await lab.signalEnd({ ...c1, runId: 'r1', reason: 'complete' })
    expect(lab.live()?.turnId).toBe('t1')
  })

  test('mirror: one that the server has merged into another is not opened again', async () => {
    const lab = createLab()
    await lab.start('t0')
    await lab.submit('t1', 'c1', { mode: 'now' })
    lab.backend.accept('send', { runId: 'r-t0' }, 't1')
    await lab.dispatch()
    expect(lab.live()).toMatchObject({ turnId: 't0', mergedTurnIds: ['t1'] })
    await lab.dispatch(kept, signals.turnProgressed({ ...c1, turnId: 't1', kind: 'output' }))
    expect([lab.live()?.turnId, lab.entry()?.queue]).toEqual(['t0', []])
  })
})

describe('law 9: a turn that moves to another conversation', () => {
  test('takes its text and its questions along, whatever key the app calls the old one by', async () => {
    const lab = createLab()
    await lab.start('t1', 'c1')
    await lab.submit('t2', 'c1')
    await lab.dispatch(signals.inputRequested({ ...c1, runId: 'r-t1', requestId: 'q' }))
    const moves = (turnId: string, to: string) => conversationRekeyed({ from: 'draft', to, turnId })
    await lab.dispatch(moves('t2', 'c2'), moves('t1', 'c3'))
    const { selectPendingInput } = lab.keeper.selectors
    expect(selectPendingInput(lab.store.getState(), 'c3')?.requestId).toBe('q')
    expect(lab.phase('c3')).toBe('awaiting_input')
    expect(lab.conversation('c1')?.questions ?? []).toEqual([])
    expect(lab.backend.of('send').at(-1)?.request).toMatchObject({
      turnId: 't2',
      conversationId: 'c2',
      input: 'text of t2',
    })
  })

  test('mirror: not where both names are of one conversation', async () => {
    const lab = createLab()
    await lab.dispatch(conversationRekeyed({ from: 'draft', to: 'c1' }))
    await lab.start('t1', 'c1')
    const turn = lab.live()
    await lab.dispatch(conversationRekeyed({ from: 'c1', to: 'draft', turnId: 't1' }))
    expect([lab.live('c1'), lab.live('draft')]).toEqual([turn, turn])
  })
})
