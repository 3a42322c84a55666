import { createContext, createElement, useContext, useMemo, useSyncExternalStore } from 'react'
import type { Context, ReactElement, ReactNode } from 'react'
import { useSelector, useStore } from 'react-redux'
import type { ThunkDispatch, UnknownAction } from '@reduxjs/toolkit'
import type { Command, Submitted } from '../commands'
import { eachSecond, SECOND } from './eachSecond'
import type {
  AnyTurnkeeper,
  Fact,
  FactHook,
  FactName,
  MaybeId,
  Prompt,
  TurnCommands,
  UseTurnCommands,
} from './types'

/** Where the hooks of this entry find their keeper. */
export const TurnkeeperContext = /* @__PURE__ */ createContext<AnyTurnkeeper | null>(null)

/** Hands `keeper` to the hooks below it. It goes inside react-redux's `<Provider>` of a store that the keeper serves. */
export const TurnkeeperProvider = (props: { keeper: AnyTurnkeeper; children?: ReactNode }): ReactElement =>
  createElement(TurnkeeperContext.Provider, { value: props.keeper }, props.children)

/** A context that holds a keeper: `createContext<typeof keeper | null>(null)`. */
export type KeeperContext = Pick<Context<AnyTurnkeeper | null>, 'Consumer'>

/** Where a hook finds its keeper: the keeper itself (no provider is needed then), or a context that holds it. */
export type KeeperSource<Input = unknown> = AnyTurnkeeper<Input> | KeeperContext

function useKeeper(source: KeeperSource): AnyTurnkeeper {
  const keeper = 'clock' in source ? source : useContext(source as Context<AnyTurnkeeper | null>)
  if (!keeper) throw new Error('No <TurnkeeperProvider> above.')
  return keeper
}

const typed = <Hook extends object>(hook: Hook): Hook & { readonly withTypes: () => never } =>
  Object.assign(hook, { withTypes: () => hook as never })

/**
 * Makes a hook that reads one fact, about a conversation or about all.
 *
 * @param name The keeper's selector of it.
 * @param source The keeper, or a context that holds it. Default: `TurnkeeperContext`.
 * @example
 * export const useIsBusy = createFactHook('selectIsBusy', keeper)
 */
export const createFactHook = <Name extends FactName>(
  name: Name,
  source: KeeperSource = TurnkeeperContext,
): FactHook<Name> =>
  typed((conversationId?: MaybeId) => {
    const select = useKeeper(source).selectors[name] as (state: unknown, id: MaybeId) => Fact<Name>
    return useSelector((state) => select(state, conversationId))
  }) as FactHook<Name>

/**
 * Makes a hook that tells how long the turn of a conversation has been running: whole seconds, in ms, by the keeper's
 * clock; `null` while none runs. It ticks by itself: one timer for all components, and no dispatch.
 * While a page from the server is hydrated it tells 0, since the server's clock is not the page's.
 */
export function createElapsedHook(
  source: KeeperSource = TurnkeeperContext,
): (conversationId: MaybeId) => number | null {
  const useStartedAt = createFactHook('selectStartedAt', source)

  return (conversationId) => {
    const { clock } = useKeeper(source)
    const startedAt = useStartedAt(conversationId)
    const elapsedAt = (now: number): number | null =>
      startedAt === null ? null : Math.max(0, now - startedAt - ((now - startedAt) % SECOND))
    return useSyncExternalStore(
      useMemo(
        () => (tick: () => void) => (startedAt === null ? () => {} : eachSecond(clock, startedAt, tick)),
        [clock, startedAt],
      ),
      () => elapsedAt(clock.now()),
      () => elapsedAt(startedAt ?? 0),
    )
  }
}

/**
 * Makes a hook that tells how long it is until a time of the keeper's clock: whole seconds, in ms, rounded up; 0 from then on,
 * `null` without a time. It ticks by itself. While a page from the server is hydrated it tells `null`.
 */
export const createTimeLeftHook =
  (source: KeeperSource = TurnkeeperContext): ((at: number | null) => number | null) =>
  (at) => {
    const { clock } = useKeeper(source)
    return useSyncExternalStore(
      useMemo(
        () => (tick: () => void) => {
          if (at === null) return () => {}
          const stop = eachSecond(clock, at % SECOND, () => {
            if (clock.now() >= at) stop()
            tick()
          })
          return stop
        },
        [clock, at],
      ),
      () => (at === null ? null : Math.max(0, Math.ceil((at - clock.now()) / SECOND) * SECOND)),
      () => null,
    )
  }

/**
 * Makes a hook that gives the commands of a conversation; see `TurnCommands`.
 *
 * @param source The keeper, which also gives the type of input; or a context that holds it. Default: `TurnkeeperContext`.
 * @example
 * export const useTurnCommands = createTurnCommandsHook(keeper)
 */
export const createTurnCommandsHook = <Input = unknown>(
  source: KeeperSource<Input> = TurnkeeperContext,
): UseTurnCommands<Input> =>
  typed((conversationId: MaybeId) => {
    const keeper = useKeeper(source)
    const dispatch = useStore().dispatch as ThunkDispatch<unknown, unknown, UnknownAction>

    return useMemo((): TurnCommands => {
      const bind =
        <Args extends object, Result>(
          command: (args: Args & { readonly conversationId: string }) => Command<Result>,
        ) =>
        (args: Args): Result | undefined =>
          conversationId == null ? undefined : dispatch(command({ ...args, conversationId }))
      const send = bind<Prompt, Submitted>(keeper.submitTurn)
      return {
        send,
        steer: bind(keeper.steerTurn),
        // `stopTurn` reads what it knows by name: the event of an `onClick` does not get into an action.
        stop: bind(keeper.stopTurn) as TurnCommands['stop'],
        stopBackgroundRun: bind(keeper.stopBackgroundRun),
        answer: bind(keeper.answerInput),
        answerAll: bind(keeper.answerInputs),
        retry: ({ turnId, input }) => send({ input, retryOf: turnId }),
        steerQueued: bind<{ readonly turnId: string }, Submitted>(keeper.steerQueued),
        removeQueued: bind(keeper.removeQueued as never),
      }
    }, [keeper, dispatch, conversationId])
  })
