/**
 * One of several processes that keep the turns of the same conversations. Start as many as you like:
 * `REDIS=redis://127.0.0.1:6379 AGENT=http://127.0.0.1:8080 PORT=3001 npm start`.
 *
 * `POST /prompts { conversationId, input }` submits a prompt, `GET /turns` tells what goes on.
 */
import { createServer } from 'node:http'
import { configureStore } from '@reduxjs/toolkit'
import { Redis } from 'ioredis'
import { createTurnkeeper } from 'redux-turnkeeper'
import { tabs } from 'redux-turnkeeper/tabs'
import { createPorts } from './ports'
import { redisEngine } from './redisEngine'

const { REDIS = 'redis://127.0.0.1:6379', AGENT = 'http://127.0.0.1:8080', PORT = '3001' } = process.env

const keeper = createTurnkeeper({
  ports: createPorts(AGENT),
  features: [tabs(redisEngine(new Redis(REDIS)))],
  // There is no page in a process, and it is to work all the same.
  runWithoutPage: true,
  onTurnEnded: ({ turnId, outcome }) => console.log(`${turnId}: ${outcome}`),
})
const store = configureStore({
  reducer: { [keeper.reducerPath]: keeper.reducer },
  middleware: (getDefault) => getDefault().prepend(keeper.middleware),
})
// The first action starts the keeper.
store.dispatch({ type: 'service/started' })

const server = createServer(async (incoming, response) => {
  const reply = (status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  }
  if (incoming.method === 'POST' && incoming.url === '/prompts') {
    let text = ''
    for await (const chunk of incoming) text += String(chunk)
    const { conversationId, input } = JSON.parse(text) as { conversationId: string; input: string }
    return reply(202, store.dispatch(keeper.submitTurn({ conversationId, input })))
  }
  if (incoming.url === '/turns') return reply(200, keeper.selectors.selectPersisted(store.getState()))
  reply(404, { error: 'There is nothing here.' })
})
server.listen(Number(PORT), '127.0.0.1', () => console.log(`Listening on http://127.0.0.1:${PORT}`))
