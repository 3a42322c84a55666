/**
 * What the app asks for, as thunks. They mint ids, claim what they start, and tell whether it took; what follows is the
 * reducers' and the policies' business.
 */
import type { ThunkAction, UnknownAction } from '@reduxjs/toolkit'
import * as actions from './actions'
import { contextRequested } from './middleware'
import { toError } from './middleware/errors'
import type { KeeperDispatch, KeeperState, PolicyContext } from './middleware/types'
import type { ResolvedOptions } from './resolveOptions'
import { findTurn, keyOf, ownerOf, sessionOf, stopTarget } from './rules'
import type { AnswerResult } from './types'

/** A command of the keeper's: dispatch it to the store that has the keeper's middleware. */
export type Command<Result> = ThunkAction<Result, unknown, unknown, UnknownAction>

export interface SubmitArgs {
  readonly conversationId: string
  /** What is sent: serialisable, handed to `sendTurn` as it is. */
  readonly input: unknown
  /** The turn's id and the idempotency key of its send. Default: minted. */
  readonly turnId?: string
  /** `queue`: wait for the live turn. `now`: send beside it. Default: the option `sendWhileBusy`. */
  readonly mode?: 'queue' | 'now'
  /** The turn that this one tries again; its draft is taken. */
  readonly retryOf?: string
  /** A prompt that the user did not type: it is never given back as a draft. */
  readonly hidden?: boolean
}

export interface Submitted {
  readonly turnId: string
  /** Whether it shows in the state. False under a DevTools lock or jump: the text should stay in the composer. */
  readonly taken: boolean
}

