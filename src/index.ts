export { createTurnkeeper } from './createTurnkeeper'
export type { BoundSelectors, FeatureStates, Turnkeeper } from './turnkeeper'
export type { TurnkeeperOptions } from './options'
export type { Answer, Answered } from './answers'
export type { Command, SteerArgs, SubmitArgs, Submitted } from './commands'
export type { KeeperFeature } from './middleware/types'
export type { Table, TableRow } from './state/table'
export { signals } from './actions'
export {
  conversationClosed,
  conversationRekeyed,
  conversationViewed,
  draftTaken,
  endTurn,
  errorDismissed,
  inputClosed,
  inputOpened,
  queueCleared,
  queuedEdited,
  queuedMoved,
  queuedSentNow,
  queuePaused,
  queueResumed,
  sendAccepted,
  sendingGated,
  sendLost,
  sendRefused,
  sessionStarted,
  sessionStatusChanged,
  stateRestored,
  stopAcknowledged,
  stopLost,
  stopRefused,
  stopRequested,
  threadStarted,
  turnSettled,
  turnSubmitted,
  userChanged,
  workStarted,
} from './actions'
export type {
  EndPayload,
  EventCreator,
  InputRequestedPayload,
  Meta,
  MetaInput,
  Persisted,
  ProgressKind,
  ProgressPayload,
  QuestionPayload,
  SendAcceptedPayload,
  SendLostPayload,
  SendRefusedPayload,
  SessionStatement,
  Source,
  StopAcknowledgedPayload,
  StopLostPayload,
  StopRefusedPayload,
  StopRequestedPayload,
  SubmitPayload,
  TurnEndedPayload,
  TurnStartedPayload,
} from './actions'
export * from './selectors'
export type * from './types'
