/** The bare reducer: what DevTools and a replay call, without the middleware and its checks. */
import { endTurn, signals } from 'redux-turnkeeper'
import type { KeeperFeature, KeeperState } from 'redux-turnkeeper'
import type { UnknownAction } from '@reduxjs/toolkit'
import { createKeeperReducer } from '../src/reducer'
import { activeOf, findEnded } from '../src/state/turns'
import { config } from './turns/parts'

const meta = { at: 10_000 }
const counter: KeeperFeature = {
  name: 'counter',
  reducer: (count, { type }) => ((count as number | undefined) ?? 0) + (type === 'counter/added' ? 1 : 0),
  actionTypes: new Set(['counter/added']),
  malformed: ({ payload }) => (payload === undefined ? null : 'it has a payload'),
}
const reducer = createKeeperReducer(config, [counter])
const stateAfter = (...actions: readonly UnknownAction[]): KeeperState =>
  actions.reduce<KeeperState>(
    (state, action) => reducer(state, action),
    reducer(undefined, { type: 'start' }),
  )

const NEW = { boot: 'new' }
const OLD = { boot: 'old' }
const RUN = { conversationId: 'c', runId: 'r' }
const restarted = stateAfter(
  signals.streamOpened(OLD, meta),
  signals.turnStarted({ ...RUN, turnId: 't', ...OLD }, meta),
  signals.backendRestarted(NEW, meta),
)

describe('law 22: a process that has been replaced', () => {
  test.each<[string, UnknownAction]>([
    ['progress', signals.turnProgressed({ ...RUN, kind: 'tool_open', callId: 'x', ...OLD }, meta)],
    ['a start', signals.turnStarted({ conversationId: 'c2', runId: 'r2', ...OLD }, meta)],
    [
      'an ending that names no turn',
      signals.requestEnded({ conversationId: 'c', how: 'failed', ...OLD }, meta),
    ],
  ])('%s that it still tells changes nothing', (_what, action) => {
    expect(reducer(restarted, action)).toBe(restarted)
  })

  test.each<[string, UnknownAction]>([
    ['signals.turnEnded', signals.turnEnded({ ...RUN, reason: 'complete', ...OLD }, meta)],
    ['endTurn', endTurn({ ...RUN, reason: 'complete', ...OLD }, meta)],
  ])('its %s ends the turn: what has ended stays so', (_what, action) => {
    const { turns } = reducer(restarted, action)
    expect([activeOf(turns, 'c'), findEnded(turns, 't', null, 'c')?.outcome]).toEqual([null, 'complete'])
  })

  test.each([NEW, {}])('mirror: what the process says that runs now (%j) counts', (boot) => {
    const action = signals.turnProgressed({ ...RUN, kind: 'tool_open', callId: 'x', ...boot }, meta)
    expect(activeOf(reducer(restarted, action).turns, 'c')?.openTools).toHaveLength(1)
  })
})

describe('law 23: a malformed action', () => {
  test.each<[string, UnknownAction]>([
    ['of the keeper’s', signals.turnStarted({ conversationId: 7, turnId: 't2' } as never, meta)],
    ['of a feature’s', { type: 'counter/added', payload: 1 }],
  ])('%s changes nothing', (_what, action) => {
    expect(reducer(restarted, action)).toBe(restarted)
  })

  test('mirror: a well-formed one of a feature’s reaches its reducer', () => {
    expect(reducer(restarted, { type: 'counter/added' })).toEqual({ ...restarted, counter: 1 })
  })
})
