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
import type { ResolvedOptions } from '../resolveOptions'
import { systemClock } from '../clock'
import { addressee, emptyLedger, malformed } from '../rules'
import type { Ledger } from '../types'
import { changesBetween } from './changes'
import { createProgressNotes } from './progress'
import { createRequests } from './requests'
import { createScheduler } from './scheduler'
import type { KeeperDispatch, KeeperState, Policy, PolicyContext, PolicyHooks } from './types'

/** Ends the keeper's effects in one store: no timer, listener or request is left. */
export const keeperDisposed = createAction('keeper/disposed')
/** Answered by the middleware with the store's own context; never reaches a reducer. */
export const contextRequested = createAction('keeper/contextRequested')

/** First pause after a compare-and-set that did not take, ms; doubled each time, up to the longest. */
const BLOCKED_PAUSE = 10_000
const LONGEST_PAUSE = 160_000
/** How often it is looked whether a frozen view has moved, ms: doubled each time, up to the longest. Costs no dispatch. */
const VIEW_CHECK = 5_000
const LONGEST_VIEW_CHECK = 60_000
const VIEW_CHECKS = 60
/** How often the view is looked at again for a turn that should have shown. */
const PEEKS = 8
/** How often, after the start, it is looked for a state that came in unseen: after 1, 2 and 4 s. */
const STATE_CHECKS = 3

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
  const listener = createListenerMiddleware({ onError: (error) => options.onError(error, { raisedBy: 'listener' }) })
  const dispatch = api.dispatch as KeeperDispatch
  const reported = new Set<string>()
  const stamps = clock !== systemClock
  let minted = 0
  let started = false
  /** An action of ours came by. */
  let acted = false
  let blockedUntil = 0
  let blocked = 0
  /** The ledger as it was last read, and the owner that it was last found to have. */
  let seen: Ledger = emptyLedger
  let seenOwner: string | null | undefined
  let hooks: readonly PolicyHooks[] = []

  const nonce = (): string => `${owner}:${++minted}`
  const read = (): KeeperState => {
    const state = api.getState() as Record<string, unknown>
    return {
      turns: state[paths.turns],
      conversations: state[paths.conversations],
      assistant: state[paths.assistant],
    } as KeeperState
  }
  const raise = (error: unknown, raisedBy: string): void => {
    try {
      options.onError(error, { raisedBy })
    } catch (thrown) {
      queueMicrotask(() => {
        throw thrown
      })
    }
  }
  const problem = (kind: string, message: string, detail?: unknown): void => {
    if (reported.has(kind)) return
    reported.add(kind)
    options.onProblem({ kind, message, ...(detail !== undefined && { detail }) })
  }
  const scheduler = createScheduler(
    clock,
    (sleptMs) => {
      if (sleptMs > 0) {
        context.lookUps.renew()
        dispatch(actions.woke({ sleptMs }))
      }
      sync()
    },
    (error) => raise(error, 'scheduler'),
  )

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
    claim(action, took) {
      const now = clock.now()
      if (now < blockedUntil) return false
      dispatch(action)
      if (took(read())) {
        blocked = 0
        return true
      }
      blockedUntil = now + Math.min(BLOCKED_PAUSE * 2 ** blocked++, LONGEST_PAUSE)
      waitForView(read().turns?.ledger)
      return false
    },
    async request(call, resolved, rejected) {
      let answer: () => unknown
      try {
        const value = await call()
        answer = () => resolved(value)
      } catch (error) {
        answer = () => rejected(error)
      }
      if (root.signal.aborted) return
      try {
        answer()
      } catch (error) {
        raise(error, 'request')
      }
    },
    listen: (creator, effect) => {
      listener.startListening({ actionCreator: creator as never, effect: effect as never })
    },
    flush() {
      for (const { action, at } of notes.drain()) {
        pass({ ...action, meta: { ...action.meta, at } })
      }
    },
    raise,
    problem,
  }

  /** Everything that stands is looked at anew: after a compare-and-set that did not take, or a view that was frozen. */
  function retry(): void {
    seen = { ...seen, live: [] }
    sync()
  }

  /** Dispatches are swallowed, or do not show: tried again when the view has moved, else ever less often. */
  function waitForView(frozen: Ledger | undefined): void {
    scheduler.set('blocked', Math.min(clock.now() + VIEW_CHECK, blockedUntil), () => {
      const moved = read().turns?.ledger !== frozen
      if (!moved && clock.now() < blockedUntil) return waitForView(frozen)
      if (moved) blocked = blockedUntil = 0
      retry()
    })
  }

  /** The view went back in time: what was live at the tip is taken up again once it shows. */
  function watchView(tip: Ledger, tries: number): void {
    const pause = Math.min(VIEW_CHECK * 2 ** tries, LONGEST_VIEW_CHECK)
    scheduler.set('view', clock.now() + pause, () => {
      const ledger = read().turns?.ledger
      if (ledger && ledger.seq >= tip.seq) retry()
      else if (tries < VIEW_CHECKS) watchView(tip, tries + 1)
    })
  }

  let settling = false
  /** The next round is the first to see what another keeper left. */
  let foreign = false
  let again = false
  let seenAssistant: unknown

  /**
   * Finds what has changed since the last time, as far as it can be read, and lets the policies look at it. What they
   * dispatch meanwhile is found in the next round, so that none of them works on a state that another has left behind.
   */
  function sync(): void {
    again = true
    if (settling) return
    settling = true
    try {
      while (again) {
        again = false
        round()
      }
    } finally {
      settling = false
    }
  }

  function round(): void {
    const state = read()
    if (!state.turns) return
    const { ledger } = state.turns
    if (ledger === seen && state.assistant === seenAssistant) return
    const before = seen
    seen = ledger
    seenAssistant = state.assistant
    if (ledger.seq < before.seq && before.live.length > 0) watchView(before, 0)
    const found = ledger === before ? NOTHING : changesBetween(before, ledger)
    notes.forget(found.changed)
    notes.forget(found.removed)
    const changes = { ...found, foreign: foreign || ledger.owner !== owner }
    foreign = false
    for (const hook of hooks) hook.settle?.(read(), changes)
  }

  /** A ledger that another keeper answered for (rehydrated, preloaded, imported) is taken over, once for each such owner. */
  function attach(): void {
    const turns = read().turns
    if (turns?.ledger.owner === owner) seenOwner = undefined
    else if (turns && turns.ledger.owner !== seenOwner) takeOver(turns.ledger.owner)
  }
  function takeOver(from: string | null): void {
    seenOwner = from
    foreign = true
    pass(actions.keeperAttached({ owner }, { at: clock.now() }))
    if (read().turns.ledger.owner === owner) seenOwner = undefined
  }

  let next: Dispatch
  let onward: Dispatch
  function pass(action: UnknownAction): unknown {
    const result = onward(action)
    sync()
    return result
  }

  /** A turn that should show and does not: ignored, or the view is frozen. It is looked for again, ever less often. */
  function peek(left: number): void {
    scheduler.set('peek', clock.now() + 1_000 * 2 ** (PEEKS - left), () => {
      const ledger = seen
      sync()
      if (seen === ledger && left > 1) peek(left - 1)
    })
  }

  function handleOwn(action: UnknownAction): unknown {
    if (action.type === contextRequested.type) return context
    if (root.signal.aborted) return next(action)
    if (action.type === keeperDisposed.type) return dispose()
    const wrong = malformed(action)
    if (wrong !== null) {
      problem(`malformed ${action.type}`, `${wrong} It changed nothing.`, action)
      return onward(action)
    }
    if (!acted) {
      acted = true
      scheduler.clear('state')
    }
    attach()
    let own = action as UnknownAction & { readonly meta?: Meta }
    if (stamps && own.meta) {
      own = { ...own, meta: { ...own.meta, at: clock.now() } }
    }
    if (actions.turnProgressed.match(own)) return progress(own)
    const before = seen
    const result = pass(own)
    if (seen === before) unmoved(own)
    return result
  }

  /** An action that showed no change: one that should have may be hidden by a frozen view; one about nobody is reported. */
  function unmoved(action: UnknownAction): void {
    if (actions.turnStarted.match(action) || actions.turnSubmitted.match(action)) peek(PEEKS)
    if (!actions.turnStarted.match(action) && !actions.endTurn.match(action)) return
    const { payload } = action
    const to = addressee(seen, payload)
    if (to.kind === 'unknown' && to.key === null) {
      problem('unplaced', `${action.type} names a turn or run that is not known, and no conversation: it was ignored.`, payload)
    } else if (to.kind === 'unknown' && actions.endTurn.match(action) && !action.payload.frame) {
      problem('unknown turn', `endTurn names a turn that is not known: it was ignored.`, payload)
    }
  }

  function progress(action: ReturnType<typeof actions.turnProgressed>): unknown {
    const now = clock.now()
    if (notes.holds(action, now)) return action
    const result = pass(notes.release(action))
    const turns = read().turns
    if (turns) notes.passed(action, turns.ledger, now)
    return result
  }

  function dispose(): void {
    root.abort()
    scheduler.dispose()
    listener.clearListeners()
    for (const hook of hooks) hook.dispose?.()
    hooks = []
  }

  const handle = (nextInChain: Dispatch) => {
    next = nextInChain
    onward = listener.middleware(api as never)(nextInChain as never) as Dispatch
    return (action: unknown): unknown => {
      const { type } = action as UnknownAction
      if (typeof type !== 'string') return next(action as UnknownAction)
      if (!started) start()
      if (ownTypes.has(type)) return handleOwn(action as UnknownAction)
      const result = next(action as UnknownAction)
      if (!root.signal.aborted) follow(action as UnknownAction)
      return result
    }
  }

  /** An action that is not the keeper's may have put a state of its own in place (a rehydration, an import). */
  function follow(action: UnknownAction): void {
    const kept = options.rehydrate?.(action)
    if (kept) return void dispatch(actions.stateRestored(kept))
    const turns = read().turns
    if (turns && turns.ledger !== seen) {
      attach()
      sync()
    }
  }

  // A store that begins with a state of its own (preloaded) may see no action for long.
  queueMicrotask(() => {
    if (started || root.signal.aborted) return
    start()
    attach()
    sync()
    awaitState(STATE_CHECKS)
  })

  /** A persistence enhancer may put a state in place without an action that shows: looked for until the first of ours. */
  function awaitState(left: number): void {
    if (left === 0 || acted) return
    scheduler.set('state', clock.now() + 1_000 * 2 ** (STATE_CHECKS - left), () => {
      attach()
      sync()
      awaitState(left - 1)
    })
  }

  /** Policies are built late: a store may not be dispatched to while its middleware is made. */
  function start(): void {
    started = true
    hooks = policies.flatMap((policy) => policy(context) ?? [])
    if (read().turns !== undefined) return
    if ('computedStates' in (api.getState() as object)) {
      problem(
        'lifted state',
        'The DevTools enhancer stands before the middleware, which then sees its lifted state: put it last, as getDefaultEnhancers and configureStore do.',
      )
    } else {
      problem(
        'unmounted',
        `The slice is not mounted at "${paths.turns}": add ...keeper.slices to combineSlices, or set the option "reducerPaths".`,
      )
    }
  }

  return { handle, dispose }
}

const NOTHING = { changed: [], removed: [], ended: [] } as const
