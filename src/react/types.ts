import type { Answer, Answered } from '../answers'
import type { SteerArgs, Submitted, SubmitArgs } from '../commands'
import type { Turnkeeper } from '../turnkeeper'
import type { AnswerResult } from '../types'

/** A keeper as hooks use it: wherever it is mounted, and whatever its features are. */
export type AnyTurnkeeper<Input = unknown> = Pick<
  Turnkeeper<Input>,
  | 'selectors'
  | 'clock'
  | 'submitTurn'
  | 'steerTurn'
  | 'steerQueued'
  | 'stopTurn'
  | 'stopBackgroundRun'
  | 'answerInput'
  | 'answerInputs'
  | 'removeQueued'
>

/** The id of a conversation, or nothing while there is none: every fact is then that of an idle conversation. */
export type MaybeId = string | null | undefined

/** The keeper's selectors, by name. */
export type Selectors = AnyTurnkeeper['selectors']

/** The keeper's selectors of one fact: about a conversation, or about all of them. */
export type FactName = {
  [Name in keyof Selectors]: Selectors[Name] extends (root: never, conversationId: string) => unknown
    ? Name
    : never
}[keyof Selectors]
/** What a selector of this name returns. */
export type Fact<Name extends FactName> = ReturnType<Selectors[Name]>

/** The hook of a fact: it takes the conversation where its selector does. */
export type FactHook<Name extends FactName> =
  Parameters<Selectors[Name]> extends [unknown] ? UseGlobalFact<Fact<Name>> : UseFact<Fact<Name>>

/** A DOM or React event, so that `onClick={stop}` is fine; nothing is read from it. */
export interface UiEvent {
  readonly type: string
}

/** A prompt, as `keeper.submitTurn` takes it. */
export type Prompt<Input = unknown> = Omit<SubmitArgs<Input>, 'conversationId'>

/**
 * What a user can do in one conversation: the keeper's own commands, dispatched, with `conversationId` filled in.
 *
 * They keep their identity for as long as the conversation is the same, and stay bound to that one: a click that is
 * worked off after the user moved on goes where it was meant for. Without a conversation each is a no-op that returns
 * `undefined`.
 */
export interface TurnCommands<Input = unknown> {
  /** Submits a prompt. */
  send(args: Prompt<Input>): Submitted | undefined
  /** Adds to the running turn, or submits where none runs. */
  steer(args: Omit<SteerArgs<Input>, 'conversationId'>): Submitted | undefined
  /** Asks for the running turn to be stopped; with `turnId`, for that one only. Returns whether a stop now stands. */
  stop(args?: { readonly turnId?: string } | UiEvent): boolean | undefined
  /** Asks for a run beside the turn to be stopped. Returns whether a stop now stands. */
  stopBackgroundRun(args: { readonly runId: string }): boolean | undefined
  /** Answers a question. A secret answer goes to its port alone. */
  answer(args: {
    readonly requestId: string
    readonly answer: unknown
  }): Promise<AnswerResult | undefined> | undefined
  /** Answers several questions together. */
  answerAll(args: { readonly answers: readonly Answer[] }): Promise<readonly Answered[]> | undefined
  /** Sends the text of an ended turn once more, as a new turn. Takes a draft as it stands, which is then gone. */
  retry(draft: { readonly turnId: string; readonly input: Input }): Submitted | undefined
  /** Sends a prompt that waits into the turn that runs. */
  steerQueued(args: { readonly turnId: string }): Submitted | undefined
  /** Takes a prompt out of the queue. Its text goes to the drafts. */
  removeQueued(args: { readonly turnId: string }): void
}

/** A hook that reads one fact about a conversation. */
export interface UseFact<Result> {
  (conversationId: MaybeId): Result
  /** The same hook with a narrower result, for instance one whose `input` has the app's own type. */
  withTypes<Narrow extends Result>(): UseFact<Narrow>
}

/** A hook that reads one fact about all conversations. */
export interface UseGlobalFact<Result> {
  (): Result
  /** The same hook with a narrower result. */
  withTypes<Narrow extends Result>(): UseGlobalFact<Narrow>
}

/** A hook that gives the commands of a conversation. */
export interface UseTurnCommands<Input = unknown> {
  (conversationId: MaybeId): TurnCommands<Input>
  /** The same hook with the app's own type of input. */
  withTypes<AppInput>(): UseTurnCommands<AppInput>
}
