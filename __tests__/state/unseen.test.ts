/** Ends that nobody has seen: which are noted, as what, and when they go. */
import { forgetEnd, noteEnd, renameUnseen, restoreUnseen, seeEnds } from '../../src/conversations/unseen'
import { initialConversations } from '../../src/state/conversations'
import { REMEMBERED } from '../../src/state/config'
import type { ConversationsState, EndedTurn, EndReason, Outcome, UnseenEnd } from '../../src/types'

const end = (conversationId: string, more: Partial<EndedTurn> = {}): EndedTurn =>
  ({
    conversationId,
    turnId: `t-${conversationId}`,
    reason: 'complete',
    outcome: 'complete',
    corrected: false,
    ...more,
  }) as EndedTurn
const unseen = (conversationId: string, why: UnseenEnd['why'] = 'finished'): UnseenEnd => ({
  conversationId,
  turnId: `t-${conversationId}`,
  why,
})
const stateOf = (...those: readonly UnseenEnd[]): ConversationsState => ({
  ...initialConversations,
  unseen: those,
})
const keysOf = (state: ConversationsState) => state.unseen.map(({ conversationId }) => conversationId)

test.each<[Outcome, EndReason, UnseenEnd['why'] | null]>([
  ['complete', 'complete', 'finished'],
  ['unknown', 'rescued', 'finished'],
  ['error', 'error', 'failed'],
  ['undelivered', 'undelivered', 'failed'],
  ['interrupted', 'interrupted', 'failed'],
  ['cancelled', 'cancelled', null],
  ['merged', 'complete', null],
  ['interrupted', 'superseded', null],
])('%s, %s: %s', (outcome, reason, why) => {
  const noted = noteEnd(stateOf(unseen('a')), end('c', { outcome, reason }))
  expect(noted.unseen).toEqual([unseen('a'), ...(why ? [unseen('c', why)] : [])])
})

test('where the user looks nothing is noted', () => {
  const viewed = { ...stateOf(), viewedId: 'c' }
  expect(noteEnd(viewed, end('c'))).toBe(viewed)
  expect(keysOf(noteEnd(viewed, end('d')))).toEqual(['d'])
})

test('the newest end of a conversation is noted, once', () => {
  const state = noteEnd(stateOf(unseen('c'), unseen('d')), end('c', { turnId: 'newer', outcome: 'error' }))
  expect(state.unseen).toEqual([unseen('d'), { conversationId: 'c', turnId: 'newer', why: 'failed' }])
})

test('an end that a person has seen to takes its own note away, and no other', () => {
  const state = stateOf(unseen('c'), unseen('d'))
  const cancelled = { outcome: 'cancelled', reason: 'cancelled' } as const
  expect(keysOf(noteEnd(state, end('c', cancelled)))).toEqual(['d'])
  expect(noteEnd(state, end('c', { ...cancelled, turnId: 'other' }))).toBe(state)
})

test('one that is set right is noted where it was before, and nowhere else', () => {
  const corrected = { corrected: true, outcome: 'error', reason: 'error' } as const
  expect(noteEnd(stateOf(), end('c', corrected)).unseen).toEqual([])
  expect(noteEnd(stateOf(unseen('c')), end('c', corrected)).unseen).toEqual([unseen('c', 'failed')])
})

test('so many are remembered: the oldest goes', () => {
  const all = Array.from({ length: REMEMBERED }, (_, i) => unseen(`c${i}`))
  const noted = noteEnd(stateOf(...all), end('new'))
  expect([noted.unseen.length, noted.unseen[0], noted.unseen.at(-1)]).toEqual([
    REMEMBERED,
    all[1],
    unseen('new'),
  ])
  const again = noteEnd(stateOf(...all), end('c0'))
  expect([again.unseen.length, again.unseen[0], again.unseen.at(-1)]).toEqual([REMEMBERED, all[1], all[0]])
  const restored = restoreUnseen(stateOf(...all), [unseen('kept')])
  expect([restored.unseen.length, restored.unseen[0]]).toEqual([REMEMBERED, all[0]])
})

test('what was seen goes; where there is nothing the state stays the same', () => {
  const state = stateOf(unseen('c'), unseen('d'))
  expect(keysOf(seeEnds(state, 'c'))).toEqual(['d'])
  expect(seeEnds(state, 'e')).toBe(state)
})

test('an end that was taken back is not to be seen', () => {
  const state = stateOf(unseen('c'), unseen('d'))
  expect(keysOf(forgetEnd(state, end('c')))).toEqual(['d'])
  expect(forgetEnd(state, end('c', { turnId: 'older' }))).toBe(state)
  expect(forgetEnd(state, end('e'))).toBe(state)
})

test('what was kept over a reload comes back, behind what is newer', () => {
  const state = { ...stateOf(unseen('c', 'failed')), viewedId: 'v' }
  const kept = [unseen('v'), unseen('c'), { ...unseen('k', 'failed'), more: 1 }]
  expect(restoreUnseen(state, kept).unseen).toEqual([unseen('k', 'failed'), unseen('c', 'failed')])
  expect(restoreUnseen(state)).toBe(state)
  expect(restoreUnseen(state, [unseen('v')])).toBe(state)
})

test('a conversation that goes by another key takes its note along', () => {
  const state = stateOf(unseen('c'), unseen('d'), unseen('e'))
  expect(renameUnseen(state, 'c', 'x').map(({ conversationId }) => conversationId)).toEqual(['x', 'd', 'e'])
  expect(renameUnseen(state, 'c', 'd').map(({ conversationId, turnId }) => [conversationId, turnId])).toEqual(
    [
      ['d', 't-c'],
      ['e', 't-e'],
    ],
  )
  expect(renameUnseen(state, 'x', 'd')).toBe(state.unseen)
})
