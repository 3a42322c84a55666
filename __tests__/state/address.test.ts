/** Laws 2 and 14: what a signal names in the conversation of a helper. */
import { resolveAddress } from '../../src/state/address'
import { endedRunKey, initialTurns, patchEntry } from '../../src/state/turns'
import type { Address, ConversationTurns, TurnsState } from '../../src/types'
import { record, stateOf } from '../conversations/parts'
import { helper, turnOf, turnsOf } from '../turns/parts'

const conversations = stateOf([], { children: [{ child: 'kid', parent: 'c', role: 'child' }] })
const targetIn = (turns: TurnsState, address: Address) => resolveAddress(turns, conversations, address)

describe('in the conversation of a helper', () => {
  const turn = (turnId: string) => turnOf(turnId, { conversationId: 'kid' })
  test.each<[string, string, Partial<ConversationTurns>]>([
    ['nothing goes on', 'background', {}],
    ['only a check is due', 'background', { checkAt: 1 }],
    ['a turn of a person’s runs', 'conversation', { active: turn('t') }],
    ['a turn of a person’s waits', 'conversation', { queue: [turn('t')] }],
  ])('where %s, what names only the conversation is about a %s', (_what, kind, entry) => {
    const turns = patchEntry(initialTurns, 'kid', entry)
    expect(targetIn(turns, { conversationId: 'kid' })).toMatchObject({
      kind,
      key: kind === 'background' ? 'c' : 'kid',
    })
  })

  const ended = record('t', { conversationId: 'kid', runs: ['r'] })
  test.each<[string, Omit<Address, 'conversationId'>, object]>([
    ['a turn', { turnId: 't' }, { kind: 'ended', ended }],
    ['a run of it', { runId: 'r' }, { kind: 'ended', ended }],
    ['both', { turnId: 't', runId: 'r' }, { kind: 'ended', ended }],
    ['neither', {}, { kind: 'background', runId: 'kid' }],
    ['a run of its own', { runId: 'other' }, { kind: 'background', runId: 'kid' }],
  ])('a late signal of a person’s turn that ended there: it names %s', (_what, names, expected) => {
    const turns = { ...initialTurns, ended: [ended] }
    expect(targetIn(turns, { conversationId: 'kid', ...names })).toMatchObject(expected)
  })
})

test.each<[string, boolean, TurnsState]>([
  ['was never heard of', false, initialTurns],
  ['runs', false, turnsOf({ backgroundRuns: [helper()] })],
  ['has ended', true, { ...initialTurns, endedRuns: [endedRunKey('c', 'h')] }],
  [
    'has ended, and was started again',
    false,
    { ...turnsOf({ backgroundRuns: [helper()] }), endedRuns: [endedRunKey('c', 'h')] },
  ],
  [
    'has the name of one elsewhere that has ended',
    false,
    { ...initialTurns, endedRuns: [endedRunKey('d', 'h')] },
  ],
])('a helper that %s: it is over %p', (_what, isOver, turns) => {
  const target = targetIn(turns, { conversationId: 'c', runId: 'h', role: 'child' })
  expect(target).toMatchObject({ kind: 'background', isOver })
})
