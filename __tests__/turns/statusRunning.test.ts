/** Law 5: what a status answer that something runs says of the others there, on both sides of the check's departure. */
import { lastEnded } from '../../src/state/turns'
import { endOf, settle, unconfirmed } from '../../src/turns/ends'
import { running } from '../../src/turns/statusRunning'
import type { Session, Turn, UnplacedRun } from '../../src/types'
import { ofSession, session } from '../conversations/parts'
import { NOW, context, entryIn, helper, turnOf, turnsOf } from './parts'

const check = { nonce: 'n', conversationIds: ['c'], seq: 5, at: NOW }
const answer = (named: object) => ({ status: 'running', ...named }) as const

test.each<[string, number, Partial<UnplacedRun>, object]>([
  ['that it does not name, in its own time', NOW + 7, {}, { runId: 'r' }],
  ['that it does not name, which names no turn either', NOW + 7, {}, { runId: 'r', turnId: null }],
  ['of another turn than it names, in its own time', NOW + 7, { turnId: 'y' }, { turnId: 'x' }],
  ['that came since the check left, as before', NOW, { createdSeq: 6 }, { runId: 'r' }],
  ['that it names, as before', NOW, {}, { runId: 'u' }],
  ['of the turn that it names, as before', NOW, { turnId: 'x' }, { turnId: 'x' }],
])('a run of unknown origin %s is checked next at %d', (_what, checkAt, change, named) => {
  const run = { runId: 'u', turnId: null, source: null, startedAt: 1, evidenceSeq: 3, lastEvidenceAt: 1 }
  const active = turnOf('t', { runs: ['r'], sendState: 'sending' })
  const before = turnsOf({ active, unplacedRuns: [{ ...run, createdSeq: 3, checkAt: NOW, ...change }] })
  const { unplacedRuns } = entryIn(running(context(), before, 'c', answer(named), check))
  expect(unplacedRuns.map((left) => left.checkAt)).toEqual([checkAt])
})

test.each<[string, boolean, number]>([
  ['showed before the check left', false, 5],
  ['has paused since', true, 6],
])('a helper that it names, and that %s, is paused: %p', (_what, isPaused, evidenceSeq) => {
  const before = turnsOf({
    active: turnOf('t', { checkAt: NOW }),
    backgroundRuns: [helper({ evidenceSeq, isPaused: true })],
  })
  const { active, backgroundRuns } = entryIn(running(context(), before, 'c', answer({ runId: 'h' }), check))
  expect(backgroundRuns).toMatchObject([{ runId: 'h', role: 'child', isPaused }])
  expect([active?.turnId, active?.checkAt]).toEqual(['t', NOW + 100])
})

test.each<[string, boolean, Session | null]>([
  ['no session', true, null],
  ['a session that was over before the check left', true, session('ready', { seq: 5 })],
  ['a session that is over since', false, session('ready', { seq: 6 })],
  ['a session that runs since', true, session('running', { seq: 6 })],
])('something runs, in %s: it is shown as a turn: %p', (_what, isShown, known) => {
  const before = turnsOf({ sessionCheckAt: NOW + 5 })
  const ctx = context({ conversations: ofSession(known) })
  const { active, checkAt } = entryIn(running(ctx, before, 'c', answer({ runId: 'new' }), check))
  expect([active !== null, checkAt]).toEqual([isShown, isShown ? null : NOW])
})

test.each<[string, object, number, boolean]>([
  ['it names the turn', { runId: 'r' }, 5, false],
  ['it names nobody', {}, 5, false],
  ['it names the turn, and there is a reason to check since', { runId: 'r' }, 6, true],
  ['it names nobody, and there is a reason to check since', {}, 6, true],
])('something runs, and %s: the turn is in doubt after it', (_what, named, checkReasonSeq, isInDoubt) => {
  const active = turnOf('t', { runs: ['r'], isUnverified: true, backendRestarted: true })
  const before = turnsOf({ active, checkReasonSeq })
  const after = entryIn(running(context(), before, 'c', answer(named), check))
  expect(after.active).toMatchObject({ isUnverified: isInDoubt, backendRestarted: isInDoubt })
})

