import type { ThunkDispatch, TypedStartListening, UnknownAction } from '@reduxjs/toolkit'
import type { ResolvedOptions } from '../options'
import type { KeeperState, PortContext, Turn } from '../types'
import type { StatusChecks } from './statusChecks'

/** The state at the keeper's `reducerPath`: its own slices, and those of its features under their names. */
export type KeeperAndFeatureState = KeeperState & Readonly<Record<string, unknown>>

/** The `dispatch` of a store that has RTK's middleware. */
export type KeeperDispatch = ThunkDispatch<unknown, unknown, UnknownAction>

/** Something that is to be dispatched at a time which follows from the state. */
export interface DueAction {
  /** When, ms since the epoch. */
  readonly at: number
  /** Makes the action, when its time has come. */
  readonly create: () => UnknownAction
  /** Whether it took, told by reading the state back (law 21). */
  readonly took: (state: KeeperAndFeatureState) => boolean
}

/** Nonces and requests of one store. A request starts when its nonce shows in the state, once. */
export interface Requests {
  /** A fresh nonce, for a claim that leads to a request. */
  issue(): string
  /** True the first time that an issued nonce is seen: a jump back to a state that shows it again starts nothing (law 21). */
  take(nonce: string | null): boolean
  /** The request of this nonce has become pointless: its `AbortSignal` fires. */
  abort(nonce: string): void
}

export interface PortCall<Value> {
  /** The port's name, for reports. */
  readonly port: string
  /** The nonce of the claim that led here; `requests.abort(nonce)` ends the call. */
  readonly nonce: string
  readonly call: (context: PortContext) => Promise<Value> | Value | undefined
  /** What an answer becomes. What it throws counts as an answer that cannot be read. */
  readonly answered: (value: Value) => UnknownAction | readonly UnknownAction[]
  /** Without an answer for this long it is aborted and counts as rejected, ms. */
  readonly timeoutMs?: number | undefined
  /** What a rejected promise becomes, or an answer that cannot be read. */
  readonly lost: (error: unknown) => UnknownAction | readonly UnknownAction[]
}

/** A request to a port, without a word on what becomes of its answer. */
export interface PortRequest<Value> {
  readonly port: string
  readonly nonce: string
  readonly call: (context: PortContext) => Promise<Value> | Value | undefined
  /** Without an answer for this long it is aborted, ms. */
  readonly timeoutMs?: number | undefined
}
/** What came of it. `failed`: rejected, or too late. `aborted`: it had become pointless. `disposed`: the keeper is gone. */
export type PortReply<Value> =
  | { readonly kind: 'answered'; readonly value: Value }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'aborted' }
  | { readonly kind: 'disposed' }

/** What listeners are registered with: everything of one store. Nothing in here outlives the store. */
export interface StoreContext {
  readonly options: ResolvedOptions
  /** Names the keeper that answers for what goes on in this store. */
  readonly keeperId: string
  /** RTK's `startListening`, of the one listener middleware of this store. Only action creators and types: no matcher. */
  readonly startListening: TypedStartListening<unknown, KeeperDispatch>
  readonly dispatch: KeeperDispatch
  now(): number
  /** The keeper's state as it can be read, which under time travel is not the state that reducers get. */
  read(): KeeperAndFeatureState
  readonly requests: Requests
  /** When status checks leave. */
  readonly statusChecks: StatusChecks
  /** Calls a port and dispatches what came of it; silent once the keeper is disposed of, or the call was aborted by it. */
  callPort<Value>(call: PortCall<Value>): Promise<void>
  /** Calls a port, and tells what came of it. Never rejects. */
  request<Value>(request: PortRequest<Value>): Promise<PortReply<Value>>
  /** A signal that fires when the keeper is disposed of. */
  readonly signal: AbortSignal
  /** Calls `listener` after each change of the keeper's state, before what is due is dispatched. */
  onChange(listener: (state: KeeperAndFeatureState) => void): void
  /** Adds something to be undone by `dispose()`. */
  onDispose(undo: () => void): void
  /** What every port is called with. */
  portContext(signal: AbortSignal): PortContext
  /**
   * Dispatches a compare-and-set, and tells by reading back whether it took. Where the view is frozen it does not take: no
   * effect follows, and for a while, longer each time, nothing is even tried (law 21).
   */
  claim(action: UnknownAction, took: (state: KeeperAndFeatureState) => boolean): boolean
  /** Lets through what progress was held back, so that a status check meets the newest evidence there is. */
  flushProgress(): void
  /** Which of several stores acts for all of them. */
  readonly coordinator: Coordinator
  /** Looks at everything that stands anew, as where this store has begun to act for all. */
  renew(): void
  /** Reports what an app's function threw; see option `onError`. */
  reportError(error: unknown, raisedBy: string): void
  /** Reports what was wrong and ignored, once per kind; see option `onProblem`. */
  reportProblem(kind: string, message: string, detail?: unknown): void
}

/** Decides which of several stores (tabs, processes) acts for all of them. A store by itself does. */
export interface Coordinator {
  /**
   * Whether this store acts for all: makes the requests that no person has just asked for (status checks, sends of what
   * waits in the queue, stops that are asked for again), and tells of ends.
   */
  leads(): boolean
  /** An action of the package has been reduced. No effect of it has started, and what is due has not been looked at. */
  reduced(action: UnknownAction, before: KeeperAndFeatureState): void
  /** Has the store that acts for all check these conversations, asked for by name here. */
  checkElsewhere(conversationIds: readonly string[]): void
  /** The number of the claim that a turn is sent under, once. */
  takeFence(turnId: string): number | undefined
  /** What is to be dispatched in place of a send that is due at `at`; `undefined`: let it leave. */
  beforeSend(turn: Turn, at: number): DueAction | undefined
  /** What else is to be dispatched in its time. Called after each change of the keeper's state. */
  due(state: KeeperAndFeatureState): readonly DueAction[]
}

/** The coordinator of a store by itself. */
export const ALONE: Coordinator = {
  leads: () => true,
  reduced: () => undefined,
  checkElsewhere: () => undefined,
  takeFence: () => undefined,
  beforeSend: () => undefined,
  due: () => [],
}

/** Registers one listener, or a few that do one job. */
export type RegisterListener = (context: StoreContext) => void

/** What a feature adds to a keeper: `createTurnkeeper({ features: [feature] })`. */
export interface KeeperFeature<Name extends string = string, State = unknown> {
  /** Where its state stands, beside `turns` and `conversations`. */
  readonly name: Name
  /** Called with its own state, after the keeper's reducers, for each action of the package. */
  reducer(state: State | undefined, action: UnknownAction): State
  /** @internal The types of its own actions: they enter the keeper's middleware. */
  readonly actionTypes?: ReadonlySet<string>
  /** @internal What is wrong with one of its actions, in words; `null` for a well-formed one. */
  malformed?(action: UnknownAction): string | null
  /** @internal Registered once for each store. */
  readonly listeners?: readonly RegisterListener[]
  /**
   * What follows from its state: each is dispatched when its time has come. Called after each change of the keeper's state.
   *
   * @internal
   */
  due?(state: KeeperAndFeatureState, context: StoreContext): readonly DueAction[]
  /** @internal Called once for each store where effects run. What it does not return is as for a store by itself. */
  coordinate?(context: StoreContext): Partial<Coordinator> | undefined
}
