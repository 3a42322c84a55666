import type { sendAccepted } from '../actions/app'
import type * as signals from '../actions/signals'

/** What an adapter hands on: dispatch it as it is. */
export type Signal = ReturnType<(typeof signals)[keyof typeof signals]> | ReturnType<typeof sendAccepted>

/** How a stream or a response body ended. `cancelled`: this client closed it. */
export type CloseReason = 'clean_end' | 'failed' | 'cancelled'

/** Reads one stream or response body, event by event, and remembers what its wire needs remembered. It never throws. */
export interface Reader<Event> {
  /** What one event says of turns, in its order. What cannot be read says nothing: `[]`. */
  read(event: Event): readonly Signal[]
  /** The stream or body has ended: what that says. Call it once. */
  close(how: CloseReason): readonly Signal[]
}

/** An event that says nothing about a turn. */
export const NOTHING: readonly Signal[] = Object.freeze([])