test('it names a turn that nobody knows by the run of a helper: that turn is shown, and the helper beside it', () => {
  const before = turnsOf({ backgroundRuns: [helper()] })
  const after = entryIn(running(context(), before, 'c', answer({ turnId: 'x', runId: 'h' }), check))
  expect(after).toMatchObject({ active: { turnId: 'x', runs: [] }, backgroundRuns: [helper()] })
})

test('an answer that is older than the end of the turn changes nothing', () => {
  const turn = turnOf('t')
  const waits = turnsOf({ active: turn, stopsInFlight: [{ turnId: null, nonce: 's', at: NOW }] })
  const over = settle(context(), { ...waits, seq: 5 }, turn, endOf({ reason: 'complete' }))
  expect(running(context(), over, 'c', answer({}), check)).toBe(over)
})

const told = unconfirmed(endOf({ reason: 'complete' }), 'r')
const sending = { sendState: 'sending', started: 'no', acceptedAt: null } as const
test.each<[string, Partial<Turn>, object, Partial<Turn>]>([
  ['its run', { ...sending, runs: ['r'] }, { runId: 'r' }, { sendState: 'accepted', started: 'named' }],
  [
    'a run that is its by guess, its request open',
    { ...sending, guessedRun: 'r' },
    { runId: 'r' },
    { sendState: 'sending', started: 'unnamed', guessedRun: 'r', runs: [] },
  ],
  [
    'a run that is its by guess, its answer lost',
    { ...sending, sendState: 'unconfirmed', guessedRun: 'r' },
    { runId: 'r' },
    { sendState: 'accepted', started: 'named', guessedRun: null, runs: ['r'] },
  ],
  [
    'its run, of which an end was told',
    { runs: ['r'], unconfirmedEnd: told },
    { runId: 'r' },
    { unconfirmedEnd: told },
  ],
  [
    'it, and its run',
    { ...sending, runs: ['old', 'r'] },
    { turnId: 't', runId: 'r' },
    { started: 'named', runs: ['old', 'r'] },
  ],
  [
    'it, and a new run',
    { ...sending, runs: ['old'] },
    { turnId: 't', runId: 'r' },
    { started: 'named', runs: ['old', 'r'] },
  ],
  [
    'it, and the run that is its by guess',
    { ...sending, guessedRun: 'r' },
    { turnId: 't', runId: 'r' },
    { sendState: 'accepted', started: 'named', guessedRun: null, runs: ['r'] },
  ],
  [
    'it alone, while another run is its by guess',
    { ...sending, guessedRun: 'g' },
    { turnId: 't' },
    { sendState: 'accepted', started: 'named', guessedRun: 'g', runs: [] },
  ],
])('an answer names %s: %j, %j: it is %j', (_what, change, named, expected) => {
  const before = turnsOf({ active: turnOf('t', change) })
  const { active } = entryIn(running(context(), before, 'c', answer(named), check))
  const acceptedAt = change.acceptedAt === null ? NOW : 1_002
  expect(active).toMatchObject({ ...expected, acceptedAt, firstEvidenceAt: NOW, evidenceSeq: 5 })
})

test('an answer names the turn that waits behind: it is in front, and the other is over', () => {
  const before = turnsOf({ active: turnOf('t'), queue: [turnOf('next', { started: 'no', createdSeq: 2 })] })
  const after = running(context(), before, 'c', answer({ turnId: 'next' }), check)
  expect(entryIn(after)).toMatchObject({ active: { turnId: 'next', started: 'named' }, queue: [] })
  expect(lastEnded(after, 'c')).toMatchObject({ turnId: 't', reason: 'superseded' })
})
