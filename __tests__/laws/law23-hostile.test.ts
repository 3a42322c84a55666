/** Law 23: ids that no program expects, and ports that do what no port should. Law 24: what a flood leaves. */
import { signals } from 'redux-turnkeeper'
import type { SendResult, StatusAnswer } from 'redux-turnkeeper'
import { entriesOf } from '../../src/state/turns'
import { createLab } from './lab'

const IDS: readonly (readonly [string, string])[] = [
  ['__proto__', '__proto__'],
  ['constructor', 'constructor'],
  ['nothing', ''],
  ['a lone surrogate', '\ud800'],
  ['NUL', '\u0000'],
  ['a number', '10'],
  ['a million characters', 'x'.repeat(1_000_000)],
]

describe('law 23: an id is just an id', () => {
  test.each(IDS)('%s, of a conversation, a turn, a run and a question', async (_name, id) => {
    const lab = createLab()
    await lab.submit(id, id)
    lab.backend.accept('send', { runId: id }, id)
    await lab.dispatch(
      signals.turnStarted({ conversationId: id, runId: id }),
      signals.inputRequested({ conversationId: id, turnId: id, requestId: id }),
    )
    expect(lab.phase(id)).toBe('awaiting_input')
    await lab.dispatch(
      signals.inputResolved({ conversationId: id, turnId: id, requestId: id }),
      signals.turnEnded({ conversationId: id, runId: id, reason: 'complete' }),
    )
    expect(lab.history()).toMatchObject([{ turnId: id, conversationId: id, outcome: 'complete' }])
    expect(lab.busy(id)).toBe(false)
  })
})

describe('law 23: a port', () => {
  test('that settles twice has settled once', async () => {
    const lab = createLab(
      {},
      {
        ports: (ports) => ({
          ...ports,
          sendTurn: () =>
            ({
              then(resolve: (result: SendResult) => void, reject: (error: Error) => void) {
                resolve({ status: 'accepted', runId: 'r1' })
                resolve({ status: 'refused', reason: 'error' })
                reject(new Error('and rejected'))
              },
            }) as Promise<SendResult>,
        }),
      },
    )
    await lab.submit()
    expect(lab.turn()).toMatchObject({ sendState: 'accepted', runs: ['r1'] })
  })

  test('that ignores its signal says nothing once the keeper is disposed of', async () => {
    let answer: (answers: Readonly<Record<string, StatusAnswer>>) => void = () => undefined
    const lab = createLab(
      {},
      {
        ports: (ports) => ({
          ...ports,
          fetchStatus: () => new Promise((resolve) => (answer = resolve)),
        }),
      },
    )
    await lab.accept()
    await lab.advance(30_000)
    lab.keeper.dispose()
    const before = lab.state()
    answer({ c1: { status: 'idle' } })
    await lab.dispatch()
    expect(lab.state()).toBe(before)
  })
})

describe('law 24: a flood', () => {
  test('of 50,000 signals for turns that nobody knows is bounded, in what is remembered and asked', async () => {
    const lab = createLab({}, {})
    const { reducer } = lab.keeper
    let state = lab.state()
    for (let i = 0; i < 50_000; i++)
      state = reducer(
        state,
        signals.turnEnded({ conversationId: `c${i}`, turnId: `t${i}`, reason: 'complete' }),
      )
    expect(state).toBe(lab.state())
    for (let i = 0; i < 50_000; i++)
      state = reducer(
        state,
        signals.turnProgressed({ conversationId: 'c1', turnId: `t${i}`, kind: 'output' }),
      )
    const [entry] = entriesOf(state.turns)
    expect(entriesOf(state.turns)).toHaveLength(1)
    expect(entry!.unplacedRuns.length).toBeLessThanOrEqual(64)
  })
})
