/** Laws 3, 6 and 7: what an end concludes, what takes one back, and what goes on after it. */
import { concludedEnd, goOnWithout, inferredEnd, promoteNext, revoke, settle } from '../../src/turns/ends'
import { lastEnded } from '../../src/state/turns'
import type { EndedTurn, Turn, TurnsState } from '../../src/types'
import { ofSession, session } from '../conversations/parts'
import { NOW, context, entryIn, turnOf, turnsOf } from './parts'

test.each<[string, string, Partial<Turn>]>([
  ['a prompt of ours', 'undelivered', {}],
  ['a prompt that was accepted', 'rescued', { sendState: 'accepted' }],
  ['a prompt that has started', 'rescued', { started: 'unnamed' }],
  ['a turn from elsewhere, which has no text here', 'rescued', { origin: 'remote' }],
])('nothing runs, and nobody said how it ended: %s is %s', (_what, reason, change) => {
  expect(concludedEnd(turnOf('t', { sendState: 'unconfirmed', started: 'no', ...change })).reason).toBe(
    reason,
  )
})

describe('an end that was only inferred, of a turn that shows that it runs', () => {
  const recorded = (change: Partial<EndedTurn>): TurnsState => {
    const turn = turnOf('t')
    const turns = settle(context(), turnsOf({ active: turn }), turn, inferredEnd('rescued'))
    return { ...turns, ended: turns.ended.map((record) => ({ ...record, ...change })) }
  }
  const revoked = (change: Partial<EndedTurn>) => {
    const turns = recorded(change)
    const after = revoke(context(), turns, lastEnded(turns, 'c')!)
    return after === turns ? 'the same' : entryIn(after).active?.sendState
  }
  test.each<[Partial<EndedTurn>, string]>([
    [{}, 'accepted'],
    [{ sendState: 'unconfirmed', started: 'named' }, 'accepted'],
    [{ sendState: 'unconfirmed', started: 'unnamed' }, 'unconfirmed'],
    [{ grade: 'witnessed' }, 'the same'],
    [{ outcome: 'merged' }, 'the same'],
  ])('of a record of %j the send is: %s', (change, sendState) => {
    expect(revoked(change)).toBe(sendState)
  })
})

test.each([
  ['since', 3, 'r'],
  ['before, in the same millisecond', 1, null],
])('a run that was seen %s is guessed to be that of the prompt that goes on', (_when, createdSeq, guess) => {
  const next = turnOf('next', { createdSeq: 2, started: 'no', sendState: 'server_queued' })
  const seen = { runId: 'r', turnId: null, source: null, evidenceSeq: 9, lastEvidenceAt: NOW, checkAt: NOW }
  const run = { ...seen, createdSeq, startedAt: next.sentAt! }
  const before = turnsOf({ queue: [next], unplacedRuns: [run] })
  expect(entryIn(promoteNext(context(), before, 'c')).active?.guessedRun).toBe(guess)
})

test.each([
  [null, NOW],
  [NOW + 5, 'the same'],
])(
  'a session goes on without the turn that left; its check, at %p before, is at: %p',
  (checkAt, expected) => {
    const conversations = ofSession(session('running'))
    const before = turnsOf({ checkAt, sessionCheckAt: NOW + 500 })
    const after = goOnWithout(context({ conversations }), before, 'c')
    expect(after === before ? 'the same' : entryIn(after).checkAt).toBe(expected)
  },
)
