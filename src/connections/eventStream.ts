/** A stream of server-sent events that a GET request opens: over `fetch`, or over an `EventSource`. */
import type { Clock } from '../types'
import { discard } from './http'
import type { Http } from './http'
import { readServerSentEvents } from './serverSentEvents'
import type { Backend, Stream } from './stream'

/** `EventSource`, as far as it is used. */
export interface EventSourceLike {
  /** As of `EventSource`. */
  onopen: ((event: never) => unknown) | null
  /** As of `EventSource`. */
  onerror: ((event: never) => unknown) | null
  /** As of `EventSource`. */
  onmessage: ((event: never) => unknown) | null
  /** As of `EventSource`. */
  close(): void
}
/** A constructor of such streams: `EventSource` itself, or that of a package. */
export type EventSourceConstructor = new (url: string) => EventSourceLike

/** A way to open a stream of events. It tells the listener of each thing, never before it has returned. */
export type EventSourceOpener = (on: {
  open(): void
  data(text: string): void
  end(error: Error): void
  /** Something came, an event or not. */
  alive(): void
}) => { close(): void }

/** Over `fetch`: takes the headers of `http`. */
export const overFetch =
  (http: Http, path: string): EventSourceOpener =>
  (on) => {
    const controller = new AbortController()
    const { signal } = controller
    const read = async (): Promise<void> => {
      const response = await http(path, { signal, headers: { accept: 'text/event-stream' } })
      if (!response.ok || !response.body) {
        discard(response)
        throw new Error(`The event stream ${path} was answered with HTTP ${response.status}.`)
      }
      on.open()
      await readServerSentEvents(response.body, ({ data }) => on.data(data), on.alive)
    }
    read().then(
      () => signal.aborted || on.end(new Error('The event stream has ended.')),
      (error: unknown) => signal.aborted || on.end(error instanceof Error ? error : new Error(String(error))),
    )
    return { close: () => controller.abort() }
  }

/** Over an `EventSource`. It is never left to open itself again: after an answer that is no stream it would not. */
export const overEventSource =
  (EventSource: EventSourceConstructor, url: string): EventSourceOpener =>
  (on) => {
    const source = new EventSource(url)
    source.onopen = () => on.open()
    source.onerror = () => on.end(new Error('The event stream was closed.'))
    source.onmessage = ({ data }: { readonly data: string }) => {
      on.alive()
      on.data(data)
    }
    return {
      close() {
        source.onopen = source.onerror = source.onmessage = null
        source.close()
      },
    }
  }

export interface EventStreamOptions {
  readonly clock: Clock
  /** A server that is starting may accept a connection that it never answers: given up after this time, ms. */
  readonly openingTimeout: number
  /**
   * How long the stream may be silent before it counts as dropped, ms. Asked anew whenever something comes; `undefined`:
   * for ever.
   */
  readonly silenceTimeout?: (() => number | undefined) | undefined
  readonly onData: (text: string) => void
  /** The stream has ended after it was open. */
  readonly onDropped: () => void
}

/** Opens the stream, with a time limit on its opening and on its silence. */
export function openEventStream(opener: EventSourceOpener, options: EventStreamOptions): Stream {
  const { clock, openingTimeout, silenceTimeout, onData, onDropped } = options
  let state: 'opening' | 'open' | 'closed' = 'opening'
  let settle!: { resolve(backend: Backend): void; reject(error: Error): void }
  const opened = new Promise<Backend>((resolve, reject) => (settle = { resolve, reject }))
  // Who opens a stream may not wait for it.
  opened.catch(() => undefined)
  let timer: unknown

  const limit = (ms: number | undefined, message: string): void => {
    clock.clearTimeout(timer)
    timer = ms === undefined ? undefined : clock.setTimeout(() => end(new Error(message)), ms)
  }
  const isAlive = () => limit(silenceTimeout?.(), 'The event stream has fallen silent.')

  function end(error: Error): void {
    const before = state
    if (before === 'closed') return
    state = 'closed'
    clock.clearTimeout(timer)
    source.close()
    if (before === 'opening') settle.reject(error)
    else onDropped()
  }

  const source = opener({
    open() {
      if (state !== 'opening') return
      state = 'open'
      isAlive()
      settle.resolve({})
    },
    data: (text) => state === 'open' && onData(text),
    alive: () => state === 'open' && isAlive(),
    end,
  })
  limit(openingTimeout, `The event stream was not opened within ${openingTimeout} ms.`)
  return {
    opened,
    close() {
      if (state === 'closed') return
      const before = state
      state = 'closed'
      clock.clearTimeout(timer)
      source.close()
      if (before === 'opening') settle.reject(new Error('The event stream was closed.'))
    },
  }
}
