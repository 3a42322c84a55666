/** Laws 9, 19 and 22: what a keeper that takes over has checked, and what another user does not get to see. */
import { attach, changeUser } from '../../src/turns/restore'
import { endOf, settle } from '../../src/turns/ends'
import { initialTurns } from '../../src/state/turns'
import type { ConversationTurns, TurnsState, UnplacedRun } from '../../src/types'
import { NOW, context, entryIn, turnOf, turnsOf, unsent } from './parts'

const run = { runId: 'r', turnId: null, source: null, startedAt: 1, createdSeq: 1, evidenceSeq: 1 }
const unplaced: UnplacedRun = { ...run, lastEvidenceAt: 1, checkAt: NOW + 900 }

test.each<[string, number | null, Partial<ConversationTurns>]>([
  ['a turn', NOW, { active: turnOf('t') }],
  ['a message that waits', NOW, { queue: [unsent('u')] }],
  ['a run of unknown origin', NOW, { unplacedRuns: [unplaced] }],
  ['a check that was planned', NOW, { checkAt: NOW + 900 }],
  ['a session that is checked', NOW, { sessionCheckAt: NOW + 900 }],
  [
    'only work that is scheduled',
    null,
    { scheduled: { at: NOW + 900, name: null, seq: 1, checkAt: NOW + 950 } },
  ],
])('another keeper finds %s: it is checked at %p', (_what, checkAt, entry) => {
  const after = attach(context(), turnsOf(entry), { keeperId: 'another' })
  expect(entryIn(after).checkAt).toBe(checkAt)
})

const turn = turnOf('t')
const check = { nonce: 'n', conversationIds: ['c'], seq: 1, at: NOW }

test.each<[string, TurnsState]>([
  ['a turn', turnsOf({ active: turn })],
  ['the record of one', settle(context(), turnsOf({ active: turn }), turn, endOf({ reason: 'complete' }))],
  ['a status check in flight', { ...initialTurns, statusChecks: [check] }],
])('nobody is signed in, as before: %s of the last user goes', (_what, before) => {
  const { seq: _seq, ...left } = changeUser(before, null)
  expect({ seq: 0, ...left }).toEqual({ ...initialTurns, seq: 0 })
})

test('mirror: where there is nothing of anybody, the same word again changes nothing', () => {
  expect(changeUser(initialTurns, null)).toBe(initialTurns)
})
