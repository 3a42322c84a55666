/** Law 15: one key points at one turn. What happens to a turn leaves the keys alone that point at another. */
import { leaveOtherKeys, pointTo } from '../../src/turns/otherKeys'
import type { ConversationTurns } from '../../src/types'
import { entryIn, turnOf, turnsOf } from './parts'

const turn = turnOf('t', { otherKeys: ['old'] })
const there = { turnId: 't', conversationId: 'c' }
const oldKey = (turnId: string | null) => {
  const movedTurn: ConversationTurns['movedTurn'] = turnId === null ? null : { turnId, conversationId: 'x' }
  return turnsOf({ movedTurn, checkAt: 5 }, 'old')
}

test.each([
  ['it', 't', there],
  ['the turn from elsewhere that was it all along', 'former', there],
  ['another turn', 'another', 'the same'],
  ['none', null, 'the same'],
])(
  'a turn has moved on; an old key of its that pointed at %s (%p) points at: %j',
  (_what, turnId, expected) => {
    const before = oldKey(turnId)
    const after = pointTo(before, turn, 'former')
    expect(after === before ? 'the same' : entryIn(after, 'old').movedTurn).toEqual(expected)
  },
)

test.each([
  ['it', 't', ['old']],
  ['another turn', 'another', []],
  ['none', null, []],
])(
  'a turn has ended; under an old key of its that pointed at %s (%p) what waits goes on: %j',
  (_what, turnId, keys) => {
    const before = oldKey(turnId)
    const goneOn: string[] = []
    const after = leaveOtherKeys(before, turn, (turns, key) => {
      goneOn.push(key)
      return turns
    })
    expect(goneOn).toEqual(keys)
    expect(entryIn(after, 'old').movedTurn).toEqual(keys.length > 0 ? null : entryIn(before, 'old').movedTurn)
  },
)
