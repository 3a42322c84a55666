import type { AssistantState } from './types'

/** The name of the feature, and of its state beside `turns` and `conversations`. */
export const ASSISTANT = 'assistant'

/** The assistant's state in the keeper's. */
export const assistantOf = (keeper: Readonly<Record<string, unknown>>): AssistantState =>
  keeper[ASSISTANT] as AssistantState
