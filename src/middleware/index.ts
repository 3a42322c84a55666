/**
 * The middleware: everything of one store is made here, inside `(api) => …`.
 *
 * The keeper's own actions enter; any other goes by with one look at a table. Progress that changes nothing a person sees
 * is noted and goes no further. What changed is found once and handed to the policies, which are level-triggered.
 */
import { createAction, createListenerMiddleware } from '@reduxjs/toolkit'
import type { Dispatch, Middleware, MiddlewareAPI, UnknownAction } from '@reduxjs/toolkit'
import * as actions from '../actions'
import type { Meta } from '../actions'
import { systemClock } from '../clock'
import { slicesAt } from '../resolveOptions'
import type { ResolvedOptions } from '../resolveOptions'
import { addressee, isUnderWay, malformed } from '../rules'
import { toError } from './errors'
import { createProgressNotes } from './progress'
import { createRequests } from './requests'
import { createScheduler } from './scheduler'
import type { Changes, KeeperDispatch, KeeperState, Policy, PolicyContext, PolicyHooks } from './types'
import { createView } from './view'

type Progress = ReturnType<typeof actions.turnProgressed>

/** Ends the keeper's effects in one store: no timer, listener or request is left. */
export const keeperDisposed = createAction('keeper/disposed')
/** Answered by the middleware with the store's own context; never reaches a reducer. */
export const contextRequested = createAction('keeper/contextRequested')

/** Makes the middleware of a keeper. `ownTypes` are the action types that enter it. */
export function createKeeperMiddleware(
  options: ResolvedOptions,
  policies: readonly Policy[],
  ownTypes: ReadonlySet<string>,
): { readonly middleware: Middleware; dispose(): void } {
  const disposers = new Set<WeakRef<() => void>>()

  const middleware: Middleware = (api) => {
    const runtime = createRuntime(api, options, policies, ownTypes)
    disposers.add(new WeakRef(runtime.dispose))
    return runtime.handle as ReturnType<Middleware>
  }
  const dispose = (): void => {
    for (const ref of disposers) ref.deref()?.()
    disposers.clear()
  }
  return { middleware, dispose }
}

