import { signals, streamOpenClaimed, streamOpenEnded } from '../actions'
import type { RegisterListener } from '../middleware/types'
import { nextOpenPause } from '../turns'

/**
 * Recovery of the event stream: opens it anew when it is down, or cannot be trusted any more after a sleep. When that is due
 * follows from the state: at once, and after ever longer pauses where it does not last.
 */
export const registerStream: RegisterListener = (context) => {
  const { options, statusChecks, requests } = context
  const { openStream } = options.ports

  context.startListening({
    actionCreator: signals.streamOpened,
    effect: () => statusChecks.renew(),
  })
  if (!openStream) return
  context.startListening({
    actionCreator: streamOpenClaimed,
    effect: async ({ payload: { nonce } }) => {
      const { stream } = context.read().turns
      if (stream.nonce !== nonce || !requests.take(nonce)) return
      const { why } = stream
      const reply = await context.request<void>({
        port: 'openStream',
        nonce,
        call: (portContext) => openStream({ why }, portContext) ?? undefined,
      })
      if (reply.kind === 'disposed' || reply.kind === 'aborted') return
      const pause = nextOpenPause(context.read().turns) * (0.75 + options.random() / 4)
      const retryAt = reply.kind === 'failed' ? context.now() + pause : null
      context.dispatch(streamOpenEnded({ nonce, retryAt }))
    },
  })
}
