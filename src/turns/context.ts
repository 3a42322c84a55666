import type { RulesConfig } from '../state/config'
import type { ConversationsState } from '../types'

/** What a rule decides on, beside the state of turns: the options, the conversations as they were, and the time of the action. */
export interface RuleContext {
  readonly config: RulesConfig
  readonly conversations: ConversationsState
  readonly at: number
}
