/**
 * The usual code beside the keeper, over one and the same turn of the agent: `npm run picture` makes the README's picture of it.
 * Each has its own event stream. The prompt is sent once, by the keeper.
 */
import { configureStore, createSlice } from '@reduxjs/toolkit'
import { EventType } from '@ag-ui/core'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { createRoot } from 'react-dom/client'
import { Provider } from 'react-redux'
import { TurnkeeperProvider, useElapsed, useIsBusy, useLastEndedTurn } from 'redux-turnkeeper/react'
import type { Frame } from '../server/protocol'
import { start, useAppSelector } from './app'
import { keeper, store } from './store'
import './compare.css'

const CONVERSATION = 'lisbon'
const PROMPT = 'Sum up what is left to do.'

const usual = createSlice({
  name: 'usual',
  initialState: { isStreaming: false, startedAt: 0 },
  reducers: {
    started: (state) => ({ ...state, isStreaming: true, startedAt: Date.now() }),
    ended: (state) => ({ ...state, isStreaming: false }),
  },
})
const usualStore = configureStore({ reducer: usual.reducer })

function followAsUsual(): void {
  const source = new EventSource('/events')
  source.onmessage = ({ data }: MessageEvent<string>) => {
    const { type } = JSON.parse(data) as Frame
    if (type === EventType.RUN_STARTED) usualStore.dispatch(usual.actions.started())
    if (type === EventType.RUN_FINISHED || type === EventType.RUN_ERROR)
      usualStore.dispatch(usual.actions.ended())
  }
}

const USUAL = `case 'run/started':   isStreaming = true
case 'run/finished':  isStreaming = false
case 'run/error':     isStreaming = false`
const OURS = `createTurnkeeper({ ports: {
  sendTurn, stopTurn, fetchStatus,
} })`

/** Renders once a second. */
function useSecond(): void {
  const [, render] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => render((count) => count + 1), 250)
    return () => clearInterval(timer)
  }, [])
}

function State({ isBusy, ms, outcome }: { isBusy: boolean; ms: number | null; outcome: string | null }) {
  if (!isBusy) return <p className="state over">{outcome ? `✓ ${outcome}` : 'idle'}</p>
  return (
    <p className="state busy">
      <span className="spinner" />
      {`working… ${Math.floor((ms ?? 0) / 1_000)} s`}
    </p>
  )
}

function Answer() {
  const entry = useAppSelector(({ transcripts }) => transcripts.find(({ id }) => id === CONVERSATION))
  const isOver = useLastEndedTurn(CONVERSATION) !== null
  const isBusy = useIsBusy(CONVERSATION)
  const last = isOver || isBusy ? entry?.messages.findLast(({ role }) => role === 'assistant') : undefined
  return <p className="answer">{last?.text ?? ''}</p>
}

function Compare() {
  useSecond()
  const { isStreaming, startedAt } = useSyncExternalStore(usualStore.subscribe, usualStore.getState)
  const isBusy = useIsBusy(CONVERSATION)
  const elapsed = useElapsed(CONVERSATION)
  const ended = useLastEndedTurn(CONVERSATION)
  return (
    <main className="compare">
      <section>
        <h2>The usual code</h2>
        <pre>{USUAL}</pre>
        <Answer />
        <State isBusy={isStreaming} ms={Date.now() - startedAt} outcome={null} />
      </section>
      <section>
        <h2>redux-turnkeeper</h2>
        <pre>{OURS}</pre>
        <Answer />
        <State isBusy={isBusy} ms={elapsed} outcome={ended?.outcome ?? null} />
      </section>
    </main>
  )
}

start(store)
followAsUsual()
Object.assign(window, {
  send: () => store.dispatch(keeper.submitTurn({ conversationId: CONVERSATION, input: PROMPT })),
})
createRoot(document.getElementById('root')!).render(
  <Provider store={store}>
    <TurnkeeperProvider keeper={keeper}>
      <Compare />
    </TurnkeeperProvider>
  </Provider>,
)
