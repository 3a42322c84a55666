/** Laws 2, 4, 6 and 14: what single signals come to, by the reducer of the turns alone. */
import { signals } from 'redux-turnkeeper'
import type { UnknownAction } from '@reduxjs/toolkit'
import { lastEnded } from '../../src/state/turns'
import { endOf, inferredEnd, settle } from '../../src/turns/ends'
import { turnsReducer } from '../../src/turns'
import type { Turn, TurnsState } from '../../src/types'
import { stateOf } from '../conversations/parts'
import { NOW, config, context, entryIn, turnOf, turnsOf, unchecked } from './parts'

const meta = { at: NOW }
const reduced = (
  turns: TurnsState,
  action: UnknownAction,
  { conversations, config: rules } = context({ config, conversations: stateOf([]) }),
) => turnsReducer(turns, action, conversations, rules)

test.each<['failed' | 'cancelled', string, Partial<Turn>]>([
  ['failed', 'undelivered', {}],
  ['cancelled', 'interrupted', {}],
  ['failed', 'interrupted', { sendState: 'accepted' }],
  ['failed', 'interrupted', { started: 'unnamed' }],
])(
  'without a status check, the request of a prompt has %s: the turn is %s, where it was %j',
  (how, reason, change) => {
    const turns = turnsOf({ active: turnOf('t', { sendState: 'sending', started: 'no', ...change }) })
    const ended = signals.requestEnded({ conversationId: 'c', turnId: 't', how }, meta)
    const after = reduced(turns, ended, context({ config: unchecked }))
    expect(lastEnded(after, 'c')).toMatchObject({ turnId: 't', reason, grade: 'inferred' })
  },
)

test.each<[string, string, string, number]>([
  ['a helper of a helper', 'new', 'h', 1],
  ['itself', 'c', 'c', 0],
  ['what it has come from', 'c', 'h', 0],
  ['a helper that is known', 'h', 'c', 0],
])('a conversation announces %s (%p by %p): runs beside its turn: %d', (_what, child, parent, count) => {
  const conversations = stateOf([], { children: [{ child: 'h', parent: 'c', role: 'child' }] as never })
  const turns = turnsOf({ active: turnOf('t') })
  const after = reduced(turns, signals.childOpened({ child, parent }, meta), context({ conversations }))
  expect(entryIn(after).backgroundRuns).toHaveLength(count)
})

test.each<[string, number | null, TurnsState]>([
  ['that its server says is over', null, settledBy(endOf({ reason: 'complete' }))],
  ['of which that was only concluded', NOW, settledBy(inferredEnd('rescued'))],
])(
  'a history is loaded, and its last turn goes on there: one %s is checked at %p',
  (_what, checkAt, turns) => {
    const last = { turnId: 't', state: 'incomplete' } as const
    const after = reduced(turns, signals.historyLoaded({ conversationId: 'c', last }, meta))
    expect(entryIn(after)?.checkAt ?? null).toBe(checkAt)
  },
)
function settledBy(end: ReturnType<typeof endOf>): TurnsState {
  return settle(context(), turnsOf({ active: turnOf('t') }), turnOf('t'), end)
}

test.each([
  [true, 'the same'],
  [false, NOW + 250],
])('an error is reported, as of a replay: %p. The conversation is checked at: %p', (replayed, checkAt) => {
  const turns = turnsOf({ active: turnOf('t') })
  const after = reduced(turns, signals.errorReported({ conversationId: 'c', replayed }, meta))
  expect(after === turns ? 'the same' : entryIn(after).checkAt).toBe(checkAt)
})
