/**
 * What the app asks for, as thunks. They mint ids, claim what they start, and tell whether it took; what follows is the
 * reducer's and the listeners' business.
 */
import type { ThunkAction, UnknownAction } from '@reduxjs/toolkit'
import * as actions from './actions'
import type { ResolvedOptions } from './options'
import { contextRequested } from './middleware'
import type { CommandContext } from './middleware'
import type { KeeperDispatch } from './middleware/types'
import { toError } from './middleware/errors'
import { createAnswerCommands } from './answers'
import { keyOf, sessionOf } from './state/conversations'
import { backgroundRunNamed } from './state/stops'
import type { RunName } from './state/stops'
import { findTurn } from './state/turns'
import { createSteerCommands } from './steers'
import { retryUnderWay, stopTarget } from './turns'
import type { Ports, TextWhileAsking } from './types'

/** A command of the keeper's: dispatch it to the store that has the keeper's middleware. */
export type Command<Result> = ThunkAction<Result, unknown, unknown, UnknownAction>

/** What `keeper.submitTurn` takes. */
export interface SubmitArgs<Input = unknown> {
  readonly conversationId: string
  /** What is sent: serialisable, handed to `sendTurn` as it is. */
  readonly input: Input
  /** The turn's id and the idempotency key of its send. Default: minted. */
  readonly turnId?: string | undefined
  /** `queue`: wait for the running turn. `now`: send beside it. Default: the option `sendWhileBusy`. */
  readonly mode?: 'queue' | 'now' | undefined
  /** What it does while the turn waits for a person, where no `mode` is given. Default: the option `onTextWhileAsking`. */
  readonly whileAsking?: TextWhileAsking | undefined
  /** The turn that this one tries again; its draft is taken. While that is under way nothing is sent again. */
  readonly retryOf?: string | undefined
  /** A prompt that the user did not type: it is never given back as a draft. */
  readonly hidden?: boolean | undefined
}

/** What `keeper.steerTurn` takes. */
export interface SteerArgs<Input = unknown> {
  readonly conversationId: string
  readonly input: Input
  /** The idempotency key of the send. Default: minted. */
  readonly steerId?: string | undefined
}

/** What became of a prompt. */
export interface Submitted {
  /** The turn that stands for the prompt: for a retry that is under way already, that one. */
  readonly turnId: string
  /** Whether it shows in the state. False under a DevTools lock or jump, or after `dispose()`: the text should stay in the composer. */
  readonly taken: boolean
  /** The question (its `requestId`) that the prompt was given to as its answer: it makes no turn. See `onTextWhileAsking`. */
  readonly answers?: string | undefined
}

