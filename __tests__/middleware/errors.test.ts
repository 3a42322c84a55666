/** What was thrown, as it stands in an action. */
import { toError } from '../../src/middleware/errors'

const unsaid = { message: 'The request failed.', code: 'request_failed' }

test.each<[unknown, object]>([
  [new Error('offline'), { message: 'offline' }],
  [new TypeError(''), { message: 'TypeError' }],
  ['offline', { message: 'offline' }],
  ['', unsaid],
  [null, unsaid],
  [{ message: 'offline' }, unsaid],
])('%p', (thrown, error) => {
  expect(toError(thrown)).toEqual(error)
})
