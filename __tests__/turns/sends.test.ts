/** Laws 11 and 13: when a prompt leaves, and who takes it. */
import {
  claimSend,
  failQueueClaim,
  maySend,
  retryUnderWay,
  sendableAt,
  startQueueClaim,
  stopHolds,
  submit,
} from '../../src/turns/sends'
import { initialTurns, lastEnded } from '../../src/state/turns'
import type { ConversationTurns, StopInFlight, Turn, TurnsState } from '../../src/types'
import { conversation, stateOf, text } from '../conversations/parts'
import { NOW, config, context, entryIn, stopOf, turnOf, turnsOf, unchecked, unsent } from './parts'

const wide = (at: number): StopInFlight => ({ turnId: null, nonce: 'n', at })
const narrow = (at: number): StopInFlight => ({ turnId: 't', nonce: 'n', at })
const run = { turnId: null, source: null, startedAt: 1, createdSeq: 1, evidenceSeq: 1, lastEvidenceAt: 1 }
const unplacedRuns = [{ ...run, runId: 'r', checkAt: NOW }]

test.each<[string, boolean, Partial<Turn>, Partial<ConversationTurns>]>([
  ['first in an idle conversation', true, {}, {}],
  ['behind a turn', false, {}, { active: turnOf('t') }],
  ['behind another message', false, {}, { queue: [unsent('first'), unsent('u')] }],
  ['that has left', false, { sendState: 'sending' }, {}],
  ['that is to be stopped', false, { stop: stopOf('wanted') }, {}],
  ['where a check is to come', false, {}, { checkAt: NOW }],
  ['where a run of unknown origin shows', false, {}, { unplacedRuns }],
  ['that was refused before, where a check is to come', true, { refusals: 1 }, { checkAt: NOW }],
  ['while a stop of the session is in flight', false, {}, { stopsInFlight: [wide(NOW)] }],
  ['while a stop of another turn is in flight', true, {}, { stopsInFlight: [narrow(NOW)] }],
])('a message %s may leave: %p', (_what, may, change, entry) => {
  const turn = unsent('u', change)
  expect(maySend(context(), turnsOf({ queue: [turn], ...entry }), turn)).toBe(may)
})

test('without a status check nothing waits for one; where sending is not allowed nothing leaves', () => {
  const turn = unsent('u')
  const waits = turnsOf({ queue: [turn], checkAt: NOW })
  expect(maySend(context({ config: unchecked }), waits, turn)).toBe(true)
  const closed = { ...turnsOf({ queue: [turn] }), isSendingAllowed: false }
  expect(maySend(context(), closed, turn)).toBe(false)
})

test.each<[string, boolean, StopInFlight, 'turn' | 'conversation']>([
  ['of the session, just now', true, wide(NOW - 59), 'turn'],
  ['of the session, a while ago', false, wide(NOW - 60), 'turn'],
  ['of a turn', false, narrow(NOW), 'turn'],
  ['of a turn, where it stops all that runs', true, narrow(NOW), 'conversation'],
])('a stop in flight %s holds what is sent now: %p', (_what, holds, stop, stopScope) => {
  const { byConversation } = turnsOf({ stopsInFlight: [stop] })
  const entry = entryIn({ ...initialTurns, byConversation })
  expect(stopHolds(context({ config: { ...config, stopScope } }), entry)).toBe(holds)
})

test.each<[string, number | null, Partial<Turn>, Partial<ConversationTurns>]>([
  ['may leave', NOW, {}, {}],
  ['is not to leave before', NOW + 5, { notBefore: NOW + 5 }, {}],
  ['is held by a stop of the session', NOW + 50, {}, { stopsInFlight: [wide(NOW - 10), narrow(NOW)] }],
  ['waits behind a turn', null, {}, { active: turnOf('t') }],
])('a message that %s: at %p', (_what, at, change, entry) => {
  const turn = unsent('u', change)
  expect(sendableAt(context(), turnsOf({ queue: [turn], ...entry }), turn)).toBe(at)
})

