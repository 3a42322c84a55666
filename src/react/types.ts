import type { ThunkAction, UnknownAction } from '@reduxjs/toolkit'
import type {
  AnswerResult,
  Clock,
  ConversationPhase,
  Draft,
  EndedTurn,
  InputRequest,
  LiveTurn,
  PendingText,
  TurnError,
} from '../types'

/** The id of a conversation, or nothing while there is none: every fact is then that of an idle conversation. */
export type MaybeId = string | null | undefined

// ---------------------------------------------------------------- what the hooks need of a keeper

export type Thunk<Result> = ThunkAction<Result, never, unknown, UnknownAction>
type Fact<Result> = (rootState: never, conversationId: string) => Result
type In<Args> = Args & { readonly conversationId: string }

/** The facts about a conversation, by the name of their selector. */
export interface Facts {
  readonly selectIsBusy: boolean
  readonly selectPhase: ConversationPhase
  readonly selectIsStalled: boolean
  readonly selectIsUnverified: boolean
  readonly selectLiveTurn: LiveTurn | null
  readonly selectStartedAt: number | null
  readonly selectCanStop: boolean
  readonly selectCanSend: boolean
  readonly selectLastError: TurnError | null
  readonly selectLastEndedTurn: EndedTurn | null
  readonly selectQueue: readonly PendingText[]
  readonly selectDrafts: readonly Draft[]
  readonly selectPendingInput: InputRequest | null
}

/** What hooks need of a keeper. `createTurnkeeper` makes one. */
export interface HooksKeeper {
  readonly clock: Clock
  readonly selectors: { readonly [Name in keyof Facts]: Fact<Facts[Name]> }
  submitTurn(args: In<SendArgs> & { readonly retryOf?: string }): Thunk<SubmitOutcome>
  steerTurn(args: In<SteerArgs>): Thunk<unknown>
  stopTurn(args: In<{ readonly turnId?: string }>): Thunk<boolean>
  answerInput(args: In<AnswerArgs>): Thunk<Promise<AnswerResult | undefined>>
  removeQueued(args: { readonly turnId: string }): Thunk<unknown>
}

// ---------------------------------------------------------------- what the hooks give

export interface SendArgs<Input = unknown> {
  readonly input: Input
  readonly turnId?: string
  readonly mode?: 'queue' | 'now'
  readonly hidden?: boolean
}
export interface SteerArgs<Input = unknown> {
  readonly input: Input
  readonly steerId?: string
}
export interface AnswerArgs {
  readonly requestId: string
  readonly answer: unknown
}
/** The id of the turn, and whether the store took it. */
export interface SubmitOutcome {
  readonly turnId: string
  readonly taken: boolean
}

/**
 * What a user can do in one conversation: the keeper's own commands, dispatched, with `conversationId` filled in.
 *
 * They keep their identity for as long as the conversation is the same, and stay bound to that one: a click that is
 * worked off after the user moved on goes where it was meant for. Without a conversation each is a no-op that returns
 * `undefined`.
 */
export interface TurnCommands<Input = unknown> {
  /** Submits a prompt. */
  send(args: SendArgs<Input>): SubmitOutcome | undefined
  /** Adds to the running turn, or submits where none runs. */
  steer(args: SteerArgs<Input>): void
  /** Asks for the live turn to be stopped; with `turnId`, for that one only. Returns whether there was one. */
  stop(args?: { readonly turnId?: string }): boolean | undefined
  /** Answers a question. A secret answer goes to its port alone. */
  answer(args: AnswerArgs): Promise<AnswerResult | undefined> | undefined
  /** Sends the text of an ended turn once more, as a new turn. Takes a draft as it stands, which is then gone. */
  retry(draft: { readonly turnId: string; readonly input: Input }): SubmitOutcome | undefined
  /** Takes a prompt out of the queue. Its text goes to the drafts. */
  removeQueued(args: { readonly turnId: string }): void
}

export interface UseFact<Result> {
  (conversationId: MaybeId): Result
  /** The same hook with a narrower result, for instance one whose `input` has the app's own type. */
  withTypes<Narrow extends Result>(): UseFact<Narrow>
}

export interface UseTurnCommands<Input = unknown> {
  (conversationId: MaybeId): TurnCommands<Input>
  /** The same hook with the app's own type of input. */
  withTypes<AppInput>(): UseTurnCommands<AppInput>
}
