/**
 * The one event stream of the page. It is opened at the start, when the network is back, and by the keeper's port
 * `openStream` whenever it is down: the keeper counts the failures, and waits longer after each.
 */
import type { UnknownAction } from '@reduxjs/toolkit'
import { signals } from 'redux-turnkeeper'
import type { Frame } from '../server/protocol'
import { createFrameReader } from './frames'

type Dispatch = (action: UnknownAction) => unknown

function createStream() {
  let source: EventSource | null = null

  const close = (): void => {
    source?.close()
    source = null
  }
  const open = (dispatch: Dispatch): void => {
    close()
    // Opened when the network is back.
    if (!navigator.onLine) return
    const read = createFrameReader(dispatch)
    source = new EventSource('/events')
    source.onmessage = ({ data }: MessageEvent<string>) => read(JSON.parse(data) as Frame)
    source.onerror = () => {
      close()
      dispatch(signals.streamDropped({}))
    }
  }

  return {
    open,
    /** Follows the network. */
    start(dispatch: Dispatch): void {
      window.addEventListener('online', () => open(dispatch))
      window.addEventListener('offline', () => {
        close()
        dispatch(signals.streamDropped({}))
      })
      open(dispatch)
    },
  }
}

export const stream = createStream()
