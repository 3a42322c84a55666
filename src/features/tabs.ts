/**
 * The entry `redux-turnkeeper/tabs`: several tabs of one browser, or processes of one service, as one. What waits in one
 * shows in the others, and one of them sends it, checks status and tells of ends for all.
 */
import type { KeeperFeature } from '../middleware/types'
import { TABS_TYPES, tabsReducer } from '../tabs/actions'
import type { TabsState } from '../tabs/actions'
import type { Engine } from '../tabs/engine'
import { createMember } from '../tabs/member'

/** Options of the feature `tabs`. */
export interface TabsOptions {
  /**
   * Nothing is shared before `userChanged` has told who is signed in. Set it in an app where that is told after the start:
   * what is kept over a reload is then never shown to another user. Default false.
   */
  readonly waitForUser?: boolean | undefined
}

/**
 * The feature that makes several tabs or processes act as one: `createTurnkeeper({ features: [tabs(browserEngine())] })`.
 *
 * What a person does in one shows in the others, as copies of its actions (`originOf` tells), from which no request follows.
 * One of them leads: it checks status, sends what waits in the queue, and calls `onTurnEnded`. Tabs of different users, as
 * `userChanged` tells, share nothing.
 *
 * @param engine What carries them: `browserEngine()`, or another.
 * @throws TypeError for an engine that is no function.
 */
export function tabs(engine: Engine, { waitForUser }: TabsOptions = {}): KeeperFeature<'tabs', TabsState> {
  if (typeof engine !== 'function') throw new TypeError('tabs: it takes an engine, such as browserEngine().')
  return {
    name: 'tabs',
    reducer: tabsReducer,
    actionTypes: TABS_TYPES,
    coordinate: (context) => createMember(context, engine, waitForUser),
  }
}

export { conversationSeen } from '../actions'
export { originOf } from '../actions/event'
export type { TabRole, TabsState } from '../tabs/actions'
export { browserEngine } from '../tabs/browserEngine'
export type { BrowserEngineOptions } from '../tabs/browserEngine'
export type { Claim, ClaimOptions, Engine, EngineLink } from '../tabs/engine'
