/** A stream of events that is opened, and opened again, for as long as a store uses it. */
import { streamDropped, streamOpened } from '../actions/signals'
import type { PortContext, Ports } from '../types'

/** The process at the other end, where the wire tells several, or its generations, apart. */
export interface Backend {
  readonly source?: string | undefined
  readonly boot?: string | undefined
}

/** One opening of a stream. */
export interface Stream {
  /** Resolves when it is open. Rejects where it cannot be opened, or is closed before. */
  readonly opened: Promise<Backend>
  /** Closes it. After that it tells nothing more. */
  close(): void
}

/**
 * Opens a stream.
 *
 * @param context Of the store that listens.
 * @param dropped To be called when the stream ends after it was open, by whatever but `close`.
 */
export type OpenStream<Opened extends Stream> = (context: PortContext, dropped: () => void) => Opened

/** The streams of a connection: one for each store. */
export interface StoreStreams<Opened extends Stream> {
  /** For `open` of a connection. */
  open(context: PortContext): void
  /** For the port `openStream`: closes the stream that is there, and opens a new one. */
  readonly openStream: NonNullable<Ports['openStream']>
  /** The store's stream where it is open, else `undefined`. */
  current(context: PortContext): Opened | undefined
  /** The store's stream, once it is open. Rejects when the signal of the context fires. */
  whenOpen(context: PortContext): Promise<Opened>
}

interface Slot<Opened> {
  stream: Opened | undefined
  isOpen: boolean
  readonly waiting: Set<(stream: Opened) => void>
}

/**
 * Keeps one stream for each store, and tells the store when it is open, and when it drops. When to open a stream again is the keeper's to say, by the port `openStream`: at once, and
 * after ever longer pauses where it does not last.
 */
export function createStoreStreams<Opened extends Stream>(start: OpenStream<Opened>): StoreStreams<Opened> {
  const slots = new WeakMap<object, Slot<Opened>>()
  const slotOf = ({ dispatch }: PortContext): Slot<Opened> => {
    const known = slots.get(dispatch)
    if (known) return known
    const slot: Slot<Opened> = { stream: undefined, isOpen: false, waiting: new Set() }
    slots.set(dispatch, slot)
    return slot
  }

  function close(slot: Slot<Opened>): void {
    const { stream } = slot
    slot.stream = undefined
    slot.isOpen = false
    stream?.close()
  }

  async function replace(context: PortContext): Promise<void> {
    const slot = slotOf(context)
    close(slot)
    const stream = start(context, () => {
      if (slot.stream !== stream) return
      close(slot)
      context.dispatch(streamDropped({}))
    })
    slot.stream = stream
    let backend: Backend
    try {
      backend = await stream.opened
    } catch (error) {
      if (slot.stream === stream) close(slot)
      throw error
    }
    if (slot.stream !== stream) return
    slot.isOpen = true
    context.dispatch(streamOpened(backend))
    const waiting = [...slot.waiting]
    slot.waiting.clear()
    waiting.forEach((use) => use(stream))
  }

  return {
    open(context) {
      const slot = slotOf(context)
      context.signal.addEventListener('abort', () => close(slot), { once: true })
      replace(context).catch(() => {
        if (!context.signal.aborted && slot.stream === undefined) context.dispatch(streamDropped({}))
      })
    },
    openStream: (_request, context) => replace(context),
    current(context) {
      const { stream, isOpen } = slotOf(context)
      return isOpen ? stream : undefined
    },
    whenOpen(context) {
      const { signal } = context
      const slot = slotOf(context)
      if (slot.isOpen && slot.stream) return Promise.resolve(slot.stream)
      return new Promise((resolve, reject) => {
        const aborted = () => {
          slot.waiting.delete(opened)
          reject(new Error('There was no connection.'))
        }
        const opened = (stream: Opened) => {
          signal.removeEventListener('abort', aborted)
          resolve(stream)
        }
        if (signal.aborted) return aborted()
        slot.waiting.add(opened)
        signal.addEventListener('abort', aborted, { once: true })
      })
    },
  }
}
