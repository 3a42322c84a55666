import { createAction } from '@reduxjs/toolkit'
import type { ActionCreatorWithPreparedPayload, UnknownAction } from '@reduxjs/toolkit'
import { systemClock } from '../clock'

/** Who said it: shown in the DevTools log. */
export type Source = 'app' | 'user' | 'stream' | 'status check' | 'watchdog' | 'recovery' | 'keeper'

/** Said with every action of the package. */
export interface Meta {
  /** When it was said, ms since the epoch. The middleware stamps it anew where a clock is injected. */
  readonly at: number
  readonly source: Source
  /** The keeper of another tab or process, where the action is a copy of what was said there. No request follows from it. */
  readonly origin?: string | undefined
}

/** The tab or process that an action is a copy from; `null` for one that was said here. */
export const originOf = (action: UnknownAction): string | null =>
  (action as { readonly meta?: Partial<Meta> | undefined }).meta?.origin ?? null

/** What a caller may say of it: what is left out, or `undefined`, is the current time and the usual speaker. */
export interface MetaInput {
  readonly at?: number | undefined
  readonly source?: Source | undefined
}

/** Makes one action of the package: `create(payload, meta?)`. It has a `type` and a `match`, as any action creator has. */
export type EventCreator<Payload> = ActionCreatorWithPreparedPayload<
  [payload: Payload, meta?: MetaInput],
  Payload,
  string,
  never,
  Meta
>

/** What every action of ours is prepared as: who said it, and when. */
export const stamped = <Payload>(payload: Payload, source: Source, meta?: MetaInput) => ({
  payload,
  meta: metaOf(source, meta),
})

const metaOf = (source: Source, given?: MetaInput): Meta => ({
  at: given?.at ?? systemClock.now(),
  source: given?.source ?? source,
})

/** The first part of every action type of the package. */
const PREFIX = 'turnkeeper/'

/**
 * The creator of an action of ours. The same as `createAction` makes with `stamped` to prepare it, but that it writes the
 * action out: the spreads of `createAction` are a sixth of what a progress signal costs.
 */
export function event<Payload>(name: string, source: Source): EventCreator<Payload> {
  const type = PREFIX + name
  const create = (payload: Payload, meta?: MetaInput) => ({ type, payload, meta: metaOf(source, meta) })
  return Object.assign(create, createAction<Payload>(type)) as unknown as EventCreator<Payload>
}
