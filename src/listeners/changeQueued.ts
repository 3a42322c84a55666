import { queueChangeRefused, queuedEdited, queuedMoved } from '../actions'
import { toError } from '../middleware/errors'
import type { RegisterListener } from '../middleware/types'
import { findTurn, hasLeft, isQueued } from '../state/turns'
import type { QueueChangeRequest, QueueChangeResult } from '../types'

/** Asks the server to edit or move a message that it holds. It is shown as changed once the server has changed it. */
export const registerChangeQueued: RegisterListener = (context) => {
  const { changeQueued } = context.options.ports
  if (!changeQueued) return

  const ask = async (
    turnId: string,
    change: QueueChangeRequest['change'],
    accepted: ReturnType<typeof queuedEdited | typeof queuedMoved>,
  ): Promise<void> => {
    const { turns } = context.read()
    const turn = findTurn(turns, turnId)
    if (!turn || !hasLeft(turn) || !isQueued(turns, turn)) return
    const { conversationId, runs: runIds } = turn
    const refused = (error: unknown) => queueChangeRefused({ conversationId, error: toError(error) })
    await context.callPort<QueueChangeResult>({
      port: 'changeQueued',
      nonce: context.requests.issue(),
      call: (portContext) => changeQueued({ conversationId, turnId, runIds, change }, portContext),
      answered: (result) =>
        result.status === 'accepted'
          ? accepted
          : refused(new Error(result.error?.message ?? 'The server did not change the message.')),
      lost: refused,
    })
  }

  context.startListening({
    actionCreator: queuedEdited,
    effect: ({ payload }) =>
      payload.accepted
        ? undefined
        : ask(
            payload.turnId,
            { kind: 'edit', input: payload.input },
            queuedEdited({ ...payload, accepted: true }),
          ),
  })
  context.startListening({
    actionCreator: queuedMoved,
    effect: ({ payload }) =>
      payload.accepted
        ? undefined
        : ask(
            payload.turnId,
            { kind: 'move', before: payload.before },
            queuedMoved({ ...payload, accepted: true }),
          ),
  })
}
