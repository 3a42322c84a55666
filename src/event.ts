import { createAction } from '@reduxjs/toolkit'
import { systemClock } from './clock'

/** Who said it: shown in the DevTools log. */
export type Source = 'app' | 'user' | 'stream' | 'look-up' | 'watchdog' | 'recovery' | 'keeper'

export interface Meta {
  /** When it was said, ms since the epoch. The middleware stamps it anew where a clock is injected. */
  readonly at: number
  readonly source: Source
}

/** What every action of ours is prepared as: who said it, and when. */
export const stamped = <P>(payload: P, source: Source, meta?: Partial<Meta>) => ({
  payload,
  meta: { at: meta?.at ?? systemClock.now(), source, ...meta } as Meta,
})

/** The creator of an action of ours. */
export const event = <P>(type: string, source: Source) =>
  createAction(type, (payload: P, meta?: Partial<Meta>) => stamped(payload, source, meta))
