/** Laws 16 to 18: what is said of a session, and what a status check finds in it, on both sides of what came before. */
import { sessionChecked, sessionStated } from '../../src/turns/sessionEnds'
import { endOf, inferredEnd, settle } from '../../src/turns/ends'
import { FOREIGN_CONVERSATIONS } from '../../src/state/config'
import { initialTurns, lastEnded, patchEntry } from '../../src/state/turns'
import type { Session, StatusAnswer, TurnsState } from '../../src/types'
import { ofSession, session } from '../conversations/parts'
import { NOW, config, context, entryIn, turnOf, turnsOf } from './parts'

test.each<[string, number, number | null, boolean]>([
  ['before they were asked for', 4, 5, true],
  ['as they were asked for', 5, 5, true],
  ['since', 6, 5, false],
  ['mirror: and nobody has asked', 4, null, false],
])(
  'a session that was known %s, and is told of again, is newer than a listing of sessions: %p',
  (_when, seq, askedAt, moves) => {
    const sessionListing = askedAt === null ? null : { nonce: 'n', seq: askedAt, at: NOW }
    const conversations = ofSession(session('running', { seq }), { sessionListing })
    const before = turnsOf({ active: turnOf('t') })
    const after = sessionStated(context({ conversations }), before, {
      conversationId: 'c',
      status: 'running',
    })
    expect(after.seq - before.seq).toBe(moves ? 1 : 0)
    expect(entryIn(after)).toBe(entryIn(before))
  },
)

test.each([
  [FOREIGN_CONVERSATIONS, 0],
  [FOREIGN_CONVERSATIONS - 1, 1],
])('a session starts, where %d conversations are followed for others: %d more are', (count, more) => {
  const names = Array.from({ length: count }, (_, i) => `n${i}`)
  const before = names.reduce((turns, key) => patchEntry(turns, key, { checkAt: NOW }), initialTurns)
  const after = sessionStated(context(), before, { conversationId: 'new', status: 'starting' })
  expect(after.byConversation.size - before.byConversation.size).toBe(more)
})

describe('a status check of a session in which no turn is known', () => {
  const check = { nonce: 'n', conversationIds: ['c'], seq: 5, at: NOW }
  const checked = (known: Session, status: StatusAnswer['status'], before: TurnsState, after: TurnsState) => {
    const ctx = context({ conversations: ofSession(known) })
    const asked = { ...before, statusChecks: [check] }
    return sessionChecked(ctx, asked, after, { nonce: 'n', conversationId: 'c', answer: { status } })
  }
  const AT_ONCE = { checkAt: NOW, sessionCheckAt: 1 }
  const SOON = { checkAt: null, sessionCheckAt: NOW + config.recheckInterval }
  const NO_MORE = { checkAt: null, sessionCheckAt: null }
  test.each<[string, object, StatusAnswer['status'], Session]>([
    ['no more', NO_MORE, 'idle', session('running', { reported: 'stopped', seq: 5 })],
    ['at once, for a word since', AT_ONCE, 'idle', session('running', { reported: 'stopped', seq: 6 })],
    ['soon, for it was said to run since', SOON, 'idle', session('running', { seq: 6 })],
    ['soon, for something runs', SOON, 'running', session('running', { reported: 'stopped', seq: 6 })],
  ])('has it checked again %s: %j, where it says "%s"', (_when, expected, status, known) => {
    const before = turnsOf({ stopsInFlight: [{ turnId: null, nonce: 's', at: 1 }], sessionCheckAt: 1 })
    const after = checked(known, status, before, patchEntry(before, 'c', {}))
    expect(entryIn(after)).toMatchObject(expected)
  })

  const running = { ...turnsOf({ active: turnOf('t') }), seq: 5 }
  const over = (end = inferredEnd('rescued')) => settle(context(), running, turnOf('t'), end)
  const witnessed = { ...endOf({ reason: 'complete', outcome: 'unknown' }), grade: 'witnessed' } as const
  const since = patchEntry(over(), 'c', { sessionCheckAt: 1 })
  test.each<[string, string, string, TurnsState, TurnsState]>([
    ['the check ended it, and the session was interrupted', 'interrupted', 'interrupted', running, over()],
    ['the check ended it, and the session is well', 'idle', 'rescued', running, over()],
    ['the server said that it was over', 'interrupted', 'complete', running, over(witnessed)],
    ['it had ended before', 'interrupted', 'rescued', since, patchEntry(since, 'c', { checkAt: null })],
  ])('finds nothing: %s (%p): its turn was %s', (_what, reported, reason, before, after) => {
    const known = session('running', { reported, seq: 4 })
    expect(lastEnded(checked(known, 'idle', before, after), 'c')?.reason).toBe(reason)
  })
})
