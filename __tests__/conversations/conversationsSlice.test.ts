/** Laws 5, 11, 14, 20 and 23: what single actions come to, by the reducer of the conversations alone. */
import type { UnknownAction } from '@reduxjs/toolkit'
import * as actions from '../../src/actions'
import { conversationsReducer } from '../../src/conversations'
import { REMEMBERED } from '../../src/state/config'
import { conversationOf } from '../../src/state/conversations'
import { initialTurns, patchEntry, patchTurns } from '../../src/state/turns'
import type { ConversationsState, PendingText, StatusAnswer, TurnsState } from '../../src/types'
import { config, turnOf, turnsOf, unsent } from '../turns/parts'
import { AT, conversation, draft, names, ofQuestions, question, record, stateOf, text } from './parts'

const { signals } = actions
const meta = { at: AT }
const reduced = (
  state: ConversationsState,
  action: UnknownAction,
  before: TurnsState = initialTurns,
  after: TurnsState = before,
) => conversationsReducer(state, action, before, after, config)
const at = (state: ConversationsState, key = 'c') => conversationOf(state, key)
const none = stateOf([])
const PLACES = ['a', 'c', 'e']
/** The same drafts and texts in several conversations. */
const everywhere = (texts: readonly PendingText[], drafts = [draft('d')]) =>
  PLACES.map((key) => conversation({ texts, drafts }, key))

test.each<[string, UnknownAction, TurnsState]>([
  [
    'a prompt',
    actions.turnSubmitted({ conversationId: 'c', turnId: 't', input: 'x' }),
    turnsOf({ active: unsent('t') }),
  ],
  [
    'a steer',
    actions.turnSteered({ conversationId: 'c', turnId: 't', steerId: 's', input: 'x' }),
    initialTurns,
  ],
  ['a helper', signals.childOpened({ child: 'h', parent: 'c' }), initialTurns],
])('what is not told of %s stands nowhere: the state is the same after a reload', (_what, action, after) => {
  const state = reduced(none, action, initialTurns, after)
  expect(state).not.toBe(none)
  expect(state).toStrictEqual(JSON.parse(JSON.stringify(state)))
})

describe('a prompt that was given back', () => {
  test.each(PLACES)('is accepted, and nobody says where: its draft goes from %s, where it is', (key) => {
    const there = conversation({ texts: [text('u')], drafts: [draft('t'), draft('d')] }, key)
    const state = stateOf(everywhere([text('u')]).map((row) => (row.conversationId === key ? there : row)))
    expect(reduced(state, actions.sendAccepted({ turnId: 't' }))).toEqual(stateOf(everywhere([text('u')])))
  })
  const ended = (...records: readonly (readonly [turnId: string, key: string])[]) =>
    patchTurns(initialTurns, {
      ended: records.map(([turnId, conversationId]) =>
        record(turnId, { conversationId, outcome: 'unknown' }),
      ),
    })
  test('is accepted under another name of its conversation: its draft goes from where its turn has ended', () => {
    const state = stateOf([conversation({ drafts: [draft('t'), draft('d')] })])
    const accepted = actions.sendAccepted({ turnId: 't', conversationId: 'x' })
    expect(at(reduced(state, accepted, ended(['t', 'c'])))).toEqual(conversation({ drafts: [draft('d')] }))
  })
  test('is refused: it did not arrive, and of others that ended later nothing is said', () => {
    const state = stateOf(['a', 'c'].map((key) => conversation({ drafts: [draft('t'), draft('d')] }, key)))
    const after = reduced(
      state,
      actions.sendRefused({ turnId: 't', reason: 'error' }),
      ended(['t', 'a'], ['u', 'c']),
    )
    expect(at(after, 'a')!.drafts).toEqual([draft('t', { arrived: 'no' }), draft('d')])
    expect(at(after)).toBe(at(state))
  })
  test('is taken: other drafts stay, and one that is not there changes nothing', () => {
    const state = stateOf([conversation({ drafts: [draft('t'), draft('d')] })])
    const taken = (turnId: string) => reduced(state, actions.draftTaken({ conversationId: 'c', turnId }))
    expect(at(taken('t'))!.drafts).toEqual([draft('d')])
    expect(taken('z')).toBe(state)
  })
})

