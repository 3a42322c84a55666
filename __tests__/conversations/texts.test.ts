/** Where a text stands after each thing that may become of its turn or request. */
import {
  abandonRequests,
  acceptSteer,
  giveBackUnread,
  reviveTexts,
  settleTexts,
  withDraft,
  withText,
  withoutDraft,
  withoutText,
} from '../../src/conversations/texts'
import { initialTurns } from '../../src/state/turns'
import type { Conversation, EndedTurn, SendState } from '../../src/types'
import { turnOf, turnsOf } from '../turns/parts'
import { conversation, draft, question, record, text } from './parts'

const AT = 2_000
const back = draft('t1', { at: AT })
const other = { texts: [text('t2')], drafts: [draft('t3')] }
const live = turnsOf({ active: turnOf('t1') })

describe('a text stands once', () => {
  const there = conversation({ texts: [text('t1'), text('t2')], drafts: [draft('d1'), draft('d2')] })
  test('one that is known is not added', () => {
    expect(withText(there, text('t1', { input: 'another' }))).toBe(there)
    expect(withText(there, text('t4')).texts).toEqual([text('t1'), text('t2'), text('t4')])
    expect(withDraft(there, draft('t1'))).toBe(there)
    expect(withDraft(there, draft('d1', { input: 'another' }))).toBe(there)
    expect(withDraft(there, draft('d4')).drafts).toEqual([draft('d1'), draft('d2'), draft('d4')])
  })
  test('one that is taken away leaves the others, and one that is not there changes nothing', () => {
    expect(withoutText(there, 't1')).toEqual({ ...there, texts: [text('t2')] })
    expect(withoutText(there, 'd1')).toBe(there)
    expect(withoutDraft(there, 'd1')).toEqual({ ...there, drafts: [draft('d2')] })
    expect(withoutDraft(there, 't1')).toBe(there)
  })
})

describe('the text of a turn that ended', () => {
  const ended = conversation({ texts: [text('t1'), ...other.texts], drafts: other.drafts })
  const lost = { started: 'no', reason: 'error', outcome: 'error' } as const
  test.each<[string, Partial<EndedTurn>, 'gone' | 'no' | 'unknown']>([
    ['unsent', { ...lost, sendState: 'unsent' }, 'no'],
    ['refused', { ...lost, sendState: 'refused' }, 'no'],
    ['sending', { ...lost, sendState: 'sending' }, 'unknown'],
    ['unconfirmed', { ...lost, sendState: 'unconfirmed' }, 'unknown'],
    ['accepted', { ...lost, sendState: 'accepted' }, 'gone'],
    ['held back by the server', { ...lost, sendState: 'server_queued' }, 'unknown'],
    ['that was seen at work', { ...lost, sendState: 'sending', started: 'named' }, 'gone'],
    ['that was guessed to be at work', { ...lost, sendState: 'sending', started: 'unnamed' }, 'unknown'],
    ['complete', { started: 'no', sendState: 'sending' }, 'gone'],
    ['complete by inference', { started: 'no', sendState: 'sending', grade: 'inferred' }, 'unknown'],
    ['not delivered, though accepted', { ...lost, outcome: 'undelivered' }, 'unknown'],
    ['not delivered, never sent', { ...lost, outcome: 'undelivered', sendState: 'unsent' }, 'no'],
    ['not delivered, in flight', { ...lost, outcome: 'undelivered', sendState: 'sending' }, 'unknown'],
  ])('%s', (_name, change, arrived) => {
    const settled = settleTexts(ended, record('t1', change), false)
    expect(settled).toEqual({
      ...ended,
      texts: other.texts,
      drafts: arrived === 'gone' ? other.drafts : [...other.drafts, { ...back, arrived }],
    })
  })
  test('a hidden one is not given back', () => {
    const hidden = conversation({ texts: [text('t1', { hidden: true })] })
    expect(settleTexts(hidden, record('t1', { ...lost, sendState: 'unsent' }), false)).toEqual(conversation())
  })
  const draftOf = (sendState: SendState, corrected: boolean): Conversation =>
    settleTexts(
      conversation({ drafts: [back, draft('t3')] }),
      record('t1', { ...lost, sendState, corrected }),
      false,
    )
  test('a draft goes where the end is set right and its text had arrived', () => {
    expect(draftOf('accepted', true).drafts).toEqual([draft('t3')])
    expect(draftOf('accepted', false).drafts).toEqual([back, draft('t3')])
    expect(draftOf('sending', true).drafts).toEqual([back, draft('t3')])
  })
})

