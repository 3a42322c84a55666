import type { Action, DevToolsEnhancerOptions } from '@reduxjs/toolkit'
import { endTurn, stateRestored, steerRefused, turnProgressed, turnSteered, turnSubmitted } from '../actions'
import { previewInputs } from './preview'

export interface SanitizerOptions {
  /** How many characters of a prompt are shown. Default 80. */
  readonly previewLength?: number
  /** Where the slices are mounted, as in `createTurnkeeper`. */
  readonly reducerPaths?: { readonly turns?: string; readonly conversations?: string }
}

export type Sanitizers = Required<Pick<DevToolsEnhancerOptions, 'actionSanitizer' | 'stateSanitizer'>>

const WITH_INPUTS: ReadonlySet<string> = new Set(
  [turnSubmitted, turnSteered, steerRefused, stateRestored].map(({ type }) => type),
)

/** The type as it stands in the log: with what one looks for when one skims it. */
function titleOf(action: Action): string {
  if (turnProgressed.match(action)) {
    const { kind, count = 1 } = action.payload
    return count > 1 ? `${action.type} ${kind} ×${count}` : `${action.type} ${kind}`
  }
  return endTurn.match(action) ? `${action.type} ${action.payload.reason}` : action.type
}

/** What a foreign or malformed value makes of a sanitizer is that value, as it was. */
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
 * Actions: progress says how many signals it stands for (`turns/progressed output ×37`), an end its reason
 * (`turns/ended rescued`), prompts are previews. Other actions pass as they are.
 * State: the ledger, which both slices keep, is shown in one; prompts are previews.
 */
export function createSanitizers(options: SanitizerOptions = {}): Sanitizers {
  const { previewLength = 80, reducerPaths: { turns = 'turns', conversations = 'conversations' } = {} } =
    options

  const sanitizeAction = untouchedOnError((action: Action): Action => {
    const type = titleOf(action)
    const payload = (action as { payload?: unknown }).payload
    const shown = WITH_INPUTS.has(action.type) ? previewInputs(payload, previewLength) : payload
    return type === action.type && shown === payload
      ? action
      : ({ ...action, type, payload: shown } as Action)
  })

  const sanitizeState = untouchedOnError((state: unknown): unknown => {
    const root = state as Record<string, { readonly ledger: { readonly seq: number } } | undefined>
    const { [turns]: one, [conversations]: other } = root
    if (!other?.ledger) return state
    // Two ledgers that disagree are a fault that one wants to see.
    const same = one?.ledger?.seq === other.ledger.seq
    const shown = { ...other, ledger: same ? `as in ${turns}` : other.ledger }
    return { ...root, [conversations]: previewInputs(shown, previewLength) }
  })

  return {
    actionSanitizer: (action) => sanitizeAction(action) as typeof action,
    stateSanitizer: (state) => sanitizeState(state) as typeof state,
  }
}
