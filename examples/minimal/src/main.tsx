import { configureStore } from '@reduxjs/toolkit'
import { createRoot } from 'react-dom/client'
import { Provider } from 'react-redux'
import { createTurnkeeper, signals } from 'redux-turnkeeper'
import type { Ports } from 'redux-turnkeeper'
import { TurnkeeperProvider, useLastEndedTurn, useTurnCommands, useTurnPhase } from 'redux-turnkeeper/react'

const post = (path: string, body: object) => fetch(path, { method: 'POST', body: JSON.stringify(body) })

const ports: Ports<string> = {
  async sendTurn({ conversationId, turnId, input }) {
    const response = await post(`/threads/${conversationId}/runs`, { key: turnId, text: input })
    if (!response.ok) return { status: 'refused', reason: response.status === 409 ? 'busy' : 'error' }
    const { runId } = await response.json()
    return { status: 'accepted', runId }
  },
  async stopTurn({ conversationId, runIds }) {
    const response = await post(`/threads/${conversationId}/stop`, { runId: runIds.at(-1) })
    return response.ok ? { status: 'acknowledged' } : { status: 'refused', reason: 'no_active_turn' }
  },
  async fetchStatus([id]) {
    const { [id]: thread } = await (await fetch(`/status?ids=${id}`)).json()
    const last = thread.last && { runId: thread.last.run, outcome: thread.last.failed ? 'error' : 'complete' }
    return { [id]: { status: thread.running ? 'running' : 'idle', runId: thread.running, last } }
  },
}

const keeper = createTurnkeeper({ ports })
const store = configureStore({
  reducer: { [keeper.reducerPath]: keeper.reducer },
  middleware: (getDefault) => getDefault().prepend(keeper.middleware),
})

// The browser opens the stream again by itself.
const source = new EventSource('/events')
source.onopen = () => store.dispatch(signals.streamOpened({}))
source.onerror = () => store.dispatch(signals.streamDropped({}))
source.onmessage = ({ data }) => {
  const { type, thread: conversationId, run: runId } = JSON.parse(data)
  const address = { conversationId, runId }
  if (type === 'start') store.dispatch(signals.turnStarted(address))
  if (type === 'text') store.dispatch(signals.turnProgressed({ ...address, kind: 'output' }))
  if (type === 'end') store.dispatch(signals.turnEnded({ ...address, reason: 'complete' }))
}

function Chat({ conversationId }: { conversationId: string }) {
  const phase = useTurnPhase(conversationId)
  const last = useLastEndedTurn(conversationId)
  const { send, stop } = useTurnCommands(conversationId)
  return (
    <form action={(form) => void send({ input: String(form.get('prompt')) })}>
      <input name="prompt" aria-label="Prompt" defaultValue="hello" />
      <button>Send</button>
      <button type="button" onClick={stop}>
        Stop
      </button>
      <p role="status">{phase === 'idle' ? `idle, last: ${last?.outcome ?? 'none'}` : phase}</p>
    </form>
  )
}

createRoot(document.getElementById('root')!).render(
  <Provider store={store}>
    <TurnkeeperProvider keeper={keeper}>
      <Chat conversationId="c1" />
    </TurnkeeperProvider>
  </Provider>,
)
