/** Where a turn lives in a request, no stream comes back to tell that the server is there again: the status check finds out. */
import { configureStore } from '@reduxjs/toolkit'
import { createTurnkeeper, signals } from 'redux-turnkeeper'
import type { Connection } from 'redux-turnkeeper'
import { connectAgUi } from 'redux-turnkeeper/connections/agUi'
import { connectAiSdk } from 'redux-turnkeeper/connections/aiSdk'
import { connectLangGraph } from 'redux-turnkeeper/connections/langGraph'
import { connectOpenAiResponses } from 'redux-turnkeeper/connections/openAiResponses'
import { createManualClock, createManualEnvironment } from 'redux-turnkeeper/testing'
import type { Fetch } from '../../src/connections/http'

const url = 'http://agent'

test.each<[string, (fetch: Fetch) => Connection<string>]>([
  ['AG-UI', (fetch) => connectAgUi({ url, agent: 'a', fetch })],
  ['AI SDK', (fetch) => connectAiSdk({ api: url, resume: true, fetch })],
  ['LangGraph', (fetch) => connectLangGraph({ url, assistantId: 'a', fetch })],
  ['OpenAI Responses', (fetch) => connectOpenAiResponses({ url, model: 'm', fetch })],
])(
  '%s: a server that was away for minutes is asked within 15 s of its being back',
  async (_name, connect) => {
    let isAway = true
    let asked = 0
    const fetch: Fetch = async () => {
      if (isAway) throw new TypeError('fetch failed')
      asked++
      return new Response(null, { status: 404 })
    }
    const clock = createManualClock(1_000_000)
    const keeper = createTurnkeeper({
      connection: connect(fetch),
      clock,
      environment: createManualEnvironment(),
      random: () => 1,
      onProblem: () => undefined,
    })
    const store = configureStore({
      reducer: { [keeper.reducerPath]: keeper.reducer },
      middleware: (getDefault) => getDefault().prepend(keeper.middleware),
    })
    store.dispatch(signals.turnStarted({ conversationId: 'c1', turnId: 't1', runId: 'r1' }))
    store.dispatch(signals.requestEnded({ conversationId: 'c1', turnId: 't1', runId: 'r1', how: 'failed' }))
    for (let second = 0; second < 200; second++) await clock.advanceAsync(1_000)
    isAway = false
    for (let second = 0; second < 15; second++) await clock.advanceAsync(1_000)
    expect(asked).toBeGreaterThan(0)
  },
)
