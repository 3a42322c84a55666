import { connectAiSdk } from 'redux-turnkeeper/connections/aiSdk'
import { createFetch } from '../wire.mjs'
import { keeperClient } from './keeper.mjs'

export default keeperClient(
  (onEvent) => connectAiSdk({ api: 'http://server/api/chat', fetch: createFetch('aiSdk'), onEvent }),
  ({ type, delta }) => (type === 'text-delta' ? delta : undefined),
)
