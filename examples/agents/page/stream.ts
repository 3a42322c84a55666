/** In the place of the chat app's module of this name: the connection has the stream. */
import { signals } from 'redux-turnkeeper'
import type * as Chat from '../../chat/web/stream'
import { openThread } from '../../chat/web/app'
import { agent } from './agent'
import { keepTranscripts, showIn } from './transcript'

/** A first conversation that cannot be had is tried again after this time, ms. */
const RETRY = 1_000

export const stream: typeof Chat.stream = {
  open: () => undefined,
  start(dispatch) {
    showIn(dispatch)
    window.addEventListener('pagehide', keepTranscripts)
    // An agent server begins without conversations. It may be starting still.
    const openFirst = async (): Promise<void> => {
      const threads = (await (await fetch('/threads')).json()) as readonly unknown[]
      const opened: unknown = threads.length > 0 || dispatch(openThread() as never)
      await Promise.resolve(opened).catch(() => setTimeout(() => void openFirst(), RETRY))
    }
    void openFirst()
    // Where a stream comes with each turn there is none to wait for.
    if (agent.hasStreamPerTurn) dispatch(signals.streamOpened({}))
  },
}
