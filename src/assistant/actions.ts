/**
 * The assistant's actions: statements and commands of the app, announcements, claims of the keeper (the reducer decides, a
 * nonce in the state shows that it took), and answers, which carry the nonce and generation that they left under.
 */
import { createAction } from '@reduxjs/toolkit'
import { event, stamped } from '../actions/event'
import type { MetaInput } from '../actions/event'
import { readAnswer } from './answers'
import { withoutToken } from './connectionTokens'
import type {
  AssistantClaim,
  AssistantData,
  AssistantInputs,
  AssistantInputsPayload,
  AssistantReply,
  AssistantResult,
} from './types'

// ---------------------------------------------------------------- what the app says

/** A number is as good an id as its text. */
const idOf = <Id>(given: Id | null | undefined) =>
  typeof given === 'number' ? String(given) : (given ?? null)

function readInputs({
  resolveOnboardingRedirect,
  gatewayAuth,
  ...given
}: AssistantInputsPayload): AssistantInputs {
  return {
    signedIn: given.signedIn,
    loading: given.loading ?? false,
    userId: idOf(given.userId),
    retired: given.retired ?? false,
    nonProduction: given.nonProduction ?? false,
    platformSession: given.platformSession ?? true,
    gatewayAuth: gatewayAuth
      ? {
          assistantId: gatewayAuth.assistantId ?? 'self',
          connection: withoutToken(gatewayAuth.connection),
        }
      : null,
    assistantId: given.assistantId ?? null,
    redirect: given.redirect ?? resolveOnboardingRedirect?.() ?? null,
  }
}

/**
 * The app says who is signed in, and how. The same inputs again change nothing.
 *
 * Nobody signed in, or another `userId`: everything of the last user goes, in the core as well, before anything is asked for
 * the next. `loading` keeps everything. The token of a gateway's connection does not enter the action.
 */
export const assistantInputsChanged = /* @__PURE__ */ createAction(
  'turnkeeper/assistant/inputsChanged',
  (inputs: AssistantInputsPayload, meta?: MetaInput) => stamped(readInputs(inputs), 'app', meta),
)
/**
 * The answer of a poll that the app made itself, in the form of the port `getAssistant`. It counts as a status check. One
 * that says 404 starts nothing by itself where the keeper can check: it does so first.
 */
export const assistantAnswered = /* @__PURE__ */ createAction(
  'turnkeeper/assistant/answered',
  (result: AssistantResult<AssistantData>, meta?: MetaInput) =>
    stamped({ answer: readAnswer(result) }, 'app', meta),
)
/** A request to the assistant failed: a reason to probe it. Without the port `probeAssistant` it is checked instead. */
export const assistantDoubted = /* @__PURE__ */ createAction(
  'turnkeeper/assistant/doubted',
  (payload: { readonly reason?: string | undefined } = {}, meta?: MetaInput) => stamped(payload, 'app', meta),
)
/** A status check is wanted now, whatever the kind. `retry`: the budgets are given anew. See `checkAssistant`. */
export const assistantCheckRequested = /* @__PURE__ */ event<{ readonly retry: boolean }>(
  'assistant/checkRequested',
  'user',
)
/** The user wants an assistant of this version started; `null`: the backend chooses. */
export const assistantVersionChosen = /* @__PURE__ */ event<{ readonly version: string | null }>(
  'assistant/versionChosen',
  'user',
)
/** The page lost its network, or has it back. The keeper dispatches it where it has a page; elsewhere the app may. */
export const networkChanged = /* @__PURE__ */ event<{ readonly online: boolean }>(
  'assistant/networkChanged',
  'keeper',
)

// ---------------------------------------------------------------- announcements

/**
 * It has been `initializing` for too long: a recovery follows, or the time-out error where none is left. Carries the
 * deadline that it was armed for.
 */
export const assistantInitOverdue = /* @__PURE__ */ event<{
  readonly generation: number
  readonly deadline: number
}>('assistant/initOverdue', 'watchdog')
/**
 * Announces a recovery: check, retire what still initializes, start again. `recovery` counts from 1; `assistantId` is the
 * one that did not come up, `null` where it is not known.
 */
export const assistantRecoveryStarted = /* @__PURE__ */ event<{
  readonly recovery: number
  readonly assistantId: string | null
}>('assistant/recoveryStarted', 'recovery')

// ---------------------------------------------------------------- claims and answers

export const assistantCheckClaimed = /* @__PURE__ */ event<AssistantClaim>('assistant/checkClaimed', 'keeper')
export const assistantChecked = /* @__PURE__ */ event<AssistantReply>('assistant/checked', 'status check')
export const assistantHatchClaimed = /* @__PURE__ */ event<AssistantClaim>('assistant/hatchClaimed', 'keeper')
export const assistantHatched = /* @__PURE__ */ event<AssistantReply>('assistant/hatched', 'keeper')
export const assistantRetireClaimed = /* @__PURE__ */ event<AssistantClaim>(
  'assistant/retireClaimed',
  'recovery',
)
export const assistantRetired = /* @__PURE__ */ event<AssistantReply>('assistant/retired', 'recovery')
export const assistantProbeClaimed = /* @__PURE__ */ event<AssistantClaim>('assistant/probeClaimed', 'keeper')
export const assistantProbed = /* @__PURE__ */ event<AssistantReply>('assistant/probed', 'status check')

/** A claim that was hidden by a frozen view shows now: its request starts (law 21). */
export const assistantClaimShown = /* @__PURE__ */ event<AssistantClaim>('assistant/claimShown', 'keeper')
/** A keeper takes over what another one left. */
export const assistantAttached = /* @__PURE__ */ event<{ readonly keeperId: string }>(
  'assistant/attached',
  'keeper',
)
