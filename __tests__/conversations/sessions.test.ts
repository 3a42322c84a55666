/** Sessions: as stated, as reported, and as checked. */
import { concludeSession, reportSession, stateSession } from '../../src/conversations/sessions'
import type { SessionStatement } from '../../src/actions'
import { conversationOf } from '../../src/state/conversations'
import { adoptedStatus, concludedStatus, judgeStatement, unknownSession } from '../../src/state/sessions'
import type { ConversationsState, Session, SessionStatus, TurnsState } from '../../src/types'
import { config, turnOf, turnsOf, unsent } from '../turns/parts'
import {
  AFTER,
  AT,
  BEFORE,
  STATUSES,
  conversation,
  ofSession as of,
  record,
  session,
  sessionError as error,
  sessionNews as news,
  sessionNow as now,
  stateOf,
  withSeq,
} from './parts'

describe('a statement', () => {
  const statement = (status: SessionStatus, more: Partial<SessionStatement> = {}): SessionStatement => ({
    conversationId: 'c',
    status,
    ...more,
  })
  test.each(STATUSES)('%s, of a session that is not known: bound where it can be gone on with', (status) => {
    const judged = judgeStatement(null, statement(status))
    expect(judged).toEqual({
      kind: 'news',
      change: {
        status,
        error: null,
        isBound: status === 'running' || status === 'ready' || status === 'interrupted',
        stamp: null,
        resumeCursor: null,
        reported: null,
        stop: null,
      },
    })
  })
  const known = session('ready', { stamp: 'v1', resumeCursor: 'x', error })
  test.each<[string, Partial<SessionStatement>, 'same' | 'cursor' | 'news']>([
    ['the same', {}, 'same'],
    ['under the same mark', { stamp: 'v1', resumeCursor: 'x' }, 'same'],
    ['with the same error', { error: { message: 'bad' } }, 'same'],
    ['with another error', { error: { message: 'worse' } }, 'news'],
    ['under another mark', { stamp: 'v2' }, 'news'],
    ['not bound', { bound: false }, 'news'],
    ['with a new cursor', { resumeCursor: 'y' }, 'cursor'],
    ['without a cursor', { resumeCursor: null }, 'cursor'],
    ['of another status', { status: 'running' }, 'news'],
  ])('%s: %s', (_name, more, kind) => {
    expect(judgeStatement(known, statement('ready', more)).kind).toBe(kind)
  })
  test('a session that was bound stays so until it is stopped', () => {
    const bound = (was: Session, status: SessionStatus) =>
      (judgeStatement(was, statement(status)) as { readonly change: Partial<Session> }).change.isBound
    expect([bound(session('ready'), 'error'), bound(session('ready', { isBound: false }), 'error')]).toEqual([
      true,
      false,
    ])
    expect([
      bound(session('ready'), 'stopped'),
      bound(session('ready', { isBound: false }), 'starting'),
    ]).toEqual([false, false])
  })
  const stop = { nonce: 'n', previousStatus: 'ready' as const, turnId: null }
  const stopping = session('stopped', { stop })
  test.each<[SessionStatus, ReturnType<typeof judgeStatement>['kind']]>([
    ['ready', 'same'],
    ['running', 'during_stop'],
    ['stopped', 'news'],
    ['error', 'news'],
  ])('while a stop is on its way, %s: %s', (status, kind) => {
    const judged = judgeStatement(stopping, statement(status))
    expect(judged.kind).toBe(kind)
    if (judged.kind === 'during_stop')
      expect(judged.change).toEqual({ stop: { ...stop, previousStatus: 'running' } })
  })
  test('after a stop that nobody answers for it is news', () => {
    const stopped = session('stopped', { isBound: false, stop: { ...stop, nonce: null } })
    expect(judgeStatement(stopped, statement('stopped')).kind).toBe('news')
  })

  const say = (state: ConversationsState, what: SessionStatement, before = BEFORE, after = AFTER) =>
    stateSession(state, what, before, after, AT)
  test('news are written down, with the time', () => {
    expect(now(say(of(null), statement('running', { stamp: 'v1' })))).toEqual({
      ...unknownSession(AT, 9),
      status: 'running',
      isBound: true,
      stamp: 'v1',
    })
    expect(now(say(of(session('ready', { reported: 'idle' })), statement('running')))).toEqual(
      session('running', news),
    )
  })
  test('only its cursor is new: it has not changed since', () => {
    expect(now(say(of(session('ready')), statement('ready', { resumeCursor: 'y' })))).toEqual(
      session('ready', { resumeCursor: 'y', seq: 9 }),
    )
  })
  test('the same changes nothing, unless a listing is awaited that left after the last word', () => {
    const listing = (seq: number) => ({ sessionListing: { nonce: 'l', seq, at: 1_500 } })
    for (const [state, isHeard] of [
      [of(session('ready')), false],
      [of(session('ready'), listing(5)), true],
      [of(session('ready'), listing(4)), false],
    ] as const) {
      const after = say(state, statement('ready'))
      expect(after === state).toBe(!isHeard)
      expect(now(after)).toEqual(session('ready', isHeard ? { seq: 9 } : {}))
    }
  })
  test('what failed is told, where no record of a turn tells it', () => {
    const failed = say(of(session('ready')), statement('error', { error }))
    expect(conversationOf(failed, 'c')).toEqual(
      conversation({
        session: session('error', { ...news, error }),
        lastError: { ...error, turnId: null },
        log: [{ at: AT, kind: 'session', ...error, turnId: null }],
      }),
    )
    const told = say(of(session('ready')), statement('error', { error }), BEFORE, {
      ...AFTER,
      ended: [record('t')],
    })
    expect(conversationOf(told, 'c')!.lastError).toBeNull()
    expect(
      conversationOf(say(of(session('ready')), statement('stopped', { error })), 'c')!.lastError,
    ).toBeNull()
    expect(conversationOf(say(of(session('ready')), statement('error')), 'c')!.lastError).toBeNull()
  })
  const waiting = withSeq(turnsOf({ queue: [unsent('q')] }), 9)
  test.each(STATUSES)('%s: what waits is held where the session is gone', (status) => {
    const after = say(
      of(session('ready', { isBound: status === 'stopped' })),
      statement(status, { stamp: 'v2' }),
      BEFORE,
      waiting,
    )
    const isGone = status === 'stopped' || status === 'error'
    expect(conversationOf(after, 'c')!.queueHold).toEqual(isGone ? { why: 'session', until: null } : null)
  })
  test('a hold that stands stays, and where nothing waits none is made', () => {
    const hold = { why: 'stop', until: null } as const
    const held = stateOf([conversation({ session: session('ready'), queueHold: hold })])
    expect(conversationOf(say(held, statement('stopped'), BEFORE, waiting), 'c')!.queueHold).toBe(hold)
    const active = withSeq(turnsOf({ active: turnOf('t') }), 9)
    expect(
      conversationOf(say(of(session('ready')), statement('stopped'), BEFORE, active), 'c')!.queueHold,
    ).toBeNull()
  })
})

