import { assistantHatchClaimed, hatchRequest } from '../assistant'
import type { AssistantPorts } from '../assistant'
import type { RegisterListener } from '../middleware/types'
import { listenForClaims } from './assistantRequest'
import type { AssistantCall } from './assistantRequest'

/** An assistant is started. The idempotency key stays the same until it is known what became of the start. */
export const registerAssistantStarts =
  ({ hatchAssistant }: AssistantPorts): RegisterListener =>
  (context) => {
    const start: AssistantCall = {
      kind: hatchRequest,
      port: 'hatchAssistant',
      ask: ({ hatched, unsettledHatch }, portContext) => {
        if (!unsettledHatch) return undefined
        const version = hatched?.version ?? null
        const idempotencyKey = unsettledHatch.key
        return hatchAssistant?.(
          version === null ? { idempotencyKey } : { version, idempotencyKey },
          portContext,
        )
      },
    }
    listenForClaims(context, assistantHatchClaimed, start)
  }
