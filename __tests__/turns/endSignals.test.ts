/** Law 4 without a status check: endings that name no turn, and how many of them are those of turns that have ended already. */
import { endUnnamed } from '../../src/turns/endSignals'
import { endOf } from '../../src/turns/ends'
import { lastEnded } from '../../src/state/turns'
import type { ConversationTurns } from '../../src/types'
import { context, entryIn, turnOf, turnsOf, unchecked } from './parts'

type Expected = ConversationTurns['expectedIdles']

test.each<[Expected, boolean, Expected]>([
  [null, true, null],
  [{ count: 2, open: true }, false, { count: 1, open: true }],
  [{ count: 1, open: false }, false, { count: 0, open: false }],
  [{ count: 0, open: false }, true, null],
])('an idle, while %j are expected, ends the active turn: %p; then %j are', (expectedIdles, ends, left) => {
  const active = turnOf('t')
  const idle = endOf({ reason: 'complete' })
  const after = endUnnamed(context({ config: unchecked }), turnsOf({ active, expectedIdles }), 'c', idle)
  expect([lastEnded(after, 'c') !== undefined, entryIn(after)?.expectedIdles ?? null]).toEqual([ends, left])
})

test('an idle before the turn has started leaves nothing to count off', () => {
  const active = turnOf('t', { started: 'no' })
  const before = turnsOf({ active, expectedIdles: { count: 0, open: true } })
  const after = endUnnamed(context({ config: unchecked }), before, 'c', endOf({ reason: 'complete' }))
  expect(entryIn(after)).toEqual({ ...entryIn(before), expectedIdles: null })
})
