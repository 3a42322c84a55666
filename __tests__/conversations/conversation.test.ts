/** One entry: when it is kept, what a change leaves as it was, and how long its log is. */
import {
  LOG_SIZE,
  editConversation,
  emptyConversation,
  withError,
  withHold,
  withLog,
  withoutError,
} from '../../src/conversations/conversation'
import { conversationOf, initialConversations } from '../../src/state/conversations'
import type { Conversation } from '../../src/types'
import { conversation, draft, line, question, session, stateOf, text } from './parts'

const hold = { why: 'stop', until: null } as const
const error = { message: 'bad', turnId: null }

/** What a conversation may have to say, each alone. */
const SAID: readonly Partial<Conversation>[] = [
  { session: session('ready') },
  { texts: [text('t1')] },
  { drafts: [draft('t1')] },
  { questions: [question('q1')] },
  { lastError: error },
  { log: [line('bad')] },
  { queueHold: hold },
]

describe('an entry', () => {
  test.each(SAID)('%o keeps it, and without that it goes', (said) => {
    const kept = editConversation(initialConversations, 'c', () => conversation(said))
    expect(conversationOf(kept, 'c')).toEqual(conversation(said))
    expect(editConversation(kept, 'c', () => emptyConversation('c')).byId.size).toBe(0)
  })
  test('with nothing to say is not made, and what changes nothing returns the same state', () => {
    const state = stateOf([conversation({ log: [line('bad')] })])
    expect(editConversation(state, 'd', (was) => ({ ...was }))).toBe(state)
    expect(editConversation(state, 'd', (was) => was)).toBe(state)
    expect(editConversation(state, 'c', (was) => was)).toBe(state)
  })
})

test('a log keeps its newest lines', () => {
  const long = Array.from({ length: LOG_SIZE + 1 }, (_, i) => line(`${i}`)).reduce(withLog, conversation())
  expect(long.log.map(({ message }) => message)).toEqual(
    Array.from({ length: LOG_SIZE }, (_, i) => `${i + 1}`),
  )
})

test('an error is shown with its turn, and goes; where there is none nothing changes', () => {
  const failed = withError(conversation(), { message: 'bad', code: 'odd' }, 't1')
  expect(failed.lastError).toEqual({ message: 'bad', code: 'odd', turnId: 't1' })
  expect(withoutError(failed)).toEqual(conversation())
  const fine = conversation()
  expect(withoutError(fine)).toBe(fine)
})

test('a queue is held, and goes on; held for the same reason nothing changes', () => {
  const held = withHold(conversation(), hold)
  expect(held.queueHold).toBe(hold)
  expect(withHold(held, hold)).toBe(held)
  expect(withHold(held, null)).toEqual(conversation())
})
