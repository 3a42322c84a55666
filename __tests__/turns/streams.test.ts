/** Law 9: when the stream is opened again, at and on both sides of its time. */
import { claimStream, wantStream } from '../../src/turns/backends'
import { initialTurns } from '../../src/state/turns'
import type { StreamState } from '../../src/types'
import { NOW, config, context } from './parts'

const opens = context({ config: { ...config, hasOpenStream: true } })
const dueAt = (openAt: number | null) => ({
  ...initialTurns,
  stream: { ...initialTurns.stream, state: 'down', since: 500, openAt, failures: 2 } satisfies StreamState,
})

test.each([
  [NOW + 1, NOW],
  [NOW, 'the same'],
  [NOW - 1, 'the same'],
])('after a wake, a stream that was to be opened at %d is opened at: %p', (openAt, expected) => {
  const before = dueAt(openAt)
  const after = wantStream(opens, before, 'wake')
  expect(after === before ? 'the same' : after.stream.openAt).toBe(expected)
})

test.each([
  [NOW - 1, 'opening'],
  [NOW, 'opening'],
  [NOW + 1, 'the same'],
  [null, 'the same'],
])('a stream that is to be opened at %p is: %s', (openAt, expected) => {
  const before = dueAt(openAt)
  const after = claimStream(opens, before, 'n')
  expect(after === before ? 'the same' : after.stream.state).toBe(expected)
})
