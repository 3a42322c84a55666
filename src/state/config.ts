import type { QueuePolicy, TextWhileAsking } from '../types'

/** What the rules need to know of the options. Durations in ms. */
export interface RulesConfig {
  /** There is a status check: unnamed endings are reasons to check. Without one they end a turn that has started. */
  readonly hasStatusChecks: boolean
  readonly hasOpenStream: boolean
  readonly ackTimeout: number
  readonly sendTimeout: number
  readonly stallTimeout: number
  readonly recheckInterval: number
  readonly registrationWindow: number
  readonly statusTimeout: number
  readonly hardLimit: number | null
  readonly historySize: number
  readonly backgroundRunExpiry: number
  readonly sendWhileBusy: 'queue' | 'send'
  readonly queuePolicy: Required<QueuePolicy>
  readonly onTextWhileAsking: TextWhileAsking
  readonly stopScope: 'turn' | 'conversation'
  readonly holdSendWhileStopping: number
}

/** How many old keys, helpers, closed questions, ended runs and earlier boots are remembered. */
export const REMEMBERED = 256
/** How many unplaced runs and background runs one conversation may have. */
export const RUNS_PER_CONVERSATION = 64
/** How many runs one turn goes by: the newest. */
export const RUNS_PER_TURN = 64
/** How many tool calls of one turn, and questions of one conversation, are open at a time. */
export const TOOLS_PER_TURN = 256
export const QUESTIONS_PER_CONVERSATION = 256
/** How many conversations may go on, or wait for a check, only because a signal or frame spoke of them. */
export const FOREIGN_CONVERSATIONS = 2_000
