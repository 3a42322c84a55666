/** Sessions: as they follow from what their turns do, as stopped, and as listed. */
import {
  abandonSessions,
  followTurns,
  loseSession,
  requestSessionStop,
  sessionStopAnswered,
} from '../../src/conversations/sessions'
import { conversationOf } from '../../src/state/conversations'
import { isSessionMissing, needsOwnCheck, unknownSession } from '../../src/state/sessions'
import { initialTurns, patchEntry, patchTurns } from '../../src/state/turns'
import type { EndedTurn, Session, Turn, TurnsState } from '../../src/types'
import { turnOf, turnsOf, unsent } from '../turns/parts'
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

describe('what turns mean for their session', () => {
  const work = withSeq(turnsOf({ active: turnOf('t') }), 9)
  const follow = (known: Session | null, before: TurnsState, after: TurnsState) => {
    const state = known ? of(known) : stateOf([conversation({ lastError: { message: 'x', turnId: null } })])
    const next = followTurns(state, before, after, AT)
    return next === state ? 'as it was' : now(next)
  }
  const running = session('running', { ...news, error: null, reported: null })
  test('a turn at work: it runs', () => {
    expect(follow(session('ready', { isBound: false, error, reported: 'idle' }), BEFORE, work)).toEqual(
      running,
    )
    expect(follow(session('running', { reported: 'idle' }), BEFORE, work)).toBe('as it was')
    expect(follow(session('ready', { seq: 9 }), BEFORE, work)).toBe('as it was')
    expect(follow(session('ready', { seq: 8 }), BEFORE, work)).toEqual(running)
    expect(follow(null, BEFORE, work)).toBe('as it was')
  })
  test('only as it starts', () => {
    const submitted = withSeq(turnsOf({ active: turnOf('t', { started: 'no' }) }), 8)
    expect(follow(session('ready'), BEFORE, submitted)).toBe('as it was')
    expect(follow(session('ready'), submitted, work)).toEqual(running)
    const more = withSeq(patchEntry(work, 'c', { checkAt: 5 }), 10)
    expect(follow(session('ready'), work, more)).toBe('as it was')
    const another = withSeq(patchEntry(work, 'c', { active: turnOf('t2') }), 10)
    expect(follow(session('ready'), work, another)).toEqual({ ...running, seq: 10 })
  })

  const end = (
    change: Partial<EndedTurn>,
    turn: Partial<Turn> = {},
    more: Partial<Parameters<typeof patchEntry>[2]> = {},
  ) => {
    const before = withSeq(turnsOf({ active: turnOf('t', turn) }), 8)
    const gone = patchEntry(before, 'c', { active: null, ...more })
    return [before, { ...patchTurns(gone, { ended: [record('t', { seq: 9, ...change })] }), seq: 9 }] as const
  }
  test.each<[string, Partial<EndedTurn>, Partial<Turn>, Partial<Session> | null]>([
    ['complete', {}, {}, { status: 'ready' }],
    ['an error', { outcome: 'error', reason: 'error', error }, {}, { status: 'error', error }],
    ['an error without words', { outcome: 'error', reason: 'error' }, {}, { status: 'ready' }],
    ['stopped', { outcome: 'cancelled', error }, {}, { status: 'ready' }],
    ['out of time', { reason: 'timeout', outcome: 'unknown' }, {}, null],
    ['set right', { corrected: true }, {}, null],
    ['merged', { outcome: 'merged' }, {}, null],
    [
      'an error before it had started',
      { outcome: 'error', error },
      { started: 'no' },
      { status: 'error', error },
    ],
    ['complete before it had started', {}, { started: 'no' }, { status: 'ready' }],
    [
      'refused',
      { sendState: 'refused', outcome: 'error', error },
      { started: 'no' },
      { status: 'error', error },
    ],
  ])('an end, %s', (_name, change, turn, becomes) => {
    expect(follow(session('running', { reported: 'idle' }), ...end(change, turn))).toEqual(
      becomes ? session('running', { ...news, reported: null, ...becomes }) : 'as it was',
    )
  })
  test('an end says nothing of one that is idle, or of which the same action spoke', () => {
    expect(follow(session('ready'), ...end({}))).toBe('as it was')
    expect(follow(session('running', { seq: 9 }), ...end({}))).toBe('as it was')
    expect(follow(session('running'), ...end({}, {}, { active: turnOf('next', { started: 'no' }) }))).toBe(
      'as it was',
    )
    const [, after] = end({})
    const other = withSeq(turnsOf({ active: turnOf('other') }), 8)
    expect(follow(session('running'), other, after)).toBe('as it was')
    expect(follow(null, ...end({}))).toBe('as it was')
  })
  test('a start that failed: error where there is a binding, else stopped', () => {
    const refused = { sendState: 'refused', outcome: 'error', error } as const
    const unbound = { isBound: false }
    expect(follow(null, ...end(refused))).toEqual({ ...unknownSession(AT, 9), status: 'stopped', error })
    expect(follow(session('ready', unbound), ...end(refused))).toEqual(
      session('stopped', { ...news, ...unbound, error }),
    )
    expect(follow(session('stopped'), ...end(refused))).toEqual(session('stopped', { ...news, error }))
    expect(follow(session('running', unbound), ...end({ outcome: 'error' }, { started: 'no' }))).toEqual(
      session('stopped', { ...news, ...unbound }),
    )
  })
})

