import { sessionStopped, sessionStopRefused } from '../../actions'
import type { Session, StopSessionResult } from '../../types'
import { toError } from '../errors'
import type { Policy } from '../types'

/** Carries stops of sessions out. That there is no such session is as good as stopped; the rest that fails is a failure. */
export const sessionsPolicy: Policy = (context) => {
  const { stopSession } = context.options.ports
  if (!stopSession) return
  let seen: readonly Session[] | undefined

  const start = (conversationId: string, nonce: string): void => {
    void context.ask<StopSessionResult>(
      'stopSession',
      () => stopSession({ conversationId }, { signal: context.signal }),
      (result) =>
        result.status === 'stopped' || result.reason === 'no_session'
          ? sessionStopped({ conversationId, nonce })
          : sessionStopRefused({
              conversationId,
              nonce,
              error: result.error ?? { message: 'the session goes on' },
            }),
      (error) => sessionStopRefused({ conversationId, nonce, error: toError(error) }),
    )
  }

  return {
    settle({ turns }) {
      const { sessions } = turns.ledger
      if (sessions === seen) return
      seen = sessions
      for (const { conversationId, stop } of sessions) {
        if (stop && context.requests.take(stop.nonce)) start(conversationId, stop.nonce!)
      }
    },
  }
}
