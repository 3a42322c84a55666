import type { ListenerEffectAPI, ThunkDispatch, UnknownAction } from '@reduxjs/toolkit'
import type { ResolvedOptions } from '../resolveOptions'
import type { AssistantState } from '../slices/assistant'
import type { ConversationsState } from '../slices/conversations'
import type { TurnsState } from '../slices/turns'
import type { EndedTurn, LiveTurn } from '../types'
import type { Requests } from './requests'

/** The keeper's slices, wherever they are mounted. */
export interface KeeperState {
  readonly turns: TurnsState
  readonly conversations: ConversationsState
  readonly assistant: AssistantState
}

export interface Deadlines {
  /** Runs `run` at `at` (ms since the epoch); replaces what stood under `key`, unless that is for the same time. */
  set(key: string, at: number, run: (now: number) => void): void
  clear(key: string): void
}

/** Deadlines by key, with one armed timer for the earliest. */
export interface Scheduler extends Deadlines {
  /** Keys of one's own: those of two lanes never meet. */
  createLane(): Deadlines
  /** Leaves no timer. */
  dispose(): void
}

export type KeeperDispatch = ThunkDispatch<unknown, unknown, UnknownAction>

/** What a policy is built with: everything of one store. Nothing in here outlives the store. */
export interface PolicyContext {
  readonly options: ResolvedOptions
  /** The keeper that answers for what is live in this store. */
  readonly owner: string
  /** The root of every request and effect: aborted by `dispose()`. */
  readonly signal: AbortSignal
  readonly scheduler: Scheduler
  readonly dispatch: KeeperDispatch
  now(): number
  /** A fresh nonce for a compare-and-set. */
  nonce(): string
  /** The state as it can be read, which under time travel is not the state that reducers get. */
  read(): KeeperState
  /**
   * Dispatches a compare-and-set, and tells by reading back whether it took (law 21).
   *
   * Where the view is frozen it does not take: no effect follows, and for a while, longer each time, nothing is even tried.
   */
  claim(action: UnknownAction, took: (state: KeeperState) => boolean): boolean
  /** The nonces of requests that are to start once they show in the state. */
  readonly requests: Requests
  /** What other policies ask of the look-ups. */
  readonly lookUps: { ask(conversationIds: readonly string[]): void; renew(): void }
  /**
   * Calls a port and hands on what came of it; silent once the keeper is disposed of. What the port throws outside its
   * promise counts as a rejection.
   */
  request<T>(
    call: () => Promise<T>,
    resolved: (value: T) => unknown,
    rejected: (error: unknown) => unknown,
  ): Promise<void>
  /**
   * Calls a port whose answer becomes an action, and dispatches that; `lost` where the promise is rejected, or resolves to
   * something that no well-formed action can be made of: that tells nothing of what became of the request.
   */
  ask<T>(
    port: string,
    call: () => Promise<T>,
    answered: (value: T) => UnknownAction,
    lost: (error: unknown) => UnknownAction,
  ): Promise<void>
  /** Registers an effect for one action type, with RTK's listener middleware. */
  listen<A extends UnknownAction>(
    creator: { readonly type: string; match(action: unknown): action is A },
    effect: (action: A, api: ListenerEffectAPI<unknown, KeeperDispatch>) => void | Promise<void>,
  ): void
  /** Lets through what progress was held back, so that a look-up or its answer meets the newest life there is. */
  flush(): void
  /** Reports what an app's function threw; see option `onError`. */
  raise(error: unknown, raisedBy: string): void
  /** Reports what was wrong and ignored, once per kind. */
  problem(kind: string, message: string, detail?: unknown): void
}

/** What the last action changed of the live turns, as far as it can be read. */
export interface Changes {
  /** New and changed turns. */
  readonly changed: readonly LiveTurn[]
  /** Turns that are no longer live. */
  readonly removed: readonly LiveTurn[]
  /** Records of ends that were not there before. */
  readonly ended: readonly EndedTurn[]
  /** They come from elsewhere (rehydrated, preloaded, imported): another keeper has told of them. */
  readonly foreign: boolean
}

/** What the middleware calls a policy back for. Level-triggered: it looks at what is, not at what happened. */
export interface PolicyHooks {
  settle?(state: KeeperState, changes: Changes): void
  dispose?(): void
}

/** One reactive rule: a closure over one store. It registers what it listens to, and hands back its hooks. */
export type Policy = (context: PolicyContext) => PolicyHooks | void
