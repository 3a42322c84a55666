/** Law 24: cost does not grow with what is not going on. Told in counts, never in times. */
import { createListenerMiddleware } from '@reduxjs/toolkit'
import type * as toolkit from '@reduxjs/toolkit'
import { signals } from 'redux-turnkeeper'
import { createManualClock } from 'redux-turnkeeper/testing'
import { initialConversations } from '../../src/state/conversations'
import { rowsOf } from '../../src/state/table'
import { entriesOf, initialTurns } from '../../src/state/turns'
import { createLab } from './lab'
import type { Lab } from './lab'

const counted = { listeners: 0, effects: 0 }

/** The real one, with what is registered and what is entered counted. */
jest.mock('@reduxjs/toolkit', () => {
  const actual = jest.requireActual<typeof toolkit>('@reduxjs/toolkit')
  type Start = (options: { effect: (...args: unknown[]) => unknown }) => unknown
  return {
    ...actual,
    createListenerMiddleware: (...given: Parameters<typeof actual.createListenerMiddleware>) => {
      const instance = actual.createListenerMiddleware(...given)
      const start = instance.startListening as unknown as Start
      const startListening: Start = ({ effect, ...rest }) => {
        counted.listeners++
        return start({
          ...rest,
          effect: (...args) => {
            counted.effects++
            return effect(...args)
          },
        })
      }
      return { ...instance, startListening }
    },
  }
})

beforeEach(() => {
  counted.listeners = 0
  counted.effects = 0
})

/** A clock that keeps count of the most timers that were ever armed at once. */
function watchedClock() {
  const clock = createManualClock(1_000_000)
  const watched = {
    most: 0,
    clock: {
      ...clock,
      get pending() {
        return clock.pending
      },
      setTimeout(callback: () => void, ms: number) {
        const handle = clock.setTimeout(callback, ms)
        watched.most = Math.max(watched.most, clock.pending)
        return handle
      },
    },
  }
  return watched
}

const open = async (lab: Lab, turns: number) => {
  for (let i = 0; i < turns; i++) await lab.start(`t${i}`, `c${i}`)
}

test('the counting counts', () => {
  const { startListening } = createListenerMiddleware()
  startListening({ type: 'x', effect: () => undefined })
  expect(counted.listeners).toBe(1)
})

describe('law 24: progress', () => {
  const stream = (lab: Lab, times: number, id = 'c1', runId = 'r-t1') => {
    for (let i = 0; i < times; i++)
      lab.store.dispatch(signals.turnProgressed({ conversationId: id, runId, kind: 'output' }))
  }

  test('a thousand signals in a second notify subscribers once; those of the next second, once more', async () => {
    const lab = createLab()
    await lab.start()
    let notified = 0
    lab.store.subscribe(() => void notified++)
    stream(lab, 1_000)
    expect(notified).toBe(1)
    await lab.advance(1_000)
    stream(lab, 1_000)
    expect(notified).toBe(2)
  })

  test('they are not lost: the one that passes says for how many it stands', async () => {
    const lab = createLab()
    await lab.start()
    stream(lab, 500)
    await lab.advance(1_000)
    stream(lab, 1)
    const counts = lab.recorder.actions
      .filter(signals.turnProgressed.match)
      .map(({ payload }) => payload.count ?? 1)
    expect(counts).toEqual([1, 500])
  })

  test('mirror: what a person sees passes at once', async () => {
    const lab = createLab()
    await lab.start()
    stream(lab, 10)
    let notified = 0
    lab.store.subscribe(() => void notified++)
    await lab.progress('t1', 'c1', 'tool_open')
    await lab.progress('t1', 'c1', 'tool_closed')
    await lab.progress('t1', 'c1', 'output')
    expect([notified, lab.phase()]).toEqual([3, 'streaming'])
  })

  test('enters no listener effect, and leaves the others’ turns alone, to the reference', async () => {
    const lab = createLab()
    await open(lab, 10)
    const neighbours = () => entriesOf(lab.turns()).filter(({ conversationId }) => conversationId !== 'c0')
    const before = neighbours()
    counted.effects = 0
    for (let second = 0; second < 5; second++) {
      stream(lab, 100, 'c0', 'r-t0')
      await lab.advance(1_000)
    }
    expect(counted.effects).toBe(0)
    for (const [i, entry] of neighbours().entries()) expect(entry).toBe(before[i])
    await lab.dispatch(signals.streamOpened({}))
    expect(counted.effects).toBeGreaterThan(0)
  })
})