describe('a word of the wire', () => {
  const WORDS = ['idle', 'ready', 'interrupted', 'stopped', 'error', 'busy', 'odd']
  test.each<[SessionStatus, readonly (SessionStatus | null)[]]>([
    ['starting', ['ready', 'ready', 'interrupted', 'stopped', 'error', null, null]],
    ['running', ['ready', 'ready', 'interrupted', 'stopped', 'error', null, null]],
    ['ready', [null, null, null, 'stopped', 'error', null, null]],
    ['interrupted', [null, null, null, 'stopped', 'error', null, null]],
    ['stopped', [null, null, null, null, null, null, null]],
    ['error', [null, null, null, 'stopped', null, null, null]],
  ])('of a session that is %s', (status, adopted) => {
    expect(WORDS.map((word) => adoptedStatus(session(status), word))).toEqual(adopted)
  })
  const report = (known: Session | null, word: string, hasChecks: boolean, turns = AFTER) =>
    now(reportSession(of(known), 'c', word, turns, hasChecks, AT))
  const active = withSeq(turnsOf({ active: turnOf('t') }), 9)
  test('is kept, and adopted where no check can confirm it and nothing runs', () => {
    const kept = session('running', { ...news, reported: 'idle' })
    expect(report(null, 'idle', false)).toBeNull()
    expect(report(session('running'), 'idle', true)).toEqual(kept)
    expect(report(session('running'), 'idle', false, active)).toEqual(kept)
    expect(report(session('running'), 'idle', false)).toEqual({ ...kept, status: 'ready' })
    expect(report(session('running'), 'stopped', false)).toEqual({
      ...kept,
      reported: 'stopped',
      status: 'stopped',
      isBound: false,
    })
    expect(report(session('running', { isBound: false }), 'idle', false)).toEqual({
      ...kept,
      status: 'ready',
      isBound: false,
    })
  })
  test('told again it is no news', () => {
    const state = of(session('running', { reported: 'busy' }))
    expect(reportSession(state, 'c', 'busy', AFTER, true, AT)).toBe(state)
  })
})

describe('a status check that found nothing running', () => {
  const check = { seq: 5, at: 1_500 }
  const window = config.registrationWindow
  test.each<[SessionStatus, Partial<Session>, 'idle' | 'absent', SessionStatus | null]>([
    ['running', {}, 'idle', 'ready'],
    ['running', {}, 'absent', 'stopped'],
    ['running', { seq: 6 }, 'idle', null],
    ['starting', { changedAt: 1_500 - window }, 'idle', 'ready'],
    ['starting', { changedAt: 1_501 - window }, 'absent', null],
    ['running', { changedAt: 1_501 - window }, 'idle', 'ready'],
    ['ready', {}, 'absent', null],
    ['error', {}, 'idle', null],
  ])('of one that is %s (%o), %s: %s', (status, change, found, expected) => {
    expect(concludedStatus(session(status, change), found, check, config)).toBe(expected)
  })

  const conclude = (
    known: Session | null,
    found: 'idle' | 'absent' = 'idle',
    before: TurnsState = BEFORE,
    turns: TurnsState = AFTER,
  ) => {
    const state = of(known)
    const after = concludeSession(state, 'c', found, check as never, before, turns, config, AT)
    return after === state ? 'as it was' : now(after)
  }
  const active = turnsOf({ active: turnOf('t') })
  test('tells what the session is', () => {
    expect(conclude(null)).toBe('as it was')
    expect(conclude(session('running'))).toEqual(session('ready', news))
    expect(conclude(session('running'), 'absent')).toEqual(session('stopped', { ...news, isBound: false }))
    expect(conclude(session('ready'), 'absent')).toBe('as it was')
    expect(conclude(session('running', { seq: 6 }))).toBe('as it was')
    expect(conclude(session('running'), 'idle', BEFORE, active)).toBe('as it was')
    expect(conclude(session('running'), 'idle', active)).toBe('as it was')
  })
  test('what a frame had reported is adopted; a word that it runs is not', () => {
    expect(conclude(session('running', { reported: 'error' }))).toEqual(
      session('error', { ...news, reported: 'error' }),
    )
    expect(conclude(session('running', { reported: 'error' }), 'idle', active)).toEqual(
      session('error', { ...news, reported: 'error' }),
    )
    expect(conclude(session('running', { reported: 'busy' }))).toEqual(session('ready', news))
  })
})
