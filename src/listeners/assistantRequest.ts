import { NO_ANSWER, assistantClaimShown, assistantOf, readAnswer, withToken } from '../assistant'
import type {
  AssistantClaim,
  assistantCheckClaimed,
  assistantHatchClaimed,
  assistantProbeClaimed,
  assistantRetireClaimed,
  AssistantPortContext,
  AssistantPorts,
  AssistantState,
  RequestKind,
} from '../assistant'
import type { StoreContext } from '../middleware/types'

/** The action that claims a request of one kind. */
type ClaimCreator =
  | typeof assistantCheckClaimed
  | typeof assistantHatchClaimed
  | typeof assistantProbeClaimed
  | typeof assistantRetireClaimed

/** The call of one of the assistant's ports. */
export interface AssistantCall {
  readonly kind: RequestKind
  readonly port: keyof AssistantPorts
  /** Asks, on the state that the claim was made in. */
  readonly ask: (state: AssistantState, context: AssistantPortContext) => Promise<unknown> | undefined
}

/**
 * Carries out a request that was claimed: once, and only where the claim shows in the state (law 21). Whatever comes of it
 * is dispatched as its answer; a rejected promise counts as none.
 */
async function carryOut(
  context: StoreContext,
  { nonce, generation }: AssistantClaim,
  { kind, port, ask }: AssistantCall,
): Promise<void> {
  const state = assistantOf(context.read())
  if (kind.requestOf(state)?.nonce !== nonce || !context.requests.take(nonce)) return
  await context.callPort<unknown>({
    port,
    nonce,
    call: (portContext) => ask(state, { ...portContext, connection: withToken(state.connection) }),
    answered: (value) => kind.answered({ nonce, generation, answer: readAnswer(value) }),
    lost: () => kind.answered({ nonce, generation, answer: NO_ANSWER }),
  })
}

/** Calls the port for each claim of this kind: when it is taken, and when it shows after a jump. */
export function listenForClaims(context: StoreContext, claimed: ClaimCreator, call: AssistantCall): void {
  for (const actionCreator of [claimed, assistantClaimShown])
    context.startListening({ actionCreator, effect: ({ payload }) => carryOut(context, payload, call) })
}
