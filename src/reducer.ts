/** The keeper's reducer: turns first, then conversations with the turns before and after, then what features add. */
import type { Reducer, UnknownAction } from '@reduxjs/toolkit'
import { endTurn, signals } from './actions'
import { malformed } from './actions/shape'
import { conversationsReducer } from './conversations'
import type { KeeperFeature } from './middleware/types'
import type { RulesConfig } from './state/config'
import { frozen } from './state/freeze'
import { EMPTY_STATE, isKeeperState, substituteOf } from './state/mounted'
import { isOutdated, turnsReducer } from './turns'
import type { KeeperState } from './types'

/** What is wrong with an action, in words; `null` for a well-formed one, `undefined` for one that is not the keeper's. */
export type ShapeCheck = (action: UnknownAction) => string | null | undefined

/** Makes the check of the keeper's own actions and those of its features. */
export function createShapeCheck(features: readonly KeeperFeature[]): ShapeCheck {
  const featureOf = new Map(
    features.flatMap((feature) => [...(feature.actionTypes ?? [])].map((type) => [type, feature] as const)),
  )
  return (action) => {
    const verdict = malformed(action)
    if (verdict !== undefined) return verdict
    const feature = featureOf.get(action.type)
    return feature && (feature.malformed?.(action) ?? null)
  }
}

/** Types that a replaced process may still send, and that stay true: what it ended has ended. */
const TRUE_FOR_EVER: ReadonlySet<string> = new Set([endTurn.type, signals.turnEnded.type])

/** Makes the reducer of a keeper. It returns the same state, to the reference, for whatever changes nothing (law 23). */
export function createKeeperReducer(
  config: RulesConfig,
  features: readonly KeeperFeature[],
): Reducer<KeeperState> {
  const initial = Object.fromEntries(
    features.map((feature) => [feature.name, feature.reducer(undefined, { type: '@@turnkeeper/init' })]),
  )
  const initialState: KeeperState = { ...EMPTY_STATE, ...initial }
  const substitute = substituteOf(initialState)
  const wrongWith = createShapeCheck(features)

  return (given, action) => {
    // What another version left there cannot be read: the store begins anew, and the middleware says so.
    const state = given === undefined ? initialState : isKeeperState(given) ? given : substitute
    if (wrongWith(action) !== null) return state
    const next = reduceCore(state, action, config)
    return features.length === 0 ? next : reduceFeatures(next, action, features)
  }
}

function reduceCore(state: KeeperState, action: UnknownAction, config: RulesConfig): KeeperState {
  const { boot, source } = (action as { payload?: { boot?: string; source?: string } }).payload ?? {}
  // What a replaced process was still saying is no evidence; that a turn of it has ended stays true.
  if (boot !== undefined && !TRUE_FOR_EVER.has(action.type) && isOutdated(state.turns, source, boot))
    return state
  const turns = turnsReducer(state.turns, action, state.conversations, config)
  const conversations = conversationsReducer(state.conversations, action, state.turns, turns, config)
  if (turns === state.turns && conversations === state.conversations) return state
  return { ...state, turns: frozen(turns), conversations: frozen(conversations) }
}

function reduceFeatures(
  state: KeeperState,
  action: UnknownAction,
  features: readonly KeeperFeature[],
): KeeperState {
  let next: KeeperState & Record<string, unknown> = { ...state }
  let changed = false
  for (const { name, reducer } of features) {
    const after = reducer(next[name], action)
    if (after === next[name]) continue
    changed = true
    next = { ...next, [name]: frozen(after) }
  }
  return changed ? next : state
}