describe('a steer', () => {
  const steer = text('s', { isSteer: true, into: 't' })
  const unread = text('s', { isSteer: true, into: 't', isUnread: true })
  test.each(PLACES)('is read in %s, where another conversation has one of that name', (key) => {
    const state = stateOf(everywhere([steer, text('t')]))
    const after = reduced(state, signals.steerRead({ conversationId: key, steerId: 's' }))
    for (const other of PLACES)
      expect(at(after, other)!.texts).toEqual(other === key ? [text('t')] : [steer, text('t')])
  })
  const lost = { conversationId: 'c', steerId: 's', error: { message: 'cut' }, lost: true }
  test('whose answer is lost may have arrived; one that the server has is kept until it is read', () => {
    const given = reduced(stateOf([conversation({ texts: [steer] })]), actions.steerRefused(lost, meta))
    expect(at(given)).toMatchObject({ texts: [], drafts: [draft('s', { at: AT, kind: 'steer' })] })
    const kept = stateOf([conversation({ texts: [unread] })])
    expect(reduced(kept, actions.steerRefused(lost, meta))).toBe(kept)
  })
})

describe('a message that waits', () => {
  const turns = turnsOf({ queue: [unsent('q'), unsent('u')] })
  const state = stateOf([conversation({ texts: [text('q'), text('u')] })])
  const edited = (input: string) => reduced(state, actions.queuedEdited({ turnId: 'q', input }), turns)
  test('is edited, and no other; with the same words nothing changes', () => {
    expect(at(edited('new'))!.texts).toEqual([text('q', { input: 'new' }), text('u')])
    expect(edited('text of q')).toBe(state)
  })
  test('cannot be changed where the server has it: a person is told, and it is logged', () => {
    const error = { message: 'too late', code: 'odd' }
    const refused = actions.queueChangeRefused({ conversationId: 'c', error }, meta)
    expect(at(reduced(none, refused))).toEqual(
      conversation({
        lastError: { ...error, turnId: null },
        log: [{ at: AT, kind: 'queue', ...error, turnId: null }],
      }),
    )
  })
})

describe('questions', () => {
  const turns = turnsOf({ active: turnOf('t1') })
  test.each([
    ['the conversation', { conversationId: 'c' }, []],
    ['the turn', { turnId: 't1' }, ['q of t1']],
  ])('one of a replay that names %s', (_whom, address, expected) => {
    const asked = signals.inputRequested({ ...address, requestId: 'q', replayed: true }, meta)
    expect(names(reduced(none, asked, turns))).toEqual(expected)
  })
  test('a turn that works again waits no more for what it never named; other questions stay', () => {
    const progress = signals.turnProgressed({ conversationId: 'c', turnId: 't1', kind: 'output' })
    const others = [question('q1'), question('q2', { askerId: 't2' }), question(null, { askerId: 't2' })]
    const state = ofQuestions([question(null), ...others])
    const after = reduced(state, progress, turns)
    expect(names(after)).toEqual(['q1 of t1', 'q2 of t2', 'null of t2'])
    expect(reduced(after, progress, turns)).toBe(after)
  })
  test.each([
    [0, true],
    [-100, false],
    [100, true],
  ])('the clock was shifted by %d: they are as they were: %p', (shiftMs, isSame) => {
    const state = ofQuestions([question('q', { expiresAt: AT })])
    expect(reduced(state, actions.woke({ shiftMs })) === state).toBe(isSame)
  })

  const check = { nonce: 'n', seq: 5, at: AT, conversationIds: ['c'] }
  const checking = patchTurns(turns, { statusChecks: [check] as never })
  test.each<[string, StatusAnswer['status'], string, readonly string[]]>([
    ['what runs', 'running', 'n', []],
    ['that nothing runs', 'idle', 'n', []],
    ['nothing', 'no_status', 'n', ['q1 of t1']],
    ['that nobody could be reached', 'unreachable', 'n', ['q1 of t1']],
    ['what runs, to nobody who asks', 'running', 'other', ['q1 of t1']],
  ])('a status answer that lists none says %s', (_what, status, nonce, expected) => {
    const answer = { status, questions: [] }
    const state = ofQuestions([question('q1')])
    const answered = actions.statusAnswered({ conversationId: 'c', nonce, answer }, meta)
    expect(names(reduced(state, answered, checking, patchTurns(checking, {})))).toEqual(expected)
  })
  test('a status answer about a conversation that its check did not ask about says nothing', () => {
    const state = ofQuestions([question('q1')])
    const answer = { status: 'running', questions: [] } as const
    const answered = actions.statusAnswered({ conversationId: 'b', nonce: 'n', answer }, meta)
    expect(reduced(state, answered, checking)).toBe(state)
  })
})

