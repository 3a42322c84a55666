import { assistantCheckClaimed, checkRequest, checkedId } from '../assistant'
import type { AssistantPorts } from '../assistant'
import type { RegisterListener } from '../middleware/types'
import { listenForClaims } from './assistantRequest'
import type { AssistantCall } from './assistantRequest'

/** A status check leaves: for the id that is known, or for whichever assistant the user has. */
export const registerAssistantChecks =
  ({ getAssistant }: AssistantPorts): RegisterListener =>
  (context) => {
    const check: AssistantCall = {
      kind: checkRequest,
      port: 'getAssistant',
      ask: (state, portContext) => {
        const assistantId = checkedId(state)
        return getAssistant?.(assistantId === null ? {} : { assistantId }, portContext)
      },
    }
    listenForClaims(context, assistantCheckClaimed, check)
  }