describe('the error of a turn that ended', () => {
  const bad = { message: 'bad', code: 'odd' }
  const failed = record('t1', { outcome: 'error', reason: 'error', error: bad })
  const line = { at: AT, kind: 'error', message: 'bad', code: 'odd', turnId: 't1' }
  const earlier = { message: 'earlier', turnId: 't1' }
  test('is shown and logged; where a newer turn runs it is only logged', () => {
    expect(settleTexts(conversation(), failed, false)).toEqual(
      conversation({ lastError: { ...bad, turnId: 't1' }, log: [line] }),
    )
    expect(settleTexts(conversation({ lastError: earlier }), failed, true)).toEqual(
      conversation({ lastError: earlier, log: [line] }),
    )
  })
  test.each<[EndedTurn['outcome'], string, boolean]>([
    ['complete', 't1', false],
    ['cancelled', 't1', false],
    ['complete', 't2', true],
    ['interrupted', 't1', true],
  ])('%s: an error of %s is still shown: %p', (outcome, turnId, isShown) => {
    const was = conversation({ lastError: { ...earlier, turnId } })
    expect(settleTexts(was, record('t1', { outcome }), false).lastError).toEqual(
      isShown ? was.lastError : null,
    )
  })
  test('goes with an end that is taken back, and so does the draft', () => {
    const was = conversation({ ...other, lastError: earlier, drafts: [back, draft('t3')] })
    expect(reviveTexts(was, failed)).toEqual(
      conversation({ texts: [text('t2'), text('t1')], drafts: [draft('t3')] }),
    )
    const elsewhere = { ...was, lastError: { ...earlier, turnId: 't2' } }
    expect(reviveTexts(elsewhere, failed).lastError).toEqual({ ...earlier, turnId: 't2' })
  })
})

describe('a steer', () => {
  const steer = text('s', { isSteer: true, into: 't1', nonce: 'n' })
  const there = conversation({ texts: [text('t1'), steer], drafts: [draft('t3')] })
  const given = draft('s', { at: AT, kind: 'steer' })
  test('that is read at once is with the agent', () => {
    expect(acceptSteer(there, steer, false, live, AT)).toEqual({ ...there, texts: [text('t1')] })
  })
  test('that is read by and by is kept while its turn goes on', () => {
    const { nonce: _, ...unread } = { ...steer, isUnread: true }
    expect(acceptSteer(there, steer, true, live, AT)).toEqual({ ...there, texts: [text('t1'), unread] })
  })
  test.each([
    ['of a turn that is over', steer],
    ['of nobody', text('s', { isSteer: true, nonce: 'n' })],
  ])('that is read by and by, %s, may have arrived', (_name, one) => {
    const was = conversation({ texts: [text('t1'), one], drafts: [draft('t3')] })
    expect(acceptSteer(was, one, true, initialTurns, AT)).toEqual(
      conversation({ texts: [text('t1')], drafts: [draft('t3'), given] }),
    )
  })
  test('that nobody was seen to read is given back with the end of its turn, or of the one that it was merged into', () => {
    const unread = conversation({ texts: [{ ...steer, isUnread: true }, text('t2')] })
    expect(giveBackUnread(unread, live, AT)).toBe(unread)
    const merged = turnsOf({ active: turnOf('t0', { mergedTurnIds: ['t1'] }) })
    expect(giveBackUnread(unread, merged, AT)).toBe(unread)
    expect(giveBackUnread(unread, initialTurns, AT)).toEqual(
      conversation({ texts: [text('t2')], drafts: [given] }),
    )
    expect(giveBackUnread(there, initialTurns, AT)).toBe(there)
  })
})

describe('requests of another keeper', () => {
  const answering = question('q1', { state: 'answering', nonce: 'n' })
  test('questions wait again, and what was sent may have arrived', () => {
    const was = conversation({
      texts: [
        text('t1'),
        text('s', { isSteer: true }),
        text('a', { answers: 'q1' }),
        text('u', { isSteer: true, isUnread: true }),
      ],
      questions: [answering, question('q2', { state: 'expired' })],
    })
    expect(abandonRequests(was, AT)).toEqual(
      conversation({
        texts: [text('t1'), text('u', { isSteer: true, isUnread: true })],
        drafts: [draft('s', { at: AT, kind: 'steer' }), draft('a', { at: AT, kind: 'answer' })],
        questions: [question('q1'), question('q2', { state: 'expired' })],
      }),
    )
  })
  test.each<[string, Partial<Conversation>, boolean]>([
    ['a question that is answered', { questions: [answering] }, true],
    ['one that waits', { questions: [question('q1')] }, false],
    ['a steer', { texts: [text('s', { isSteer: true })] }, true],
    ['one that the server has', { texts: [text('s', { isSteer: true, isUnread: true })] }, false],
    ['a prompt', { texts: [text('t1')] }, false],
  ])('%s alone: %p', (_name, said, changes) => {
    const was = conversation(said)
    expect(abandonRequests(was, AT) !== was).toBe(changes)
  })
})