describe('a prompt', () => {
  const submitted = (
    entry: Partial<ConversationTurns> | null,
    payload: object = {},
    more: Partial<TurnsState> = {},
  ) => {
    const before = { ...(entry ? turnsOf(entry) : initialTurns), ...more }
    const after = submit(context(), before, { turnId: 'new', conversationId: 'c', input: 'x', ...payload })
    if (after === before) return 'the same'
    const { active, queue } = entryIn(after)
    return [active, ...queue].map((turn) => turn && `${turn.turnId} ${turn.sendState}`)
  }
  const front = { active: turnOf('t') }
  test.each<[string, readonly (string | null)[] | 'the same', Partial<ConversationTurns> | null, object]>([
    ['in a free conversation', ['new sending'], null, {}],
    ['behind a turn', ['t accepted', 'new unsent'], front, {}],
    ['behind a turn, at once', ['t accepted', 'new sending'], front, { mode: 'now' }],
    ['behind a message that waits', [null, 'u unsent', 'new unsent'], { queue: [unsent('u')] }, {}],
    [
      'behind a message that waits, at once',
      ['t accepted', 'u unsent', 'new unsent'],
      { ...front, queue: [unsent('u')] },
      { mode: 'now' },
    ],
    ['while the session is being stopped', [null, 'new unsent'], { stopsInFlight: [wide(NOW)] }, {}],
    ['into a shared queue', [null, 'new unsent'], null, { shared: true }],
    ['that another tab has sent', ['new sending', 'u unsent'], { queue: [unsent('u')] }, { sent: true }],
    ['behind one that has left', [null, 'held accepted', 'new unsent'], { queue: [turnOf('held')] }, {}],
    [
      'that another tab has sent behind one that has left',
      ['held accepted', 'new sending'],
      { queue: [turnOf('held')] },
      { sent: true },
    ],
    ['that is there already', 'the same', { active: turnOf('new') }, {}],
    ['again, while it is under way', 'the same', front, { retryOf: 't' }],
  ])('%s: %j', (_where, expected, entry, payload) => {
    expect(submitted(entry, payload)).toEqual(expected)
  })
  test.each<[string, string, Partial<ConversationTurns>, 'queue' | 'send', number | null]>([
    ['goes at once, where the app says so', 'sending', front, 'send', null],
    [
      'goes at once behind one that the server holds',
      'sending',
      { ...front, queue: [turnOf('held')] },
      'send',
      null,
    ],
    ['waits behind one that is held', 'unsent', { ...front, queue: [turnOf('held')] }, 'send', NOW + 1],
    ['goes, where the hold is over', 'sending', { ...front, queue: [turnOf('held')] }, 'send', NOW],
    ['goes, where nothing is held', 'sending', front, 'send', NOW + 1],
    ['waits, where the app says so', 'unsent', front, 'queue', null],
  ])('behind a turn %s: it is %s', (_where, sendState, entry, sendWhileBusy, until) => {
    const queueHold = until === null ? null : { until, why: 'limit' as const }
    const conversations = stateOf([conversation({ queueHold })])
    const ctx = context({ config: { ...config, sendWhileBusy }, conversations })
    const after = submit(ctx, turnsOf(entry), { turnId: 'new', conversationId: 'c', input: 'x' })
    expect(entryIn(after).queue.at(-1)).toMatchObject({ turnId: 'new', sendState })
  })
  test.each<[string, number | null, Partial<ConversationTurns>, object, boolean]>([
    ['of a shared queue', NOW, {}, { shared: true }, true],
    ['of a shared queue, behind a turn', null, front, { shared: true }, true],
    ['of a shared queue, where there is no check', null, {}, { shared: true }, false],
    ['behind a turn', null, front, {}, true],
    ['while the session is being stopped', null, { stopsInFlight: [wide(NOW)] }, {}, true],
  ])('%s has its conversation checked at: %p', (_what, checkAt, entry, payload, isChecked) => {
    const ctx = isChecked ? context() : context({ config: unchecked })
    const prompt = { turnId: 'new', conversationId: 'c', input: 'x', ...payload }
    expect(entryIn(submit(ctx, turnsOf(entry), prompt)).checkAt).toBe(checkAt)
  })
  test('while sending is not allowed waits', () => {
    expect(submitted(null, {}, { isSendingAllowed: false })).toEqual([null, 'new unsent'])
  })
})

