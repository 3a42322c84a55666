import type { Action, DevToolsEnhancerOptions } from '@reduxjs/toolkit'
import { endTurn, signals, stateRestored, turnSettled, turnSteered, turnSubmitted } from '../actions'
import { previewInputs } from './preview'
import { createTableView, isKeeperState } from './tables'

/** Options of `createSanitizers`. */
export interface SanitizerOptions {
  /** How many characters of a prompt are shown. Default 80. */
  readonly previewLength?: number | undefined
  /** Where the keeper is mounted, as in `createTurnkeeper`. Default `turnkeeper`. */
  readonly reducerPath?: string | undefined
}

/** The two options of Redux DevTools that say how actions and states are shown. */
export type Sanitizers = Required<Pick<DevToolsEnhancerOptions, 'actionSanitizer' | 'stateSanitizer'>>

const WITH_INPUTS: ReadonlySet<string> = new Set(
  [turnSubmitted, turnSteered, stateRestored].map(({ type }) => type),
)

/** The type as it stands in the log: with what one looks for when one skims it. */
function titleOf(action: Action): string {
  if (signals.turnProgressed.match(action)) {
    const { kind, count = 1 } = action.payload
    return count > 1 ? `${action.type} ${kind} ×${count}` : `${action.type} ${kind}`
  }
  if (endTurn.match(action) || signals.turnEnded.match(action))
    return `${action.type} ${action.payload.reason}`
  if (turnSettled.match(action)) {
    const { turn, correction } = action.payload
    return `${action.type} ${turn.reason}${correction ? ' (correction)' : ''}`
  }
  return action.type
}

/** A foreign or malformed value is shown as it is. */
const untouchedOnError =
  <Value>(sanitize: (value: Value) => Value) =>
  (value: Value): Value => {
    try {
      return sanitize(value)
    } catch {
      return value
    }
  }

/**
 * Makes the sanitizers for Redux DevTools. They change what is shown, never what is dispatched or kept.
 *
 * Actions: progress says how many signals it stands for (`turnkeeper/signals/turnProgressed output ×37`), an end its reason
 * (`turnkeeper/endTurn rescued`), prompts are previews. Other actions pass as they are.
 * State: what goes on in each conversation is shown by conversation id; prompts and drafts are previews.
 */
export function createSanitizers(options: SanitizerOptions = {}): Sanitizers {
  const { previewLength = 80, reducerPath = 'turnkeeper' } = options
  const byId = createTableView((row) => previewInputs(row, previewLength))

  const sanitizeAction = untouchedOnError((action: Action): Action => {
    const type = titleOf(action)
    const payload = (action as { payload?: unknown }).payload
    const shown = WITH_INPUTS.has(action.type) ? previewInputs(payload, previewLength) : payload
    return type === action.type && shown === payload
      ? action
      : ({ ...action, type, payload: shown } as Action)
  })

  const sanitizeState = untouchedOnError((state: unknown): unknown => {
    const root = state as Readonly<Record<string, unknown>>
    const mounted = root[reducerPath]
    if (!isKeeperState(mounted)) return state
    const { turns, conversations } = mounted
    return {
      ...root,
      [reducerPath]: {
        ...mounted,
        turns: { ...turns, byConversation: byId(turns.byConversation) },
        conversations: { ...conversations, byId: byId(conversations.byId) },
      },
    }
  })

  return {
    actionSanitizer: (action) => sanitizeAction(action) as typeof action,
    stateSanitizer: (state) => sanitizeState(state) as typeof state,
  }
}