describe('a stop of the session', () => {
  const stop = { nonce: 'n', previousStatus: 'running' as const, turnId: 't' }
  const stopping = session('stopped', { stop })
  const active = withSeq(turnsOf({ active: turnOf('t'), queue: [unsent('q')] }), 9)
  test('shows at once, and what waits is held', () => {
    const after = requestSessionStop(of(session('running')), 'c', 'n', active, active, AT)
    expect(conversationOf(after, 'c')).toEqual(
      conversation({
        session: session('stopped', { ...news, stop }),
        queueHold: { why: 'session', until: null },
      }),
    )
    expect(now(requestSessionStop(of(null), 'c', null, BEFORE, AFTER, AT))).toEqual({
      ...unknownSession(AT, 9),
      status: 'stopped',
      stop: { nonce: null, previousStatus: null, turnId: null },
    })
  })
  test('is asked for once', () => {
    const state = of(stopping)
    expect(requestSessionStop(state, 'c', 'm', active, active, AT)).toBe(state)
  })
  const answer = (known: Session, wasStopped: boolean, more: object = {}, turns = AFTER) => {
    const state = of(known)
    const after = sessionStopAnswered(
      state,
      { conversationId: 'c', nonce: 'n', ...more },
      wasStopped,
      turns,
      AT,
    )
    return after === state ? 'as it was' : conversationOf(after, 'c')
  }
  test('it is stopped: no binding is left, unless a turn runs there by now', () => {
    expect(answer(stopping, true)).toEqual(
      conversation({ session: session('stopped', { ...news, isBound: false }) }),
    )
    expect(answer(stopping, true, {}, active)).toEqual(conversation({ session: session('stopped', news) }))
    const submitted = withSeq(turnsOf({ active: turnOf('t', { started: 'no' }) }), 9)
    expect(answer(stopping, true, {}, submitted)).toEqual(
      conversation({ session: session('stopped', { ...news, isBound: false }) }),
    )
    expect(answer(stopping, true, { nonce: 'other' })).toBe('as it was')
    expect(answer(session('running'), true)).toBe('as it was')
  })
  test('it is not: the session is what it was, and a person is told', () => {
    const back = session('running', news)
    expect(answer(stopping, false)).toEqual(conversation({ session: back }))
    for (const [given, code] of [
      [{ message: 'no' }, 'stop_failed'],
      [{ message: 'no', code: 'odd' }, 'odd'],
    ] as const)
      expect(answer(stopping, false, { error: given })).toEqual(
        conversation({
          session: back,
          lastError: { message: 'no', code, turnId: 't' },
          log: [{ at: AT, kind: 'stop', message: 'no', code, turnId: 't' }],
        }),
      )
    expect(answer(session('stopped', { stop: { ...stop, previousStatus: null } }), false)).toBeUndefined()
  })
  test('another keeper will not hear of it', () => {
    const state = of(stopping, { sessionListing: { nonce: 'l', seq: 1, at: 1 } })
    expect(abandonSessions(state, AFTER, AT)).toEqual(of(session('running', news)))
    const quiet = of(session('stopped', { stop: { ...stop, nonce: null } }))
    expect(abandonSessions(quiet, AFTER, AT)).toBe(quiet)
  })
  test('one that is lost is stopped, and what waits is held', () => {
    expect(
      conversationOf(loseSession(of(session('running', { reported: 'busy' })), 'c', active, AT), 'c'),
    ).toEqual(
      conversation({
        session: session('stopped', { ...news, isBound: false }),
        queueHold: { why: 'session', until: null },
      }),
    )
  })
})

describe('a listing of sessions', () => {
  const listing = { seq: 5, at: 1_500 }
  const missing = (
    known: Session | null,
    turns: TurnsState = initialTurns,
    listed: readonly string[] = ['d'],
  ) => isSessionMissing(turns, known, 'c', listing, new Set(listed))
  test.each<[string, Session | null, boolean]>([
    ['none', null, false],
    ['one that runs', session('running'), true],
    ['one that starts', session('starting'), true],
    ['one that is idle', session('ready'), false],
    ['one that was heard of since', session('running', { seq: 6 }), false],
  ])('%s is missing: %s', (_name, known, isMissing) => {
    expect(missing(known)).toBe(isMissing)
    expect(missing(known, initialTurns, ['c'])).toBe(false)
  })
  const old = { evidenceSeq: 5, sentAt: 1_500 }
  test.each<[string, Partial<Turn>, boolean]>([
    ['silent since', old, true],
    ['heard of since', { ...old, evidenceSeq: 6 }, false],
    ['sent since', { ...old, sentAt: 1_501 }, false],
    ['on its way', { ...old, sendState: 'sending' }, false],
    ['never sent', { ...old, sentAt: null }, true],
  ])('with a turn that was %s: %s', (_name, turn, isMissing) => {
    expect(missing(session('running'), turnsOf({ active: turnOf('t', turn) }))).toBe(isMissing)
    expect(missing(session('running'), turnsOf({ queue: [turnOf('t', turn)] }))).toBe(isMissing)
  })
})

test.each(STATUSES)('%s: it is checked by itself where it is active and no turn is', (status) => {
  const isActive = status === 'starting' || status === 'running'
  expect(needsOwnCheck(initialTurns, session(status), 'c')).toBe(isActive)
  expect(needsOwnCheck(turnsOf({ active: turnOf('t') }), session(status), 'c')).toBe(false)
  expect(needsOwnCheck(initialTurns, null, 'c')).toBe(false)
})
