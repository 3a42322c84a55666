import type * as actions from '../actions'

/** What an adapter hands on: dispatch it as it is. */
export type Signal = ReturnType<
  | typeof actions.childOpened
  | typeof actions.endTurn
  | typeof actions.errorReported
  | typeof actions.inputRequested
  | typeof actions.inputResolved
  | typeof actions.requestEnded
  | typeof actions.sendAccepted
  | typeof actions.sessionReported
  | typeof actions.turnProgressed
  | typeof actions.turnRetrying
  | typeof actions.turnStarted
>

/** An event that says nothing about a turn. */
export const NOTHING: readonly Signal[] = Object.freeze([])