test('law 24: no listener is registered for a turn, nor for a conversation', async () => {
  const lab = createLab()
  await lab.dispatch()
  await lab.start('first', 'c-first')
  const registered = counted.listeners
  expect(registered).toBeGreaterThan(0)
  await open(lab, 20)
  for (let i = 0; i < 20; i++) await lab.signalEnd({ runId: `r-t${i}`, reason: 'complete' })
  expect(counted.listeners).toBe(registered)
  expect(lab.recorder.types('listenerMiddleware/')).toEqual([])
})

describe('law 24: conversations that are idle', () => {
  test('leave nothing in the hot state: a thousand that had a turn, and are over', async () => {
    const lab = createLab({ historySize: 50 }, { ports: ({ fetchStatus }) => ({ fetchStatus }) })
    for (let i = 0; i < 1_000; i++) {
      lab.store.dispatch(lab.keeper.submitTurn({ conversationId: `c${i}`, turnId: `t${i}`, input: 'hello' }))
      lab.store.dispatch(signals.turnStarted({ conversationId: `c${i}`, turnId: `t${i}` }))
      lab.store.dispatch(
        signals.turnProgressed({ conversationId: `c${i}`, turnId: `t${i}`, kind: 'tool_open' }),
      )
      lab.store.dispatch(signals.turnEnded({ turnId: `t${i}`, reason: 'complete' }))
    }
    const { turns, conversations } = lab.state()
    const { ended, seq: _seq, keeperId: _keeperId, ...rest } = turns
    expect(ended).toHaveLength(50)
    const { ended: _none, seq: _zero, keeperId: _nobody, ...initial } = initialTurns
    expect(rest).toEqual(initial)
    // What nobody has seen is remembered, of the newest.
    const { unseen, ...rows } = conversations
    expect(unseen.map(({ turnId }) => turnId)).toEqual(Array.from({ length: 256 }, (_, i) => `t${i + 744}`))
    expect({ ...rows, unseen: [] }).toEqual(initialConversations)
    expect(lab.clock.pending).toBe(0)
  })

  test('mirror: one that has something to say keeps it', async () => {
    const lab = createLab()
    await lab.start()
    await lab.end({ conversationId: 'c1', reason: 'error', error: { message: 'bad' } })
    expect(rowsOf(lab.state().conversations.byId)).toHaveLength(1)
  })
})

describe('law 24: fifty conversations with a turn at work', () => {
  test.each([1, 10, 50])('one timer is armed at most (%d at work)', async (turns) => {
    const watched = watchedClock()
    const { clock } = watched
    const lab = createLab({ clock }, { clock })
    await open(lab, turns)
    expect(clock.pending).toBe(1)
    await lab.advance(30_000)
    expect(clock.pending).toBe(1)
    expect(watched.most).toBeLessThanOrEqual(1)
  })

  test('are checked in one request, and while it is in flight no other leaves', async () => {
    const lab = createLab()
    await open(lab, 50)
    lab.backend.auto.delete('status')
    await lab.advance(10_000)
    const [first, ...others] = lab.backend.of('status')
    expect([first?.request.length, others]).toEqual([50, []])
    await lab.progress('t7', 'c7', 'tool_open')
    await lab.advance(10_000)
    expect(lab.live('c7')!.checkAt).toBeLessThanOrEqual(lab.clock.now())
    expect(lab.backend.of('status', 'pending')).toHaveLength(1)
    expect(lab.backend.of('status')).toHaveLength(1)
    lab.backend.accept('status')
    await lab.dispatch()
    expect(lab.backend.of('status', 'pending')).toEqual([])
    expect(entriesOf(lab.turns())).toHaveLength(50)
  })
})

test('law 24: many requests at once, each with a signal of its own, warn of no leak (letter V)', async () => {
  const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  const lab = createLab()
  await lab.start()
  lab.backend.auto.delete('status')
  for (let i = 0; i < 30; i++) lab.store.dispatch(lab.keeper.checkStatus('c1'))
  await lab.dispatch()
  expect(lab.backend.of('status')).toHaveLength(30)
  expect(warned).not.toHaveBeenCalled()
  lab.keeper.dispose()
  await lab.dispatch()
  expect(lab.backend.of('status', 'pending')).toEqual([])
  expect(warned).not.toHaveBeenCalled()
  warned.mockRestore()
})
