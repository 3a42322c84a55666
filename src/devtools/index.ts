/** What makes the log of Redux DevTools read as a story. */
import type { Action, DevToolsEnhancerOptions } from '@reduxjs/toolkit'
import { lookUpClaimed, lookUpClosed, swept, turnProgressed } from '../actions'
import { createSanitizers } from './sanitizers'
import type { SanitizerOptions } from './sanitizers'

export { createSanitizers }
export type { SanitizerOptions, Sanitizers } from './sanitizers'

/** The sanitizers with their defaults, for a `devTools` option of one's own. */
export const { actionSanitizer, stateSanitizer } = /* @__PURE__ */ createSanitizers()

const ROUTINE: ReadonlySet<string> = new Set(
  [turnProgressed, lookUpClaimed, lookUpClosed, swept].map(({ type }) => type),
)

/** Whether an action is one of the many that a healthy turn makes: progress, and look-ups leaving and closing. */
export const isRoutine = (action: Action): boolean => ROUTINE.has(action.type)

export interface DevtoolsOptions extends SanitizerOptions {
  /** How many actions DevTools keeps. Default 500: its own 50 are gone before a stalled turn is noticed. */
  readonly maxAge?: number
  /** Leaves routine actions out of the log. Default false. */
  readonly hideRoutine?: boolean
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
