/** What is read of conversations: keys, roots, holds, questions. */
import { REMEMBERED } from '../../src/state/config'
import {
  isAsking,
  isClosedQuestion,
  isOverdue,
  isQueueHeld,
  isQueuePaused,
  isTurnless,
  keyOf,
  kindOf,
  parentOf,
  questionKey,
  rememberClosed,
  rootOf,
} from '../../src/state/conversations'
import type { Question } from '../../src/types'
import { conversation, question, stateOf, text } from '../conversations/parts'

const child = (id: string, parent: string) => ({ child: id, parent, role: 'child' as const })

test('a conversation goes by its newest key, and a helper’s is shown at its root', () => {
  const state = stateOf([], {
    aliases: [{ from: 'old', to: 'c' }],
    children: [child('kid', 'old'), child('grandkid', 'kid')],
  })
  expect(['c', 'old', 'x'].map((id) => keyOf(state, id))).toEqual(['c', 'c', 'x'])
  expect(['c', 'old', 'kid', 'grandkid', 'x'].map((id) => rootOf(state, id))).toEqual([
    'c',
    'c',
    'c',
    'c',
    'x',
  ])
  expect([parentOf(state, 'grandkid')?.parent, parentOf(state, 'c')]).toEqual(['kid', undefined])
})

test('a ring of helpers has no root, and a chain that is too long none that is found', () => {
  const ring = stateOf([], { children: [child('a', 'b'), child('b', 'a')] })
  expect(rootOf(ring, 'a')).toBe('a')
  const chain = (length: number) =>
    stateOf([], { children: Array.from({ length }, (_, i) => child(`${i}`, `${i + 1}`)) })
  expect(rootOf(chain(REMEMBERED - 1), '0')).toBe(`${REMEMBERED - 1}`)
  expect(rootOf(chain(REMEMBERED), '0')).toBe('0')
})

test.each([
  [null, false, false],
  [{ why: 'stop', until: null } as const, true, true],
  [{ why: 'limit', until: 101 } as const, false, true],
  [{ why: 'limit', until: 100 } as const, false, false],
])('a queue with %o at 100: for a person %p, held %p', (queueHold, isPaused, isHeld) => {
  const state = stateOf([conversation({ queueHold })])
  expect([isQueuePaused(state, 'c'), isQueueHeld(state, 'c', 100)]).toEqual([isPaused, isHeld])
})

test.each<[Partial<Question>, boolean, boolean]>([
  [{ expiresAt: 100 }, true, true],
  [{ expiresAt: 101 }, false, true],
  [{}, false, true],
  [{ expiresAt: 100, state: 'answering' }, false, true],
  [{ expiresAt: 100, state: 'expired' }, false, false],
])('a question with %o at 100: overdue %p, waiting %p', (change, overdue, asking) => {
  const one = question('q', change)
  expect(isOverdue(one, 100)).toBe(overdue)
  const state = stateOf([conversation({ questions: [one] })])
  expect([isAsking(state, 'c', 't1'), isAsking(state, 'c', 't2'), isAsking(state, 'd', 't1')]).toEqual([
    asking,
    false,
    false,
  ])
})

test('a text that makes no turn is a steer or an answer', () => {
  const those = [text('t'), text('s', { isSteer: true }), text('a', { answers: 'q' })]
  expect(those.map(isTurnless)).toEqual([false, true, true])
  expect(those.slice(1).map(kindOf)).toEqual(['steer', 'answer'])
})

test('a question is closed by its asker and its id; one without an id is not remembered', () => {
  const closedQuestions = rememberClosed(rememberClosed([], 'a', 'b'), null, 'b')
  const state = stateOf([], { closedQuestions })
  expect(rememberClosed(closedQuestions, 'a', null)).toBe(closedQuestions)
  expect(closedQuestions).toEqual([questionKey('a', 'b'), questionKey(null, 'b')])
  expect(isClosedQuestion(state, 'a', 'b')).toBe(true)
  expect(isClosedQuestion(state, 'ab', '')).toBe(false)
  expect(isClosedQuestion(state, 'a', null)).toBe(false)
  expect(isClosedQuestion(state, null, 'b')).toBe(true)
  expect(isClosedQuestion(state, null, 'another')).toBe(false)
})
