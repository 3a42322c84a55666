import { connectAgUi } from 'redux-turnkeeper/connections/agUi'
import { createFetch } from '../wire.mjs'
import { keeperClient } from './keeper.mjs'

export default keeperClient(
  (onEvent) => connectAgUi({ url: 'http://server/agent', fetch: createFetch('agUi'), onEvent }),
  ({ type, delta }) => (type === 'TEXT_MESSAGE_CONTENT' ? delta : undefined),
)