function createRuntime(
  api: MiddlewareAPI,
  options: ResolvedOptions,
  policies: readonly Policy[],
  ownTypes: ReadonlySet<string>,
) {
  const { clock, paths } = options
  const owner = options.createId()
  const root = new AbortController()
  const notes = createProgressNotes(options.progressInterval)
  const listener = createListenerMiddleware({ onError: (error) => raise(error, 'listener') })
  const dispatch = api.dispatch as KeeperDispatch
  const listened = new Set<string>()
  const reported = new Set<string>()
  const stamps = clock !== systemClock
  /** What `root.signal` says, without the cost of asking it for every action of the app. */
  let disposed = false
  let minted = 0
  let hooks: readonly PolicyHooks[] | undefined
  let next: Dispatch
  let onward: Dispatch

  const nonce = (): string => `${owner}:${++minted}`
  let readFrom: unknown
  let slices: KeeperState | undefined
  const read = (): KeeperState => {
    const state = api.getState() as object
    if (!slices || state !== readFrom) {
      readFrom = state
      slices = slicesAt(paths, state) as KeeperState
    }
    return slices
  }
  function raise(error: unknown, raisedBy: string): void {
    try {
      options.onError(error, { raisedBy })
    } catch (thrown) {
      queueMicrotask(() => {
        throw thrown
      })
    }
  }
  function problem(kind: string, message: string, detail?: unknown): void {
    if (reported.has(kind)) return
    reported.add(kind)
    try {
      options.onProblem({ kind, message, ...(detail !== undefined && { detail }) })
    } catch (error) {
      raise(error, 'onProblem')
    }
  }

  const scheduler = createScheduler(
    clock,
    (sleptMs) => {
      if (sleptMs > 0) {
        context.lookUps.renew()
        dispatch(actions.woke({ sleptMs }))
      }
      view.sync()
    },
    (error) => raise(error, 'scheduler'),
  )

  /** Only what is listened to goes through the listener middleware, which costs as much as a bare dispatch. */
  const forward: Dispatch = (action) => (listened.has(action.type) ? onward(action) : next(action))

  function pass(action: UnknownAction): unknown {
    const result = forward(action)
    view.sync()
    return result
  }

  function settle(changes: Changes): void {
    notes.forget(changes.changed)
    notes.forget(changes.removed)
    for (const hook of hooks ?? []) hook.settle?.(read(), changes)
  }

  const view = createView({ owner, clock, scheduler, read, dispatch, pass, settle })

  const context: PolicyContext = {
    options,
    owner,
    signal: root.signal,
    scheduler,
    dispatch,
    now: () => clock.now(),
    nonce,
    read,
    requests: createRequests(nonce),
    lookUps: { ask: () => undefined, renew: () => undefined },
    claim: view.claim,
    async request(call, resolved, rejected) {
      let answer: () => unknown
      try {
        const value = await call()
        answer = () => resolved(value)
      } catch (error) {
        answer = () => rejected(error)
      }
      if (disposed) return
      try {
        answer()
      } catch (error) {
        raise(error, 'request')
      }
    },
    ask: (port, call, answered, lost) =>
      context.request(
        call,
        (value) => {
          let action: UnknownAction
          try {
            action = answered(value)
            const wrong = malformed(action)
            if (wrong !== null) throw new TypeError(wrong)
          } catch (error) {
            const { message } = toError(error)
            problem(`answer ${port}`, `The port "${port}" resolved to what it should not: ${message}`, value)
            action = lost(new TypeError(`The answer of "${port}" could not be read.`))
          }
          dispatch(action)
        },
        (error) => dispatch(lost(error)),
      ),
    listen: (creator, effect) => {
      listened.add(creator.type)
      listener.startListening({ actionCreator: creator as never, effect: effect as never })
    },
    flush() {
      for (const { action, at } of notes.drain()) pass({ ...action, meta: { ...action.meta, at } })
    },
    raise,
    problem,
  }

  // ---------------------------------------------------------------- the chain

  const handle = (nextInChain: Dispatch) => {
    next = nextInChain
    onward = listener.middleware(api as never)(nextInChain as never) as Dispatch
    return (action: unknown): unknown => {
      const type = (action as UnknownAction | undefined)?.type
      if (typeof type !== 'string') return next(action as UnknownAction)
      if (!hooks) start()
      if (ownTypes.has(type)) return handleOwn(action as UnknownAction)
      const result = next(action as UnknownAction)
      if (!disposed) follow(action as UnknownAction)
      return result
    }
  }

  function handleOwn(action: UnknownAction): unknown {
    if (action.type === contextRequested.type) return context
    if (disposed) return next(action)
    if (action.type === keeperDisposed.type) return dispose()
    const wrong = malformed(action)
    if (wrong !== null) {
      // It goes no further: what joins in with the keeper's actions is not to act on what changed nothing.
      problem(`malformed ${action.type}`, `${wrong} It changed nothing.`, action)
      return action
    }
    const own = stamped(action)
    const isProgress = own.type === actions.turnProgressed.type
    if (isProgress && notes.holds(own as Progress, saidAt(own))) return own
    view.known()
    view.attach()
    const before = view.seen
    const result = isProgress ? progress(own as Progress) : pass(own)
    if (view.seen === before) unmoved(own)
    else if (!isUnderWay(before)) view.sign()
    return result
  }

  /** Where a clock is injected, it says when things were said. */
  function stamped(action: UnknownAction): UnknownAction {
    const { meta } = action as { meta?: Meta }
    return stamps && meta ? { ...action, meta: { ...meta, at: clock.now() } } : action
  }

  /** When an action was said. To read the clock once more would cost as much as the rest of what progress does. */
  const saidAt = (action: UnknownAction): number => (action as { meta?: Meta }).meta?.at ?? clock.now()

  function progress(action: Progress): unknown {
    const result = pass(notes.release(action))
    const { turns } = read()
    if (turns) notes.passed(action, turns.ledger, saidAt(action))
    return result
  }

  /** An action that showed no change: one that should have may be hidden by a frozen view; one about nobody is reported. */
  function unmoved(action: UnknownAction): void {
    const starts = actions.turnStarted.match(action)
    if (starts || actions.turnSubmitted.match(action)) view.peek()
    if (!starts && !actions.endTurn.match(action)) return
    const { type, payload } = action
    const to = addressee(view.seen, payload)
    if (to.kind !== 'unknown') return
    if (to.key === null) {
      problem(
        'unplaced',
        `${type} names a turn or run that is not known, and no conversation: it was ignored.`,
        payload,
      )
    } else if (!starts && !action.payload.frame) {
      problem('unknown turn', 'endTurn names a turn that is not known: it was ignored.', payload)
    }
  }

  /** An action that is not the keeper's may have put a state of its own in place (a rehydration, an import). */
  function follow(action: UnknownAction): void {
    const kept = options.rehydrate?.(action)
    if (kept) return void dispatch(actions.stateRestored(kept))
    const { turns } = read()
    if (!turns || turns.ledger === view.seen) return
    view.attach()
    view.sync()
  }

  // A store that begins with a state of its own (preloaded) may see no action for long.
  queueMicrotask(() => {
    if (hooks || disposed) return
    start()
    if (options.environment.page) view.awaitState()
  })

  /** Policies are built late: a store may not be dispatched to while its middleware is made. */
  function start(): void {
    hooks = []
    hooks = policies.flatMap((policy) => policy(context) ?? [])
    if (read().turns !== undefined) {
      // What stands already is looked at before the first action is: a gate that is to be closed closes.
      view.attach()
      view.sync()
      return
    }
    const lifted = 'computedStates' in (api.getState() as object)
    problem(
      lifted ? 'lifted state' : 'unmounted',
      lifted
        ? 'The DevTools enhancer stands before the middleware, which then sees its lifted state: put it last, as configureStore does.'
        : `The slice is not mounted at "${paths.turns}": add ...keeper.slices to combineSlices, or set the option "reducerPaths".`,
    )
  }

  function dispose(): void {
    disposed = true
    root.abort()
    scheduler.dispose()
    listener.clearListeners()
    for (const hook of hooks ?? []) hook.dispose?.()
    hooks = []
  }

  return { handle, dispose }
}
