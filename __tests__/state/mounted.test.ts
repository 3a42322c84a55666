/** The keeper's state is told from what another version, or the app, has in its place. */
import {
  EMPTY_STATE,
  UNREADABLE_STATE,
  isKeeperState,
  isOfAnotherVersion,
  isSubstitute,
  substituteOf,
} from '../../src/state/mounted'

const { turns, conversations } = EMPTY_STATE
const without = (part: object, name: string): object =>
  Object.fromEntries(Object.entries(part).filter(([key]) => key !== name))

test.each<[string, unknown, boolean, boolean]>([
  ['the keeper’s', { turns, conversations }, true, false],
  ['the keeper’s, with a feature', { turns, conversations, assistant: {} }, true, false],
  ['nothing', undefined, false, false],
  ['null', null, false, false],
  ['a text', 'turns', false, false],
  ['an object of the app', { turns: 3, conversations: { byId: {} } }, false, false],
  ['a slice of that name', { turns: { list: [] }, conversations }, false, false],
  ['one with null', { turns: null, conversations }, false, false],
  ['another layout of turns', { turns: { ...turns, byConversation: {} }, conversations }, false, true],
  ['another layout of conversations', { turns, conversations: { ...conversations, byId: {} } }, false, true],
  ['that of 0.1.0', { turns: { ledger: [] }, conversations: { ledger: [] } }, false, true],
  ['turns without a part', { turns: without(turns, 'backends'), conversations }, false, true],
  ['conversations without a part', { turns, conversations: without(conversations, 'unseen') }, false, true],
  ['turns alone', { turns }, false, false],
])('%s', (_name, value, isKeepers, isOther) => {
  // What was found is remembered: the second answer is the first.
  expect([isKeeperState(value), isKeeperState(value)]).toEqual([isKeepers, isKeepers])
  expect(isOfAnotherVersion(value)).toBe(isOther)
})

test('what is read in place of a state is known as such, until something has changed it', () => {
  const substitute = substituteOf(EMPTY_STATE)
  expect(substitute).toEqual(EMPTY_STATE)
  expect([isSubstitute(substitute), isSubstitute(UNREADABLE_STATE)]).toEqual([true, true])
  expect([isSubstitute(EMPTY_STATE), isSubstitute({ ...substitute })]).toEqual([false, false])
})
