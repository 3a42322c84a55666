import { connectLangGraph } from 'redux-turnkeeper/connections/langGraph'
import { createFetch } from '../wire.mjs'
import { keeperClient } from './keeper.mjs'

export default keeperClient(
  (onEvent) =>
    connectLangGraph({
      url: 'http://server',
      assistantId: 'agent',
      fetch: createFetch('langGraph'),
      onEvent,
    }),
  ({ event, data }) => (event === 'messages' ? data[0].content : undefined),
)
