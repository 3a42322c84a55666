/** Laws 4 and 7: what a reason to check keeps, and when what a failed check did not answer for is checked again. */
import { endCheck, requestCheck } from '../../src/turns/checks'
import { endOf, unconfirmed } from '../../src/turns/ends'
import type { ScheduledWork } from '../../src/types'
import { NOW, context, entryIn, turnOf, turnsOf } from './parts'

describe('an end that names no turn', () => {
  const named = unconfirmed(endOf({ reason: 'complete' }), 'r')
  const unnamed = unconfirmed(endOf({ reason: 'cancelled' }), null)
  test('does not replace one that named its run: the turn stays as it is, to the reference', () => {
    const active = turnOf('t', { unconfirmedEnd: named })
    const entry = entryIn(requestCheck(context(), turnsOf({ active }), 'c', { end: unnamed }))
    expect(entry.active).toBe(active)
    expect(entry.checkAt).toBe(NOW)
  })
  test.each([[null], [unconfirmed(endOf({ reason: 'error' }), null)]])(
    'is kept instead of %j',
    (unconfirmedEnd) => {
      const active = turnOf('t', { unconfirmedEnd })
      const entry = entryIn(requestCheck(context(), turnsOf({ active }), 'c', { end: unnamed }))
      expect(entry.active?.unconfirmedEnd).toBe(unnamed)
    },
  )
})

const RETRY = NOW + 500
/** A check that left at `NOW` and got no answer. */
const afterFailedCheck = (scheduled: ScheduledWork) => {
  const check = { nonce: 'n', conversationIds: ['c'], seq: 5, at: NOW }
  const turns = { ...turnsOf({ scheduled }), statusChecks: [check] }
  return entryIn(endCheck(context(), turns, { nonce: 'n', nextAt: RETRY })).scheduled?.checkAt
}

test.each([
  ['was due before the check left', { at: NOW - 1, seq: 4 }, RETRY],
  ['was due as it left', { at: NOW, seq: 4 }, RETRY],
  ['is due later', { at: NOW + 1, seq: 4 }, NOW + 7],
  ['was announced since, for an earlier time', { at: NOW - 1, seq: 6 }, NOW + 7],
])('scheduled work that %s is checked again', (_what, { at, seq }, checkAt) => {
  expect(afterFailedCheck({ at, seq, name: null, checkAt: NOW + 7 })).toBe(checkAt)
})
