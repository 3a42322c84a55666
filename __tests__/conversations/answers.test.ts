/** What becomes of a question, and of a text that was typed as its answer, with each answer of the port. */
import {
  acceptAnswer,
  claimAnswer,
  loseAnswer,
  refuseAnswer,
  resolveQuestion,
} from '../../src/conversations/answers'
import { conversationOf, questionKey } from '../../src/state/conversations'
import type { ConversationsState, UnseenEnd } from '../../src/types'
import { turnOf, turnsOf } from '../turns/parts'
import { conversation, draft, question, stateOf, text } from './parts'

const AT = 2_000
const reply = { conversationId: 'c', requestId: 'q1', nonce: 'n' }
const typed = text('a', { answers: 'q1', nonce: 'n' })
const answering = question('q1', { state: 'answering', nonce: 'n' })
const others = [question('q2', { askerId: 't2' })]
const back = draft('a', { at: AT, kind: 'answer' })
const was = conversation({ questions: [answering, ...others], texts: [text('t2'), typed] })
const state = stateOf([conversation({ drafts: [draft('x')] }, 'd'), was])
const closed = [questionKey('t1', 'q1')]

const seen = (after: ConversationsState, key = 'c') => conversationOf(after, key)
const rest = { questions: others, texts: [text('t2')] }
const shown = (message: string, code: string) => ({ lastError: { message, code, turnId: null } })

describe('a person answers', () => {
  const open = stateOf([conversation({ questions: [...others, question('q1')], drafts: [draft('a')] })])
  const claim = { ...reply, typed: { turnId: 'a', input: 'text of a' } }
  test('the question waits for what becomes of it, and of others nothing changes', () => {
    expect(seen(claimAnswer(open, reply))).toEqual(
      conversation({ questions: [...others, answering], drafts: [draft('a')] }),
    )
  })
  test('a text that was typed goes along: it is no draft, errors are gone, ends are seen', () => {
    const unseen: UnseenEnd[] = [{ conversationId: 'c', turnId: 't0', why: 'finished' }]
    const failed = stateOf(
      [conversation({ questions: [question('q1')], drafts: [draft('a')], ...shown('bad', 'odd') })],
      { unseen },
    )
    const after = claimAnswer(failed, claim)
    expect(seen(after)).toEqual(conversation({ questions: [answering], texts: [typed] }))
    expect(after.unseen).toEqual([])
  })
  test.each([
    ['one that is answered', question('q1', { state: 'answering', nonce: 'other' })],
    ['one whose time is over', question('q1', { state: 'expired' })],
    ['another', question('q3')],
  ])('%s is left as it is, and the text stays where it is', (_name, one) => {
    const taken = stateOf([conversation({ questions: [one], drafts: [draft('a')] })])
    expect(claimAnswer(taken, claim)).toBe(taken)
  })
})

describe('it arrived', () => {
  test('the question is closed for good, and the text is with the agent', () => {
    const after = acceptAnswer(state, reply, AT)
    expect(seen(after)).toEqual(conversation(rest))
    expect(after.closedQuestions).toEqual(closed)
  })
  test('the answer to another request of the same question leaves the text', () => {
    const after = acceptAnswer(state, { ...reply, nonce: 'other' }, AT)
    expect(seen(after)).toEqual(conversation({ ...rest, texts: was.texts }))
  })
  test('without a request it is about the question alone', () => {
    expect(seen(acceptAnswer(state, { conversationId: 'c', requestId: 'q1' }, AT))).toEqual(
      conversation({ ...rest, texts: was.texts }),
    )
  })
})

describe('it was refused', () => {
  const refuse = (reason: 'gone' | 'already_resolved' | 'error', more: object = {}) =>
    refuseAnswer(state, { ...reply, reason, ...more }, AT)
  const given = { ...rest, drafts: [{ ...back, arrived: 'no' as const }] }
  test('gone: the question is closed, and a person is told', () => {
    const after = refuse('gone')
    expect(seen(after)).toEqual(
      conversation({
        ...given,
        ...shown('The question is gone: its asker is no longer there.', 'question_gone'),
      }),
    )
    expect(after.closedQuestions).toEqual(closed)
  })
  test('already resolved: it is closed, and nobody is told', () => {
    const after = refuse('already_resolved')
    expect(seen(after)).toEqual(conversation(given))
    expect(after.closedQuestions).toEqual(closed)
  })
  test.each([
    ['no word', {}, shown('The answer was refused.', 'answer_refused')],
    ['its own word', { error: { message: 'no' } }, shown('no', 'answer_refused')],
    ['its own code', { error: { message: 'no', code: 'odd' } }, shown('no', 'odd')],
  ])('any other refusal, %s: the question waits again', (_name, more, error) => {
    const after = refuse('error', more)
    expect(seen(after)).toEqual(conversation({ ...given, ...error, questions: [question('q1'), ...others] }))
    expect(after.closedQuestions).toEqual([])
  })
  test('of another request: only its own text is given back', () => {
    expect(seen(refuse('error', { nonce: 'other' }))).toEqual(was)
    expect(seen(refuse('error', { requestId: 'q9' }))).toEqual(
      conversation({ ...was, ...given, questions: was.questions }),
    )
  })
})

