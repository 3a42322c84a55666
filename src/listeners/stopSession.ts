import { claimShown, sessionStopped, sessionStopRefused, sessionStopRequested } from '../actions'
import { toError } from '../middleware/errors'
import type { RegisterListener } from '../middleware/types'
import { keyOf, sessionOf } from '../state/conversations'
import type { StopSessionResult } from '../types'

/** Carries stops of sessions out. That there is no such session is as good as stopped; the rest that fails is a failure. */
export const registerStopSession: RegisterListener = (context) => {
  const { stopSession } = context.options.ports
  if (!stopSession) return

  const stop = async (given: string, nonce: string | undefined): Promise<void> => {
    const { conversations } = context.read()
    const conversationId = keyOf(conversations, given)
    const shows = nonce !== undefined && sessionOf(conversations, conversationId)?.stop?.nonce === nonce
    if (!shows || !context.requests.take(nonce)) return
    await context.callPort<StopSessionResult>({
      port: 'stopSession',
      nonce,
      timeoutMs: context.options.rules.sendTimeout,
      call: (portContext) => stopSession({ conversationId }, portContext),
      answered: (result) =>
        result.status === 'stopped' || result.reason === 'no_session'
          ? sessionStopped({ conversationId, nonce })
          : sessionStopRefused({
              conversationId,
              nonce,
              error: result.error ?? { message: 'The session goes on.', code: 'stop_failed' },
            }),
      lost: (error) => sessionStopRefused({ conversationId, nonce, error: toError(error) }),
    })
  }

  context.startListening({
    actionCreator: sessionStopRequested,
    effect: ({ payload }) => stop(payload.conversationId, payload.nonce),
  })
  context.startListening({
    actionCreator: claimShown,
    effect: ({ payload: { kind, conversationId, nonce } }) =>
      kind === 'stopSession' ? stop(conversationId, nonce) : undefined,
  })
}