test.each([
  ['it goes on', [], 't'],
  ['a retry of it goes on', [text('retry', { retryOf: 'gone' })], 'retry'],
  ['a retry of another goes on', [text('retry', { retryOf: 'x' })], undefined],
  ['a retry of it has ended', [text('over', { retryOf: 'gone' })], undefined],
])('what is retried is under way where %s', (_what, texts, turnId) => {
  const turns = turnsOf({ active: turnOf('t'), queue: [unsent('retry')] })
  const conversations = stateOf([conversation({ texts })])
  const retryOf = texts.length === 0 ? 't' : 'gone'
  expect(retryUnderWay({ conversations }, turns, { conversationId: 'c', retryOf })?.turnId).toBe(turnId)
  expect(retryUnderWay({ conversations }, turns, { conversationId: 'c' })).toBeUndefined()
})

describe('a message that is claimed', () => {
  const claimed = (change: Partial<Turn>, payload: object = {}, entry: Partial<ConversationTurns> = {}) => {
    const before = turnsOf({ queue: [unsent('u', change)], ...entry })
    const claim = { turnId: 'u', conversationId: 'c', nonce: 'n', ...payload }
    const after = claimSend(context(), before, claim)
    return after === before ? 'the same' : entryIn(after).active
  }
  const sent = { sendState: 'sending', sendNonce: 'n', sentAt: NOW, startedAt: NOW, limitAt: NOW + 5_000 }
  test('leaves where it may; elsewhere it has left, whatever stands here', () => {
    expect(claimed({})).toMatchObject(sent)
    expect(claimed({}, {}, { checkAt: NOW })).toBe('the same')
    expect(claimed({}, { elsewhere: true }, { checkAt: NOW })).toMatchObject(sent)
    expect(claimed({ sendState: 'sending' }, { elsewhere: true })).toBe('the same')
  })
  test('by a tab that tells no more of it is taken as accepted', () => {
    const accepted = { sendState: 'accepted', sendNonce: null, acceptedAt: NOW }
    expect(claimed({}, { elsewhere: true, nonce: '' })).toMatchObject(accepted)
  })
  test('with its place granted does not wait for the time when it would ask again', () => {
    expect(claimed({ notBefore: NOW + 5 })).toBe('the same')
    expect(claimed({ notBefore: NOW + 5 }, { granted: true })).toMatchObject(sent)
  })
})

describe('a place in a shared queue', () => {
  const ids = { turnId: 'u', conversationId: 'c' }
  const waiting = turnsOf({ queue: [unsent('u')] })
  const left = turnsOf({ queue: [turnOf('u')] })
  test('is asked for again at its time, for what has not left', () => {
    expect(entryIn(startQueueClaim(waiting, { ...ids, retryAt: 77 })).queue[0]?.notBefore).toBe(77)
    expect(startQueueClaim(left, { ...ids, retryAt: 77 })).toBe(left)
  })
  test('that is refused for good gives the message back', () => {
    const given = lastEnded(failQueueClaim(context(), waiting, ids), 'c')
    expect(given).toMatchObject({
      outcome: 'undelivered',
      grade: 'inferred',
      error: { code: 'queue_claim_failed' },
    })
    expect(failQueueClaim(context(), left, ids)).toBe(left)
  })
})
