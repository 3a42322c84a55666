import { assistantProbeClaimed, probeRequest } from '../assistant'
import type { AssistantPorts } from '../assistant'
import type { RegisterListener } from '../middleware/types'
import { listenForClaims } from './assistantRequest'
import type { AssistantCall } from './assistantRequest'

/** The assistant itself is asked for a sign of life. */
export const registerAssistantProbes =
  ({ probeAssistant }: AssistantPorts): RegisterListener =>
  (context) => {
    const probe: AssistantCall = {
      kind: probeRequest,
      port: 'probeAssistant',
      ask: ({ assistantId }, portContext) => probeAssistant?.(assistantId, portContext),
    }
    listenForClaims(context, assistantProbeClaimed, probe)
  }