describe('nobody knows whether it arrived', () => {
  const given = { ...rest, drafts: [back], questions: [question('q1'), ...others] }
  test.each([
    ['no word', {}, shown('It is not known whether the answer arrived.', 'answer_lost')],
    ['a word', { error: { message: 'cut' } }, shown('cut', 'answer_lost')],
    ['a code', { error: { message: 'cut', code: 'odd' } }, shown('cut', 'odd')],
  ])('%s: the question waits again, and the text may have arrived', (_name, more, error) => {
    expect(seen(loseAnswer(state, { ...reply, ...more }, AT))).toEqual(conversation({ ...given, ...error }))
  })
  test('of another request, or a question that is not there: nothing is told', () => {
    expect(loseAnswer(state, { ...reply, nonce: 'other' }, AT)).toBe(state)
    const gone = stateOf([conversation({ texts: [typed] })])
    expect(seen(loseAnswer(gone, reply, AT))).toEqual(conversation({ drafts: [back] }))
  })
})

describe('where it stands by now', () => {
  const elsewhere = { ...was, conversationId: 'e' }
  const moved = conversation({ questions: [answering] }, 'e')
  test.each([
    ['the question and its text', elsewhere],
    ['the question', moved],
    ['the text', conversation({ texts: [typed] }, 'e')],
  ])('%s: in another conversation, whichever else there is', (_name, there) => {
    const spread = stateOf([
      conversation({ questions: [question('q1')] }),
      conversation({ texts: [text('t9', { nonce: 'other' })], questions: [question('q9')] }, 'd'),
      there,
    ])
    const after = acceptAnswer(spread, reply, AT)
    expect([seen(after, 'c'), seen(after, 'd')]).toEqual([seen(spread, 'c'), seen(spread, 'd')])
    expect(seen(after, 'e')).toEqual(there === elsewhere ? conversation(rest, 'e') : undefined)
  })
  test('where it is said to be, if it is there', () => {
    const both = stateOf([
      conversation({ questions: [answering] }, 'a'),
      conversation({ questions: [answering] }),
    ])
    expect([seen(acceptAnswer(both, reply, AT), 'a'), seen(acceptAnswer(both, reply, AT))]).toEqual([
      seen(both, 'a'),
      undefined,
    ])
  })
})

describe('a question is closed', () => {
  const asked = [question('q1'), question(null), question('q2', { askerId: 't2' })]
  const others = ['b', 'd'].map((key) => conversation({ questions: [question('x')] }, key))
  const many = stateOf([...others, conversation({ questions: asked })])
  const turns = turnsOf({ active: turnOf('t1') })
  const left = (after: ConversationsState) =>
    seen(after)?.questions.map(({ requestId, askerId }) => `${requestId} of ${askerId}`)
  test.each<[string, object, readonly string[]]>([
    ['by its id', { conversationId: 'c', requestId: 'q1' }, ['null of t1', 'q2 of t2']],
    ['by its id alone', { requestId: 'q2' }, ['q1 of t1', 'null of t1']],
    ['by its asker', { conversationId: 'c', turnId: 't1' }, ['q2 of t2']],
    ['by its asker, who is the active turn', { conversationId: 'c' }, ['q2 of t2']],
    ['by its asker and id', { turnId: 't1', requestId: 'q1' }, ['null of t1', 'q2 of t2']],
    [
      'by an asker who is not there',
      { conversationId: 'c', turnId: 'nobody' },
      ['q1 of t1', 'null of t1', 'q2 of t2'],
    ],
    ['by an id that nobody asked', { requestId: 'q9' }, ['q1 of t1', 'null of t1', 'q2 of t2']],
  ])('%s', (_name, payload, expected) => {
    const after = resolveQuestion(many, payload, turns)
    expect(left(after)).toEqual(expected)
    expect(after === many).toBe(expected.length === 3)
  })
  test('without turns to look at, an id is needed', () => {
    expect(left(resolveQuestion(many, { conversationId: 'c', requestId: 'q1' }))).toEqual([
      'null of t1',
      'q2 of t2',
    ])
    expect(resolveQuestion(many, { conversationId: 'c' })).toBe(many)
  })
})
