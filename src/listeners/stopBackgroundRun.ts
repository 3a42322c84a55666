import { backgroundStopAnswered, backgroundStopClaimed, claimShown } from '../actions'
import { toError } from '../middleware/errors'
import type { RegisterListener } from '../middleware/types'
import { backgroundRunAnswered } from '../state/stops'
import type { StopBackgroundRunResult } from '../types'

/** Carries stops of background runs out. */
export const registerStopBackgroundRun: RegisterListener = (context) => {
  const { stopBackgroundRun } = context.options.ports
  if (!stopBackgroundRun) return

  const stop = async (given: string, runId: string, nonce: string): Promise<void> => {
    const { turns, conversations } = context.read()
    const run = backgroundRunAnswered(turns, conversations, { conversationId: given, runId, nonce })
    if (!run || !context.requests.take(nonce)) return
    const { conversationId } = run
    const named = { conversationId, runId, nonce }
    await context.callPort<StopBackgroundRunResult>({
      port: 'stopBackgroundRun',
      nonce,
      timeoutMs: context.options.rules.sendTimeout,
      call: (portContext) => stopBackgroundRun({ conversationId, runId }, portContext),
      answered: (result) =>
        result.status === 'acknowledged'
          ? backgroundStopAnswered({ ...named, status: 'acknowledged' })
          : backgroundStopAnswered({ ...named, status: result.reason, error: result.error }),
      lost: (error) => backgroundStopAnswered({ ...named, status: 'lost', error: toError(error) }),
    })
  }

  context.startListening({
    actionCreator: backgroundStopClaimed,
    effect: ({ payload: { conversationId, runId, nonce } }) => stop(conversationId, runId, nonce),
  })
  context.startListening({
    actionCreator: claimShown,
    effect: ({ payload: { kind, conversationId, runId, nonce } }) =>
      kind === 'stopBackgroundRun' && runId !== undefined ? stop(conversationId, runId, nonce) : undefined,
  })
}
