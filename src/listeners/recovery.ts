import { assistantRetireClaimed, retireRequest } from '../assistant'
import type { AssistantPorts } from '../assistant'
import type { RegisterListener } from '../middleware/types'
import { listenForClaims } from './assistantRequest'
import type { AssistantCall } from './assistantRequest'

/**
 * Recovery of an assistant that does not come up. The status check that goes first found it still initializing: it is
 * retired here. The reducer starts another on the answer, within the budget.
 */
export const registerRecovery =
  ({ retireAssistant }: AssistantPorts): RegisterListener =>
  (context) => {
    const retire: AssistantCall = {
      kind: retireRequest,
      port: 'retireAssistant',
      ask: ({ assistantId }, portContext) => retireAssistant?.(assistantId!, portContext),
    }
    listenForClaims(context, assistantRetireClaimed, retire)
  }