export function createCommands(options: ResolvedOptions) {
  const contextOf = (dispatch: KeeperDispatch): PolicyContext => {
    const context = dispatch(contextRequested()) as unknown
    if (!context || !(context as PolicyContext).read) {
      throw new Error(
        'redux-turnkeeper: this store has no keeper middleware. Add it: middleware: (gDM) => gDM().prepend(keeper.middleware).',
      )
    }
    return context as PolicyContext
  }
  const ledgerOf = (context: PolicyContext) => context.read().turns.ledger
  const requestOf = (state: KeeperState, conversationId: string, requestId: string) =>
    state.conversations.entries
      .find((entry) => entry.conversationId === keyOf(state.turns.ledger, conversationId))
      ?.requests.find((request) => request.requestId === requestId)

  /** Submits a prompt: it leaves at once, or queues behind what is live. */
  const submitTurn =
    ({ turnId = options.createId(), ...args }: SubmitArgs): Command<Submitted> =>
    (dispatch) => {
      const context = contextOf(dispatch as KeeperDispatch)
      const nonce = options.ports.sendTurn && context.requests.issue()
      dispatch(actions.turnSubmitted({ turnId, ...args, ...(nonce !== undefined && { nonce }) }))
      return { turnId, taken: findTurn(ledgerOf(context), turnId) !== undefined }
    }

  /** Adds a prompt to the turn that is live. Where none is, it is submitted as a turn of its own. */
  const steerTurn =
    (args: {
      readonly conversationId: string
      readonly input: unknown
      readonly steerId?: string
    }): Command<Submitted> =>
    (dispatch) => {
      const { conversationId, input, steerId = options.createId() } = args
      const context = contextOf(dispatch as KeeperDispatch)
      const ledger = ledgerOf(context)
      const into = ownerOf(ledger, keyOf(ledger, conversationId))
      const { sendTurn } = options.ports
      if (!into || !sendTurn) return dispatch(submitTurn({ conversationId, input, turnId: steerId }))
      dispatch(actions.turnSteered({ conversationId, turnId: into.turnId, steerId, input }))
      const refused = (error: { readonly message: string }) =>
        actions.steerRefused({ conversationId, steerId, input, error })
      void context.ask(
        'sendTurn',
        () =>
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
            { signal: context.signal },
          ),
        (result) =>
          result.status === 'accepted'
            ? actions.sendAccepted({
                turnId: steerId,
                ...(result.runId !== undefined && { runId: result.runId }),
              })
            : refused(
                result.error ?? {
                  message: 'The running turn did not take the message. Its text is kept as a draft.',
                },
              ),
        (error) => refused(toError(error)),
      )
      return { turnId: steerId, taken: true }
    }

  /**
   * Asks for a turn to be stopped: that of `turnId`, else the live one of the conversation, else that of the foreground.
   * Returns whether a stop now stands. Pressed again while one is under way it changes nothing.
   */
  const stopTurn =
    (
      args: { readonly conversationId?: string | null; readonly turnId?: string | null } = {},
    ): Command<boolean> =>
    (dispatch) => {
      const context = contextOf(dispatch as KeeperDispatch)
      const nonce = options.ports.stopTurn && context.requests.issue()
      const { conversationId, turnId } = args
      dispatch(
        actions.stopRequested({
          ...(conversationId !== undefined && { conversationId }),
          ...(turnId !== undefined && { turnId }),
          ...(nonce !== undefined && { nonce }),
        }),
      )
      return stopTarget(ledgerOf(context), args)?.stop != null
    }

  /**
   * Answers a question. The answer goes to the port alone: it never enters an action or the state.
   * Resolves to what the port said; to `undefined` where the question is not open, or its fate is unknown.
   */
  const answerInput =
    (args: {
      readonly conversationId: string
      readonly requestId: string
      readonly answer: unknown
    }): Command<Promise<AnswerResult | undefined>> =>
    async (dispatch) => {
      const { conversationId, requestId, answer } = args
      const context = contextOf(dispatch as KeeperDispatch)
      const port = options.ports.answerInput
      const known = requestOf(context.read(), conversationId, requestId)
      if (!port || known?.state !== 'open') {
        context.problem('answer', `There is no open question "${requestId}" to answer.`)
        return undefined
      }
      const nonce = context.nonce()
      dispatch(actions.answerClaimed({ conversationId, requestId, nonce }))
      if (requestOf(context.read(), conversationId, requestId)?.nonce !== nonce) return undefined
      let answered: AnswerResult | undefined
      await context.ask(
        'answerInput',
        () => port({ conversationId, requestId, answer }, { signal: context.signal }),
        (result) => {
          answered = result
          return result.status === 'accepted'
            ? actions.answerAccepted({ conversationId, requestId, nonce })
            : actions.answerRefused({
                conversationId,
                requestId,
                nonce,
                reason: result.reason,
                ...(result.error && { error: result.error }),
              })
        },
        (error) => {
          answered = undefined
          return actions.answerLost({ conversationId, requestId, nonce, error: toError(error) })
        },
      )
      return answered
    }

  /** Cancels a prompt (a secret, a contact, …) and with it the turn that asked. */
  const cancelInput = (args: {
    readonly conversationId: string
    readonly requestId: string
  }): UnknownAction => actions.inputCancelled(args)

  /** Withdraws a queued message; its text goes to the drafts. */
  const removeQueued = (args: { readonly turnId: string }): UnknownAction => actions.queuedRemoved(args)

  /** Looks these conversations up now. Without the port `fetchStatus` it does nothing. */
  const lookUp =
    (conversationIds: string | readonly string[]): Command<void> =>
    (dispatch) => {
      const ids = typeof conversationIds === 'string' ? [conversationIds] : conversationIds
      if (ids.length > 0) contextOf(dispatch as KeeperDispatch).lookUps.ask(ids)
    }

  /**
   * Stops the session of a conversation. Shown at once, and asked of the port `stopSession`; without that port it is the
   * app's own word. Returns whether a stop now stands. Pressed again while one is under way it changes nothing.
   */
  const stopSession =
    ({ conversationId }: { readonly conversationId: string }): Command<boolean> =>
    (dispatch) => {
      const context = contextOf(dispatch as KeeperDispatch)
      const nonce = options.ports.stopSession && context.requests.issue()
      dispatch(actions.sessionStopRequested({ conversationId, ...(nonce !== undefined && { nonce }) }))
      const ledger = ledgerOf(context)
      return sessionOf(ledger, keyOf(ledger, conversationId))?.stop != null
    }

  /**
   * Compares the sessions believed `starting` or `running` with those that live (port `listSessions`): the missing are
   * `stopped`, and their turns interrupted. Call it at start-up. Resolves to whether a listing was read.
   */
  const reconcileSessions = (): Command<Promise<boolean>> => async (dispatch) => {
    const context = contextOf(dispatch as KeeperDispatch)
    const { listSessions } = options.ports
    if (!listSessions) {
      context.problem('sessions', 'reconcileSessions() needs the port "listSessions".')
      return false
    }
    context.flush()
    const nonce = context.nonce()
    dispatch(actions.sessionsAsked({ nonce }))
    if (ledgerOf(context).sessionAsk?.nonce !== nonce) return false
    let read = false
    const close = (conversationIds: readonly string[] | null, detail?: unknown): void => {
      read = conversationIds !== null
      if (!read)
        context.problem('sessions', 'The listing of sessions could not be read: it changed nothing.', detail)
      context.flush()
      dispatch(actions.sessionsListed({ nonce, conversationIds }))
    }
    await context.request<unknown>(
      () => listSessions({ signal: context.signal }),
      (listing) => close(idsOf(listing), listing),
      (error) => close(null, toError(error)),
    )
    return read
  }

  return {
    stopSession,
    reconcileSessions,
    submitTurn,
    steerTurn,
    stopTurn,
    answerInput,
    cancelInput,
    removeQueued,
    lookUp,
  }
}

/** The conversations of a listing of sessions; `null` for one that cannot be read whole. */
function idsOf(listing: unknown): readonly string[] | null {
  if (!Array.isArray(listing)) return null
  const ids = listing.map((entry: { readonly conversationId?: unknown } | null) => entry?.conversationId)
  return ids.every((id) => typeof id === 'string') ? ids : null
}
