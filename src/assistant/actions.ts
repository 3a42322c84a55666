/**
 * The assistant's actions. Like those of the turns: statements and commands of the app, claims of the keeper (the reducer
 * decides, a nonce in the state shows that it took), and answers, which carry the nonce and generation that they left under.
 */
import { createAction } from '@reduxjs/toolkit'
import { event, stamped } from '../event'
import type { Meta } from '../event'
import type { AssistantClaim, AssistantInputs, AssistantInputsPayload, AssistantReply } from './types'

/**
 * The app says who is signed in, and how. Ready inputs lead to a look-up; losing the session or signing out resets
 * everything in this one dispatch. The same inputs again change nothing.
 */
export const assistantInputsChanged = createAction(
  'assistant/inputsChanged',
  ({ resolveOnboardingRedirect, gatewayAuth, ...given }: AssistantInputsPayload, meta?: Partial<Meta>) => {
    const inputs: AssistantInputs = {
      loading: false,
      retired: false,
      nonProduction: false,
      platformSession: true,
      assistantId: null,
      redirect: resolveOnboardingRedirect?.() ?? null,
      ...given,
      gatewayAuth: gatewayAuth
        ? { assistantId: gatewayAuth.assistantId ?? 'self', connection: gatewayAuth.connection ?? null }
        : null,
    }
    return stamped(inputs, 'app', meta)
  },
)
/** A look-up is wanted now, whatever the assistant's kind. `retry`: the budgets are given anew. */
export const assistantCheckRequested = event<{ readonly retry: boolean }>('assistant/checkRequested', 'user')
/** The user wants an assistant of this version started (`null`: the backend chooses). */
export const assistantVersionChosen = event<{ readonly version: string | null }>(
  'assistant/versionChosen',
  'user',
)

export const assistantCheckClaimed = event<AssistantClaim>('assistant/checkClaimed', 'keeper')
export const assistantChecked = event<AssistantReply>('assistant/checked', 'look-up')
export const assistantHatchClaimed = event<AssistantClaim>('assistant/hatchClaimed', 'keeper')
export const assistantHatched = event<AssistantReply>('assistant/hatched', 'keeper')
export const assistantRetireClaimed = event<AssistantClaim>('assistant/retireClaimed', 'recovery')
export const assistantRetired = event<AssistantReply>('assistant/retired', 'recovery')
export const assistantProbeClaimed = event<AssistantClaim>('assistant/probeClaimed', 'keeper')
export const assistantProbed = event<AssistantReply>('assistant/probed', 'look-up')

/** It has been `initializing` for too long. Carries the deadline that it was armed for. */
export const assistantOverdue = event<{ readonly generation: number; readonly deadline: number }>(
  'assistant/overdue',
  'watchdog',
)
/** A keeper takes over what another one left. */
export const assistantAttached = event<{ readonly owner: string }>('assistant/attached', 'keeper')
/** The page lost its network, or has it back. */
export const networkChanged = event<{ readonly online: boolean }>('assistant/networkChanged', 'keeper')

/** Looks at the assistant now. */
export const checkAssistant = () => assistantCheckRequested({ retry: false })
/** Looks at the assistant now, with its budgets given anew: what a "Try again" button dispatches. */
export const retryAssistant = () => assistantCheckRequested({ retry: true })
/** Starts an assistant of this version. While one starts or is up it changes nothing. */
export const hatchVersion = (version?: string) => assistantVersionChosen({ version: version ?? null })
