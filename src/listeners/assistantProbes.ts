import { assistantClaimShown, assistantProbeClaimed, probeRequest } from '../assistant'
import type { AssistantPorts } from '../assistant'
import type { RegisterListener } from '../middleware/types'
import { carryOut } from './assistantRequest'
import type { AssistantCall } from './assistantRequest'

/** The assistant itself is asked for a sign of life. */
export const registerAssistantProbes =
  ({ probeAssistant }: AssistantPorts): RegisterListener =>
  (context) => {
    const probe: AssistantCall = {
      kind: probeRequest,
      port: 'probeAssistant',
      ask: ({ assistantId }, portContext) => probeAssistant?.(assistantId ?? '', portContext),
    }
    context.startListening({
      actionCreator: assistantProbeClaimed,
      effect: ({ payload }) => carryOut(context, payload, probe),
    })
    context.startListening({
      actionCreator: assistantClaimShown,
      effect: ({ payload }) => carryOut(context, payload, probe),
    })
  }
