import type { Middleware, Reducer, UnknownAction } from '@reduxjs/toolkit'
import type { Answer, Answered } from './answers'
import type { Command, SteerArgs, Submitted, SubmitArgs } from './commands'
import type { KeeperFeature } from './middleware/types'
import type * as selectors from './selectors'
import type { AnswerResult, Clock, KeeperState } from './types'

/** What the features add to the keeper's state. Nothing is known of features whose names are not. */
export type FeatureStates<Features extends readonly KeeperFeature[]> = {
  readonly [
    Feature in Features[number] as string extends Feature['name'] ? never : Feature['name']
  ]: Feature extends KeeperFeature<string, infer State> ? State : never
}

/** Selectors bound to the root state. */
export type BoundSelectors = {
  readonly [Name in keyof typeof selectors]: (typeof selectors)[Name] extends (
    state: KeeperState,
    ...rest: infer Rest
  ) => infer Result
    ? (root: unknown, ...rest: Rest) => Result
    : never
}

/**
 * A keeper: a reducer to mount, a middleware to prepend, thunks to dispatch, selectors bound to the root state.
 *
 * One keeper may serve several stores, as an RTK Query api does: what is a store's own is made in its middleware.
 */
export interface Turnkeeper<
  Input = unknown,
  Path extends string = 'turnkeeper',
  State extends KeeperState = KeeperState,
> {
  /** Where the reducer is mounted: the option of that name, `turnkeeper` by default. */
  readonly reducerPath: Path
  /** Mount it: `{ [keeper.reducerPath]: keeper.reducer }`, or `combineSlices(keeper, …)`. */
  readonly reducer: Reducer<State>
  /** Prepend it: `middleware: (getDefault) => getDefault().prepend(keeper.middleware)`. */
  readonly middleware: Middleware
  /** Reads of the root state: one fact each. */
  readonly selectors: BoundSelectors
  /** The clock that the keeper reads. */
  readonly clock: Clock
  /**
   * Submits a prompt: it leaves at once, or queues behind what runs.
   *
   * @returns The turn's id, and whether it shows in the state.
   */
  submitTurn(args: SubmitArgs<Input>): Command<Submitted>
  /** Adds a prompt to the turn that runs. Where none runs, or it is being stopped, it is submitted as a turn of its own. */
  steerTurn(args: SteerArgs<Input>): Command<Submitted>
  /**
   * Sends a message that waits here into the turn that runs, under its own id.
   *
   * @returns Not taken, and left where it waits, where none runs or it is being stopped.
   */
  steerQueued(args: { readonly turnId: string }): Command<Submitted>
  /**
   * Asks for a turn to be stopped: that of `turnId`, else the running one of the conversation, else that of the conversation
   * that the user looks at. Pressed again while a stop is under way it changes nothing.
   *
   * @returns Whether a stop now stands.
   */
  stopTurn(args?: {
    readonly conversationId?: string | null | undefined
    readonly turnId?: string | null | undefined
  }): Command<boolean>
  /**
   * Asks for a run beside the turn to be stopped. Pressed again while a stop is under way it changes nothing. Without the port
   * `stopBackgroundRun` it does nothing, which is reported.
   *
   * @param args The conversation where it is shown, and the run's id, as `selectBackgroundRuns` lists them.
   * @returns Whether a stop now stands.
   */
  stopBackgroundRun(args: { readonly conversationId: string; readonly runId: string }): Command<boolean>
  /**
   * Answers a question. The answer goes to the port alone: it never enters an action or the state.
   *
   * @returns What the port said; `undefined` where the question is not open, or its fate is unknown.
   */
  answerInput(args: {
    readonly conversationId: string
    readonly requestId: string
    readonly answer: unknown
  }): Command<Promise<AnswerResult | undefined>>
  /**
   * Answers several questions together: in one call of the port `answerInputs`, or each by a call of `answerInput`. All are
   * taken before the first is given.
   *
   * @returns What the port said of each, in their order; `undefined` for one that is not open, or whose fate is unknown.
   */
  answerInputs(args: {
    readonly conversationId: string
    readonly answers: readonly Answer[]
  }): Command<Promise<readonly Answered[]>>
  /** Cancels a question (a secret, a contact, …) and with it the turn that asked. */
  cancelInput(args: { readonly conversationId: string; readonly requestId: string }): UnknownAction
  /** Withdraws a queued message: its text goes to the drafts. One that the server holds is stopped there. */
  removeQueued(args: { readonly turnId: string }): UnknownAction
  /** Checks these conversations now. Without the port `fetchStatus` it does nothing. */
  checkStatus(conversationIds: string | readonly string[]): Command<void>
  /**
   * Stops the session of a conversation. Shown at once, and asked of the port `stopSession`; without that port it is the
   * app's own word. Pressed again while one is under way it changes nothing.
   *
   * @returns Whether a stop now stands.
   */
  stopSession(args: { readonly conversationId: string }): Command<boolean>
  /**
   * Compares the sessions believed `starting` or `running` with those that live (port `listSessions`): the missing are
   * `stopped`, and their turns interrupted. Call it at start-up.
   *
   * @returns Whether a listing was read.
   */
  reconcileSessions(): Command<Promise<boolean>>
  /** Ends the effects of every store that this keeper serves: no timer, listener or request is left. */
  dispose(): void
  /** The same for one store: dispatch it there. */
  disposed(): UnknownAction
}
