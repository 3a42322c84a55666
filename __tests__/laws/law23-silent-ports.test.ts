/** Law 23: a port that never settles is given up after its time-out, and what it was asked for has a next step. */
import { sessionStatusChanged, signals } from 'redux-turnkeeper'
import type { Ports } from 'redux-turnkeeper'
import { createLab } from './lab'

const create = (name: keyof Ports) => {
  const calls: AbortSignal[] = []
  const silent = (...args: readonly unknown[]) => {
    calls.push((args.at(-1) as { signal: AbortSignal }).signal)
    return new Promise<never>(() => undefined)
  }
  const lab = createLab(
    { sendTimeout: 60_000, statusTimeout: 15_000 },
    { ports: (ports) => ({ ...ports, [name]: silent }) },
  )
  return { lab, calls }
}

describe('law 23: a port that never settles', () => {
  test('stopTurn: the stop is lost, and asked again while the turn runs', async () => {
    const { lab, calls } = create('stopTurn')
    await lab.start()
    await lab.dispatch(lab.keeper.stopTurn({ conversationId: 'c1' }))
    await lab.advance(59_000)
    expect(calls.map(({ aborted }) => aborted)).toEqual([false])
    expect(lab.phase()).toBe('stopping')
    await lab.advance(11_000)
    expect(calls.map(({ aborted }) => aborted)).toEqual([true, false])
    expect([lab.busy(), lab.history()]).toEqual([true, []])
  })

  test('stopSession: the session is what it was, and can be stopped again', async () => {
    const { lab, calls } = create('stopSession')
    await lab.start()
    await lab.dispatch(
      sessionStatusChanged({ conversationId: 'c1', status: 'running' }),
      lab.keeper.stopSession({ conversationId: 'c1' }),
    )
    await lab.advance(60_000)
    expect(calls.map(({ aborted }) => aborted)).toEqual([true])
    expect([lab.keeper.selectors.selectSession(lab.store.getState(), 'c1')?.status, lab.busy()]).toEqual([
      'running',
      true,
    ])
    await lab.dispatch(lab.keeper.stopSession({ conversationId: 'c1' }))
    expect(calls).toHaveLength(2)
  })

  test('mirror: answerInput may wait for the other answers that its request needs', async () => {
    const { lab, calls } = create('answerInput')
    await lab.start()
    await lab.dispatch(signals.inputRequested({ conversationId: 'c1', runId: 'r-t1', requestId: 'q' }))
    lab.backend.world('c1', { status: 'awaiting_input', runId: 'r-t1', inputId: 'q' })
    void lab.store.dispatch(lab.keeper.answerInput({ conversationId: 'c1', requestId: 'q', answer: 'yes' }))
    await lab.advance(600_000)
    expect(calls.map(({ aborted }) => aborted)).toEqual([false])
    expect(lab.conversation()?.questions.map(({ state }) => state)).toEqual(['answering'])
  })

  test('listSessions: nothing was listed, and no session is taken for dead', async () => {
    const { lab, calls } = create('listSessions')
    await lab.start()
    await lab.dispatch(sessionStatusChanged({ conversationId: 'c1', status: 'running' }))
    const read = lab.store.dispatch(lab.keeper.reconcileSessions())
    await lab.advance(15_000)
    expect([await read, calls.map(({ aborted }) => aborted)]).toEqual([false, [true]])
    expect(lab.live()?.turnId).toBe('t1')
  })

  test('sendTurn, for a steer: the text is offered back once the turn is over', async () => {
    const { lab, calls } = create('sendTurn')
    await lab.dispatch(signals.turnStarted({ conversationId: 'c1', runId: 'r1' }))
    lab.backend.world('c1', { status: 'running', runId: 'r1' })
    await lab.dispatch(lab.keeper.steerTurn({ conversationId: 'c1', input: 'and this' }))
    await lab.advance(60_000)
    expect(calls.map(({ aborted }) => aborted)).toEqual([true])
    await lab.signalEnd({ conversationId: 'c1', runId: 'r1', reason: 'complete' })
    expect(lab.drafts()).toEqual(['and this'])
  })
})
