/** Texts that are added to the turn that runs, as thunks. */
import * as actions from './actions'
import type { Command, SteerArgs, SubmitArgs, Submitted } from './commands'
import type { CommandContext } from './middleware'
import { toError } from './middleware/errors'
import type { KeeperDispatch } from './middleware/types'
import type { ResolvedOptions } from './options'
import { conversationOf, keyOf } from './state/conversations'
import { activeOf, findTurn, hasLeft } from './state/turns'
import type { SendResult } from './types'

export function createSteerCommands(
  options: ResolvedOptions,
  contextOf: (dispatch: KeeperDispatch) => CommandContext,
  submitTurn: (args: SubmitArgs) => Command<Submitted>,
) {
  /** Adds a text to the turn that runs; `false` where none runs, it is being stopped, or there is nobody to ask. */
  const steerInto = (
    dispatch: KeeperDispatch,
    context: CommandContext,
    { conversationId, input, steerId }: SteerArgs & { readonly steerId: string },
  ): boolean => {
    const { turns, conversations } = context.read()
    const into = activeOf(turns, keyOf(conversations, conversationId))
    const { sendTurn } = options.ports
    if (!into || into.stop || !sendTurn || !context.isActive) return false
    const nonce = context.requests.issue()
    dispatch(actions.turnSteered({ conversationId, turnId: into.turnId, steerId, input, nonce }))
    const where = { conversationId: into.conversationId, steerId }
    void context.callPort<SendResult>({
      port: 'sendTurn',
      nonce,
      timeoutMs: options.rules.sendTimeout,
      call: (portContext) =>
        sendTurn(
          {
            conversationId: into.conversationId,
            turnId: steerId,
            input,
            mode: 'steer',
            into: { turnId: into.turnId, runIds: into.runs },
            hidden: false,
            attempt: 1,
          },
          portContext,
        ),
      answered: (result) =>
        result.status === 'accepted'
          ? actions.sendAccepted({
              turnId: steerId,
              conversationId: into.conversationId,
              runId: result.runId,
              as: result.as,
            })
          : actions.steerRefused({
              ...where,
              error: result.error ?? {
                message: 'The running turn did not take the message. Its text is kept as a draft.',
                code: 'steer_refused',
              },
            }),
      lost: (error) => actions.steerRefused({ ...where, error: toError(error), lost: true }),
    })
    return true
  }

  const steerTurn =
    ({ conversationId, input, steerId = options.createId() }: SteerArgs): Command<Submitted> =>
    (dispatch) =>
      // A turn that is being stopped takes nothing in: the text is a prompt of its own, after it.
      steerInto(dispatch, contextOf(dispatch), { conversationId, input, steerId })
        ? { turnId: steerId, taken: true }
        : dispatch(submitTurn({ conversationId, input, turnId: steerId }))

  const steerQueued =
    ({ turnId }: { readonly turnId: string }): Command<Submitted> =>
    (dispatch) => {
      const context = contextOf(dispatch)
      const { turns, conversations } = context.read()
      const turn = findTurn(turns, turnId)
      const { conversationId = '' } = turn ?? {}
      const text = conversationOf(conversations, conversationId)?.texts.find((one) => one.turnId === turnId)
      const taken =
        turn !== undefined &&
        text !== undefined &&
        !hasLeft(turn) &&
        steerInto(dispatch, context, { conversationId, input: text.input, steerId: turnId })
      return { turnId, taken }
    }

  return { steerTurn, steerQueued }
}
