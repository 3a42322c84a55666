/** Questions: shown once, told again, open until they are over. */
import {
  closeQuestions,
  editQuestion,
  expireQuestions,
  expiryOf,
  openQuestion,
  shiftQuestions,
} from '../../src/conversations/questions'
import type { AskedQuestion } from '../../src/conversations/questions'
import { QUESTIONS_PER_CONVERSATION } from '../../src/state/config'
import { conversationOf, questionKey } from '../../src/state/conversations'
import type { ConversationsState, Question } from '../../src/types'
import { conversation, draft, line, names, ofQuestions as of, question, shown, stateOf } from './parts'

const AT = 2_000
const SEQ = 7

test.each([
  [{}, null],
  [{ expiresInMs: 5 }, AT + 5],
  [{ expiresInMs: 0 }, null],
  [{ expiresAt: AT + 1 }, AT + 1],
  [{ expiresAt: AT }, null],
  [{ expiresInMs: 5, expiresAt: AT + 9 }, AT + 5],
])('%o can be answered until %p', (told, until) => {
  expect(expiryOf(told, AT)).toBe(until)
})

describe('a question that is asked', () => {
  const asked: AskedQuestion = { requestId: 'q1', askerId: 't1' }
  const open = (state: ConversationsState, more: Partial<AskedQuestion> = {}, seq = SEQ) =>
    openQuestion(state, 'c', { ...asked, ...more }, AT, seq)
  const fresh = question('q1', { at: AT, seq: SEQ })

  test('is shown behind the others', () => {
    const state = of([question('q0'), question('q1', { askerId: 't2' })])
    expect(shown(open(state))).toEqual([...shown(state), fresh])
    expect(shown(open(state, { kind: 'secret', prompt: '?', expiresAt: 9 })).at(-1)).toEqual({
      ...fresh,
      kind: 'secret',
      prompt: '?',
      expiresAt: 9,
    })
  })
  test('is not shown where it was closed before, by that asker', () => {
    const closed = of([], { closedQuestions: [questionKey('t1', 'q1')] })
    expect(open(closed)).toBe(closed)
    expect(names(open(closed, { askerId: 't2' }))).toEqual(['q1 of t2'])
  })
  test('takes the place of one of the same asker whose id was not known', () => {
    expect(names(open(of([question(null), question(null, { askerId: 't2' })])))).toEqual([
      'null of t2',
      'q1 of t1',
    ])
  })
  test.each<[string, Question, boolean]>([
    ['one of the same asker waits', question('q1'), false],
    ['one of the same asker is over', question('q1', { state: 'expired' }), true],
    ['one of another asker waits', question('q1', { askerId: 't2' }), true],
  ])('without an id, where %s: shown %p', (_name, known, isShown) => {
    const state = of([known])
    const after = open(state, { requestId: null })
    expect(names(after).includes('null of t1')).toBe(isShown)
    if (!isShown) expect(after).toBe(state)
  })
  test('is left out where there are too many', () => {
    const many = Array.from({ length: QUESTIONS_PER_CONVERSATION }, (_, i) => question(`n${i}`))
    const full = of(many)
    expect(open(full)).toBe(full)
    expect(names(open(of(many.slice(1)))).at(-1)).toBe('q1 of t1')
  })

  describe('again', () => {
    test.each<[string, Partial<Question>, Partial<AskedQuestion>, number, Partial<Question>]>([
      ['later', {}, {}, SEQ, { seq: SEQ }],
      ['as of before', {}, {}, 4, {}],
      ['with a prompt', {}, { prompt: '?' }, 5, { prompt: '?' }],
      ['with another prompt', { prompt: 'first' }, { prompt: '?' }, 5, {}],
      ['with a time', {}, { expiresAt: 9 }, 5, { expiresAt: 9 }],
      ['with another time', { expiresAt: 8 }, { expiresAt: 9 }, 5, { expiresAt: 9 }],
      ['without the time', { expiresAt: 8 }, {}, SEQ, { seq: SEQ }],
      ['while it is answered', { state: 'answering', nonce: 'n' }, { expiresAt: 9 }, 5, { expiresAt: 9 }],
      ['when its time was over, later', { state: 'expired', expiresAt: 8 }, {}, SEQ, { seq: SEQ }],
      [
        'when its time was over, with a new one',
        { state: 'expired', expiresAt: 8 },
        { expiresAt: 9 },
        4,
        { state: 'open', at: AT, expiresAt: 9 },
      ],
      [
        'when its time was over, in a listing that left since',
        { state: 'expired', expiresAt: 8 },
        { isListed: true },
        5,
        { state: 'open', at: AT, expiresAt: null },
      ],
      [
        'when its time was over, in an old listing',
        { state: 'expired', expiresAt: 8 },
        { isListed: true },
        4,
        {},
      ],
    ])('%s', (_name, known, more, seq, change) => {
      const state = of([question('q0'), question('q1', known), question('q2')])
      const after = open(state, more, seq)
      expect(shown(after)).toEqual([question('q0'), question('q1', { ...known, ...change }), question('q2')])
      expect(after === state).toBe(Object.keys(change).length === 0)
    })
  })
})

test('the time of a question is over', () => {
  const state = of([
    question('q1', { expiresAt: AT }),
    question('q2', { expiresAt: AT + 1 }),
    question('q3'),
    question('q4', { expiresAt: AT, state: 'answering' }),
  ])
  const after = expireQuestions(state, 'c', AT, SEQ)
  expect(shown(after)).toEqual([{ ...shown(state)[0], state: 'expired', seq: SEQ }, ...shown(state).slice(1)])
  expect(expireQuestions(after, 'c', AT, SEQ)).toBe(after)
})

test('those that are over are closed for good, where they have an id', () => {
  const state = of([question('q1'), question(null), question('q2')])
  const after = closeQuestions(state, 'c', ({ requestId }) => requestId !== 'q2')
  expect(conversationOf(after, 'c')).toEqual(
    conversation({ questions: [question('q2')], log: [line('kept')] }),
  )
  expect(after.closedQuestions).toEqual([questionKey('t1', 'q1')])
  expect(closeQuestions(state, 'c', () => false)).toBe(state)
})

test('one question is changed', () => {
  const state = of([question('q1'), question('q2')])
  const change = (one: Question) => ({ ...one, prompt: 'new' })
  expect(shown(editQuestion(state, 'c', ({ requestId }) => requestId === 'q2', change))).toEqual([
    question('q1'),
    question('q2', { prompt: 'new' }),
  ])
  expect(editQuestion(state, 'c', () => false, change)).toBe(state)
  expect(
    editQuestion(
      state,
      'c',
      () => true,
      (one) => one,
    ),
  ).toBe(state)
})

test('the clock was set back', () => {
  const silent = stateOf([conversation({ drafts: [draft('t1')] })])
  expect(shiftQuestions(silent, -100)).toBe(silent)
  const state = of([question('q1', { expiresAt: AT }), question('q2')])
  expect(shown(shiftQuestions(state, -100))).toEqual([
    question('q1', { at: 900, expiresAt: AT - 100 }),
    question('q2', { at: 900 }),
  ])
  expect(conversationOf(shiftQuestions(state, -100), 'c')!.log).toEqual([line('kept')])
})
