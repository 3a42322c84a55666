/** Law 5: what a status answer that something runs says of the others there, on both sides of the check's departure. */
import { running } from '../../src/turns/statusRunning'
import type { BackgroundRun, Session, UnplacedRun } from '../../src/types'
import { ofSession, session } from '../conversations/parts'
import { NOW, context, entryIn, turnOf, turnsOf } from './parts'

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
  const helper: BackgroundRun = {
    runId: 'h',
    conversationId: 'c',
    role: 'child',
    parent: null,
    startedAt: 1,
    evidenceSeq,
    expiresAt: NOW + 900,
    name: null,
    isPaused: true,
    stop: null,
  }
  const before = turnsOf({ active: turnOf('t', { checkAt: NOW }), backgroundRuns: [helper] })
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
