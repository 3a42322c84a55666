/** What makes the log of Redux DevTools read as a story. */
import type { Action, DevToolsEnhancerOptions } from '@reduxjs/toolkit'
import { backgroundRunsExpired, signals, statusCheckEnded, statusCheckStarted } from '../actions'
import { createSanitizers } from './sanitizers'
import type { SanitizerOptions, Sanitizers } from './sanitizers'

export { createSanitizers }
export type { SanitizerOptions, Sanitizers } from './sanitizers'

const defaults = /* @__PURE__ */ createSanitizers()
/** How an action is shown, for a `devTools` option of one's own: with the defaults of `createSanitizers`. */
export const actionSanitizer: Sanitizers['actionSanitizer'] = defaults.actionSanitizer
/** How a state is shown, for a `devTools` option of one's own: with the defaults of `createSanitizers`. */
export const stateSanitizer: Sanitizers['stateSanitizer'] = defaults.stateSanitizer

const ROUTINE: ReadonlySet<string> = new Set(
  [signals.turnProgressed, statusCheckStarted, statusCheckEnded, backgroundRunsExpired].map(
    ({ type }) => type,
  ),
)

/**
 * Whether an action is one of the many that a healthy turn makes: progress, status checks that leave and end, and background
 * runs that are forgotten.
 */
export const isRoutine = (action: Action): boolean => ROUTINE.has(action.type)

/** Options of `devtoolsOptions`. */
export interface DevtoolsOptions extends SanitizerOptions {
  /** How many actions DevTools keeps. Default 500: its own 50 are gone before a stalled turn is noticed. */
  readonly maxAge?: number | undefined
  /** Leaves routine actions out of the log. Default false. */
  readonly hideRoutine?: boolean | undefined
}

/**
 * Options for Redux DevTools.
 *
 * @example
 * configureStore({ reducer, middleware, devTools: devtoolsOptions() })
 */
export const devtoolsOptions = ({
  maxAge = 500,
  hideRoutine,
  ...options
}: DevtoolsOptions = {}): DevToolsEnhancerOptions => ({
  ...createSanitizers(options),
  maxAge,
  ...(hideRoutine && { predicate: (_state, action) => !isRoutine(action) }),
})
