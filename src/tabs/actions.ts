import type { UnknownAction } from '@reduxjs/toolkit'
import { woke } from '../actions'
import { event, originOf } from '../actions/event'

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

/** What a feature tells its like in the other stores. It changes nothing of the tabs themselves. */
export const featureTold = /* @__PURE__ */ event<object>('tabs/featureTold', 'keeper')

/** The types of actions, by their creators. */
export const typesOf = (...creators: readonly { readonly type: string }[]): ReadonlySet<string> =>
  new Set(creators.map(({ type }) => type))

/** After a sleep, or where the clock was set back, nothing is known of how long something has been waited for: it is asked anew. */
export const TABS_TYPES = /* @__PURE__ */ typesOf(tabRoleChanged, leaderAsked, leaderMissed, woke)

const initial: TabsState = { role: 'joining', askedAt: null }

export function tabsReducer(state: TabsState = initial, action: UnknownAction): TabsState {
  if (!TABS_TYPES.has(action.type) || originOf(action) !== null) return state
  const role = tabRoleChanged.match(action) ? action.payload.role : state.role
  const askedAt = leaderAsked.match(action) ? action.meta.at : null
  return role === state.role && askedAt === state.askedAt ? state : { role, askedAt }
}

export const tabsOf = (state: Readonly<Record<string, unknown>>): TabsState => state['tabs'] as TabsState