describe('helpers', () => {
  const helper = (child: string, parent = 'c') => ({ child, parent, role: 'child' as const })
  const opened = (state: ConversationsState, child: string, parent: string, name?: string) =>
    reduced(state, signals.childOpened({ child, parent, ...(name !== undefined && { name }) }))
  test('one that announces itself anew as its own gets no name by it', () => {
    const state = stateOf([], { children: [helper('h')] })
    expect(opened(state, 'h', 'h', 'new')).toBe(state)
    expect(opened(state, 'h', 'c')).toBe(state)
    expect(opened(state, 'h', 'c', 'new').children).toEqual([{ ...helper('h'), name: 'new' }])
  })
  test('the newest are remembered', () => {
    const many = Array.from({ length: REMEMBERED }, (_, i) => helper(`h${i}`))
    const after = opened(stateOf([], { children: many }), 'new', 'c')
    expect(after.children).toEqual([...many.slice(1), helper('new')])
  })
})

test('a conversation is closed: a text whose turn goes on elsewhere goes along with it', () => {
  const elsewhere = { active: turnOf('u', { conversationId: 'd' }) }
  const before = patchEntry(turnsOf({ active: turnOf('t') }), 'd', elsewhere)
  const state = stateOf([conversation({ texts: [text('t'), text('u')] })])
  const closed = actions.conversationClosed({ conversationId: 'c' }, meta)
  const after = reduced(state, closed, before, patchEntry(before, 'c', { active: null }))
  expect([at(after), at(after, 'd')]).toEqual([undefined, conversation({ texts: [text('u')] }, 'd')])
})

describe('A was signed in', () => {
  const before = patchTurns(initialTurns, { userId: 'A' })
  const told = (state: ConversationsState, userId: string | null) =>
    reduced(state, actions.userChanged({ userId }), before)
  test.each<Partial<ConversationsState>>([
    { byId: stateOf([conversation({ drafts: [draft('d')] })]).byId },
    { aliases: [{ from: 'new', to: 'c' }] },
    { children: [{ child: 'h', parent: 'c', role: 'child', name: 'a secret task' }] },
    { closedQuestions: ['2:t1q'] },
    { viewedId: 'c' },
    { unseen: [{ conversationId: 'c', turnId: 't', why: 'finished' }] },
    { sessionListing: { nonce: 'n', seq: 5, at: AT } },
  ])('%j alone goes with A', (left) => {
    const state = stateOf([], left)
    for (const userId of [null, 'B']) expect(told(state, userId)).toEqual(none)
    expect(told(state, 'A')).toBe(state)
  })
  test('where nothing is left nothing changes', () => {
    for (const userId of [null, 'B']) expect(told(none, userId)).toBe(none)
  })
})

test.each([0, 1])(
  'a prompt that is told of again, %i changes later, lets no queue go and hides no error',
  (changes) => {
    const lastError = { message: 'no', code: null, at: AT, turnId: null }
    const state = stateOf([conversation({ texts: [text('t')], lastError: lastError as never })])
    const turns = { ...turnsOf({ active: turnOf('t', { createdSeq: 5 }) }), seq: 5 + changes }
    const submitted = actions.turnSubmitted({ conversationId: 'c', turnId: 't', input: 'x' })
    expect(reduced(state, submitted, turns, turns)).toBe(state)
  },
)