export function createCommands(options: ResolvedOptions) {
  const contextOf = (dispatch: KeeperDispatch): CommandContext => {
    const context: unknown = dispatch(contextRequested())
    if (!isContext(context)) {
      throw new Error(
        'redux-turnkeeper: this store has no keeper middleware. Add it: middleware: (gDM) => gDM().prepend(keeper.middleware).',
      )
    }
    return context
  }
  /**
   * Whether a command that asks this port does nothing: the keeper is disposed of, or makes no requests here. Said once.
   * What is asked of nobody would be waited for without end.
   */
  const isOver = (context: CommandContext, port: keyof Ports): boolean => {
    if (context.isDisposed)
      context.reportProblem(
        'disposed',
        'The keeper was disposed of: its commands do nothing any more. Make a new keeper and a new store, or do not dispose of the one in use.',
      )
    else if (!context.isActive && options.ports[port])
      context.reportProblem(
        'no page',
        'There is no page here, as on a server: no request is made, and commands do nothing. Set the option "runWithoutPage" where they are to work all the same.',
      )
    else return false
    return true
  }

  const { answerInput, answerInputs, answerWithText } = createAnswerCommands(options, contextOf, isOver)

  /** The claim of the request that a command leads to; none where the app makes it itself. */
  const claimOf = (context: CommandContext, port: keyof Ports): { readonly nonce?: string } =>
    options.ports[port] ? { nonce: context.requests.issue() } : {}

  const submitTurn =
    ({ turnId = options.createId(), ...args }: SubmitArgs): Command<Submitted> =>
    (dispatch) => {
      const context = contextOf(dispatch)
      if (isOver(context, 'sendTurn')) return { turnId, taken: false }
      const { turns, conversations } = context.read()
      const underWay = retryUnderWay({ conversations }, turns, args)
      if (underWay) return { turnId: underWay.turnId, taken: true }
      const answered = answerWithText(dispatch, context, args, turnId)
      if (answered) return answered
      dispatch(actions.turnSubmitted({ turnId, ...args, ...claimOf(context, 'sendTurn') }))
      return { turnId, taken: findTurn(context.read().turns, turnId, args.conversationId) !== undefined }
    }

  const { steerTurn, steerQueued } = createSteerCommands(options, contextOf, submitTurn)

  const stopTurn =
    (
      args: {
        readonly conversationId?: string | null | undefined
        readonly turnId?: string | null | undefined
      } = {},
    ): Command<boolean> =>
    (dispatch) => {
      const context = contextOf(dispatch)
      if (isOver(context, 'stopTurn')) return false
      const { conversationId, turnId } = args
      dispatch(
        actions.stopRequested({
          ...(conversationId !== undefined && { conversationId }),
          ...(turnId !== undefined && { turnId }),
          ...claimOf(context, 'stopTurn'),
        }),
      )
      const { turns, conversations } = context.read()
      return stopTarget(turns, conversations, args)?.stop != null
    }

  const stopBackgroundRun =
    (named: RunName): Command<boolean> =>
    (dispatch) => {
      const context = contextOf(dispatch)
      if (isOver(context, 'stopBackgroundRun')) return false
      if (!options.ports.stopBackgroundRun) {
        context.reportProblem('background', 'stopBackgroundRun() needs the port "stopBackgroundRun".')
        return false
      }
      const { conversationId, runId } = named
      dispatch(actions.backgroundStopClaimed({ conversationId, runId, nonce: context.requests.issue() }))
      const { turns, conversations } = context.read()
      return backgroundRunNamed(turns, conversations, named)?.stop != null
    }

  const cancelInput = (args: {
    readonly conversationId: string
    readonly requestId: string
  }): UnknownAction => actions.inputCancelled(args)

  const removeQueued = (args: { readonly turnId: string }): UnknownAction => actions.queuedRemoved(args)

  const checkStatus =
    (conversationIds: string | readonly string[]): Command<void> =>
    (dispatch) => {
      const ids = typeof conversationIds === 'string' ? [conversationIds] : conversationIds
      const context = contextOf(dispatch)
      if (ids.length > 0 && options.ports.fetchStatus && !isOver(context, 'fetchStatus'))
        context.statusChecks.start(ids)
    }

  const stopSession =
    ({ conversationId }: { readonly conversationId: string }): Command<boolean> =>
    (dispatch) => {
      const context = contextOf(dispatch)
      if (isOver(context, 'stopSession')) return false
      dispatch(actions.sessionStopRequested({ conversationId, ...claimOf(context, 'stopSession') }))
      const { conversations } = context.read()
      return sessionOf(conversations, keyOf(conversations, conversationId))?.stop != null
    }

  const reconcileSessions = (): Command<Promise<boolean>> => async (dispatch) => {
    const context = contextOf(dispatch)
    const { listSessions } = options.ports
    if (!listSessions) {
      context.reportProblem('sessions', 'reconcileSessions() needs the port "listSessions".')
      return false
    }
    if (isOver(context, 'listSessions')) return false
    context.flushProgress()
    const nonce = context.requests.issue()
    dispatch(actions.sessionsRequested({ nonce }))
    if (context.read().conversations.sessionListing?.nonce !== nonce) return false
    context.requests.take(nonce)
    const reply = await context.request<unknown>({
      port: 'listSessions',
      nonce,
      timeoutMs: options.rules.statusTimeout,
      call: (portContext) => listSessions(portContext),
    })
    if (reply.kind === 'disposed') return false
    const conversationIds = reply.kind === 'answered' ? idsOf(reply.value) : null
    if (conversationIds === null)
      context.reportProblem(
        'sessions',
        'The listing of sessions could not be read: it changed nothing.',
        reply.kind === 'answered' ? reply.value : reply.kind === 'failed' ? toError(reply.error) : undefined,
      )
    context.flushProgress()
    dispatch(actions.sessionsListed({ nonce, conversationIds }))
    return conversationIds !== null
  }

  return {
    submitTurn,
    steerTurn,
    steerQueued,
    stopTurn,
    stopBackgroundRun,
    answerInput,
    answerInputs,
    cancelInput,
    removeQueued,
    checkStatus,
    stopSession,
    reconcileSessions,
  }
}

const isContext = (value: unknown): value is CommandContext =>
  typeof value === 'object' && value !== null && 'statusChecks' in value && 'read' in value

/** The conversations of a listing of sessions; `null` for one that cannot be read whole. */
function idsOf(listing: unknown): readonly string[] | null {
  if (!Array.isArray(listing)) return null
  const ids = listing.map((entry: { readonly conversationId?: unknown } | null) => entry?.conversationId)
  return ids.every((id) => typeof id === 'string') ? ids : null
}
