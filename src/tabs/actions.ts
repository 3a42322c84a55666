import type { UnknownAction } from '@reduxjs/toolkit'
import { woke } from '../actions'
import { event } from '../actions/event'
import type { Meta } from '../actions'

/**
 * What a store is among several. `joining`: not known yet. `leading`: it acts for all. `following`: another does.
 * `alone`: there is no engine, and it acts for itself.
 */
export type TabRole = 'joining' | 'leading' | 'following' | 'alone'

/** The state of the feature `tabs`. It shows what is so; nothing follows from it. */
export interface TabsState {
  readonly role: TabRole
  /** Since when the leading tab has been asked for something and has not answered; `null`: nothing is waited for. */
  readonly askedAt: number | null
}

/** This tab has this role; what the leading tab was asked for is answered. */
export const tabRoleChanged = /* @__PURE__ */ event<{ readonly role: TabRole }>('tabs/roleChanged', 'keeper')
/** Something is due that only the leading tab does: it is asked for it. */
export const leaderAsked = /* @__PURE__ */ event<{ readonly conversationIds: readonly string[] }>(
  'tabs/leaderAsked',
  'watchdog',
)
/** The leading tab has not answered: this one takes its place. */
export const leaderMissed = /* @__PURE__ */ event<Record<string, never>>('tabs/leaderMissed', 'watchdog')

/** The types of actions, by their creators. */
export const typesOf = (...creators: readonly { readonly type: string }[]): ReadonlySet<string> =>
  new Set(creators.map(({ type }) => type))

export const TABS_TYPES = /* @__PURE__ */ typesOf(tabRoleChanged, leaderAsked, leaderMissed)

const initial: TabsState = { role: 'joining', askedAt: null }

export function tabsReducer(state: TabsState = initial, action: UnknownAction): TabsState {
  if (leaderAsked.match(action)) return { ...state, askedAt: action.meta.at }
  if (leaderMissed.match(action)) return { ...state, askedAt: null }
  // The clock was set back: what is waited for has been for as long as before.
  if (woke.match(action) && state.askedAt !== null && action.payload.shiftMs < 0)
    return { ...state, askedAt: state.askedAt + action.payload.shiftMs }
  if (!tabRoleChanged.match(action)) return state
  const { role } = action.payload
  return role === state.role && state.askedAt === null ? state : { role, askedAt: null }
}

export const tabsOf = (state: Readonly<Record<string, unknown>>): TabsState => state['tabs'] as TabsState

/** The tab or process that an action is a copy from; `null` for one that was said here. */
export const originOf = (action: UnknownAction): string | null =>
  (action as { readonly meta?: Partial<Meta> | undefined }).meta?.origin ?? null
