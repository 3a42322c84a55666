import { NO_ANSWER, assistantOf, readAnswer, withToken } from '../assistant'
import type {
  AssistantClaim,
  AssistantPortContext,
  AssistantPorts,
  AssistantState,
  RequestKind,
} from '../assistant'
import type { StoreContext } from '../middleware/types'

/** The call of one of the assistant's ports. */
export interface AssistantCall {
  readonly kind: RequestKind
  readonly port: keyof AssistantPorts
  /** Asks, on the state that the claim was made in. */
  readonly ask: (state: AssistantState, context: AssistantPortContext) => Promise<unknown> | undefined
  /** What an `ok` without a status word means. */
  readonly bareStatus?: string
}

/**
 * Carries out a request that was claimed: once, and only where the claim shows in the state (law 21). Whatever comes of it
 * is dispatched as its answer; a rejected promise counts as none.
 */
export async function carryOut(
  context: StoreContext,
  { nonce, generation }: AssistantClaim,
  { kind, port, ask, bareStatus }: AssistantCall,
): Promise<void> {
  const state = assistantOf(context.read())
  if (kind.requestOf(state)?.nonce !== nonce || !context.requests.take(nonce)) return
  await context.callPort<unknown>({
    port,
    nonce,
    call: (portContext) => ask(state, { ...portContext, connection: withToken(state.connection) }),
    answered: (value) => kind.answered({ nonce, generation, answer: readAnswer(value, bareStatus) }),
    lost: () => kind.answered({ nonce, generation, answer: NO_ANSWER }),
  })
}
