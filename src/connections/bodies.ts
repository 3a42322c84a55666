/** Response bodies of events: one for each request, read to its end. */
import type { CloseReason, Signal } from '../adapters/signal'
import { callSafely } from './callback'
import { discard, parseJson } from './http'
import { readServerSentEvents } from './serverSentEvents'
import type { Store } from './store'

/** The body of a request, from when the request leaves. */
export interface Body {
  readonly conversationId: string
  /** The turn whose request it is; `null` where that is not known. */
  readonly turnId: string | null
  /** Of its request. */
  readonly signal: AbortSignal
  /** Whether a stop has closed it. */
  readonly isCancelled: boolean
  /** Closes the request, for a stop. */
  cancel(): void
  /** Closes the request, which has become pointless. */
  abort(): void
}

/** Where an event came from, for a transcript. */
export interface EventOrigin {
  readonly conversationId: string
  /** The turn whose request it is; `null` where that is not known. */
  readonly turnId: string | null
  /** Sent once more by the server, from the beginning of the message or thread: it may have come before. */
  readonly isReplay: boolean
}

/** A body whose last word has come is not waited for longer than this, ms. */
const CLOSING_TIME = 1_000

/** The bodies of a store that are open. */
export function createBodies(store: Store) {
  const open = new Set<Body>()
  /** Of those, the ones of which something is expected that matters to a turn. */
  const awaited = new Set<Body>()
  const onSettled = createCallbacks<Body>()
  const onEnded = createCallbacks<Body>()
  store.signal.addEventListener('abort', () => open.forEach((body) => body.abort()), { once: true })

  const newestIn = (bodies: ReadonlySet<Body>, conversationId: string): Body | undefined =>
    [...bodies].reverse().find((body) => body.conversationId === conversationId)

  /** Its turn is over, or waits for a person: nothing that matters is expected of the body. */
  function settle(body: Body): void {
    awaited.delete(body)
    onSettled.call(body)
  }

  /** Resolves when a body that has settled has ended, or should have. */
  const whenClosed = (body: Body): Promise<void> =>
    new Promise((resolve) => {
      if (!open.has(body)) return resolve()
      const { clock } = store.options
      const timer = clock.setTimeout(resolve, CLOSING_TIME)
      onEnded.add(body, () => {
        clock.clearTimeout(timer)
        resolve()
      })
    })

  return {
    /** A request leaves. Its body is not awaited before `await` says so. */
    begin(conversationId: string, turnId: string | null): Body {
      const controller = new AbortController()
      let isCancelled = false
      const body: Body = {
        conversationId,
        turnId,
        signal: controller.signal,
        get isCancelled() {
          return isCancelled
        },
        cancel() {
          isCancelled = true
          controller.abort()
        },
        abort: () => controller.abort(),
      }
      open.add(body)
      return body
    },
    /** A turn goes on in it. */
    await: (body: Body): void => void awaited.add(body),
    settle,
    /** The body has ended, or there will be none. */
    end(body: Body): void {
      open.delete(body)
      settle(body)
      onEnded.call(body)
    },
    /** The newest body that is awaited in a conversation. */
    of: (conversationId: string): Body | undefined => newestIn(awaited, conversationId),
    /** Resolves when the newest body of a conversation has told all that it will. */
    async whenOver(conversationId: string): Promise<void> {
      const body = newestIn(open, conversationId)
      if (!body) return
      if (awaited.has(body)) await new Promise<void>((resolve) => onSettled.add(body, resolve))
      await whenClosed(body)
    },
    /** Dispatches what a reader has said. Silent once the keeper is disposed of. */
    tell(signals: readonly Signal[]): void {
      if (!store.signal.aborted) for (const signal of signals) store.dispatch(signal)
    },
  }
}

/** Functions to be called once, by key. */
function createCallbacks<Key>() {
  const callbacks = new Map<Key, (() => void)[]>()
  return {
    add: (key: Key, callback: () => void): void =>
      void callbacks.set(key, [...(callbacks.get(key) ?? []), callback]),
    call(key: Key): void {
      const all = callbacks.get(key) ?? []
      callbacks.delete(key)
      for (const callback of all) callback()
    },
  }
}
export type Bodies = ReturnType<typeof createBodies>

const NO_CONTENT = 204

/** Whether a response holds server-sent events. One that does not say is taken at its word. */
export const isEventStream = ({ headers }: Response): boolean =>
  /event-stream/.test(headers.get('content-type') ?? 'event-stream')

/**
 * Reads the events of a response to their end. What is no JSON (`[DONE]`) is left out.
 *
 * @param onEvent What it throws is reported, and stops nothing.
 * @returns How it ended. Never rejects.
 */
export async function readEvents<Event>(
  response: Response,
  onEvent: (event: Event) => void,
): Promise<CloseReason> {
  const { body } = response
  if (!body) return response.status === NO_CONTENT ? 'clean_end' : 'failed'
  try {
    await readServerSentEvents(body, ({ data }) => {
      const event = parseJson(data)
      if (event !== undefined) callSafely(onEvent, event as Event)
    })
    return 'clean_end'
  } catch {
    return 'failed'
  }
}

/** A response that should hold events, as it is. @throws Where it does not: something else has answered in the server's place. */
export function eventsOf(response: Response): Response {
  if (isEventStream(response)) {
    if (response.body || response.status === NO_CONTENT) return response
    throw new Error('The `fetch` of this platform gives no response body that can be read as it comes.')
  }
  discard(response)
  throw new Error(
    `A stream of events was expected, and "${response.headers.get('content-type')}" was answered.`,
  )
}
