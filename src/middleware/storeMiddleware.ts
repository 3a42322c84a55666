/**
 * The chain of one store: the keeper's own actions enter, any other goes by with one look at a table. Progress that changes
 * nothing a person sees is counted and goes no further. What is due follows from the state after each change.
 */
import { createListenerMiddleware } from '@reduxjs/toolkit'
import type { Dispatch, MiddlewareAPI, UnknownAction } from '@reduxjs/toolkit'
import * as actions from '../actions'
import { signals } from '../actions'
import type { Meta } from '../actions'
import { originOf } from '../actions/event'
import { CORE_TYPES, mended } from '../actions/shape'
import { systemClock } from '../clock'
import type { ResolvedOptions } from '../options'
import { createShapeCheck } from '../reducer'
import { resolveAddress } from '../state/address'
import { isSubstitute } from '../state/mounted'
import { initialConversations } from '../state/conversations'
import { diffTables } from '../state/table'
import { changedEntries, entriesOf, entryOf, findTurn, turnsIn } from '../state/turns'
import type { ConversationTurns, TurnsState } from '../types'
import { createAnnouncer } from './announce'
import { createQuestionAnnouncer } from './announceQuestions'
import { createAttendance } from './attendance'
import { contextRequested, keeperDisposed } from './control'
import { createPortCalls } from './portCalls'
import { createProgressThrottle } from './progressThrottle'
import { releasedQueues } from './releasedQueues'
import { createReports, unmounted } from './reports'
import { createRequests } from './requests'
import { createScheduler } from './scheduler'
import { createStatusChecks } from './statusChecks'
import { ALONE } from './types'
import type {
  Coordinator,
  KeeperAndFeatureState,
  KeeperDispatch,
  RegisterListener,
  StoreContext,
} from './types'
import { createView } from './view'

type Progress = ReturnType<typeof signals.turnProgressed>

/** What a command gets of the store that it is dispatched to. */
export interface CommandContext extends StoreContext {
  readonly isDisposed: boolean
  /** Whether requests are made here: not where there is no page, unless the app asks for it. */
  readonly isActive: boolean
}

/** Stores that have a keeper already. */
const kept = new WeakSet<MiddlewareAPI['getState']>()

/** Everything of one store. */
export function createStoreMiddleware(
  api: MiddlewareAPI,
  options: ResolvedOptions,
  listeners: readonly RegisterListener[],
) {
  const { clock, features, stateIn } = options
  if (kept.has(api.getState)) {
    throw new Error(
      'redux-turnkeeper: this store has two keeper middlewares. Keep one: one store, one keeper, once in the chain.',
    )
  }
  kept.add(api.getState)

  const keeperId = options.createId()
  const requests = createRequests(keeperId)
  const throttle = createProgressThrottle(options.progressInterval)
  const listener = createListenerMiddleware({ onError: (error) => reportError(error, 'listener') })
  const dispatch = api.dispatch as KeeperDispatch
  const ownTypes: ReadonlySet<string> = new Set([
    ...CORE_TYPES,
    ...features.flatMap(({ actionTypes = [] }) => [...actionTypes]),
    keeperDisposed.type,
    contextRequested.type,
  ])
  const wrongWith = createShapeCheck(features)
  const listened = new Set<string>()
  const undoings: (() => void)[] = []
  const followers: ((state: KeeperAndFeatureState) => void)[] = []
  const root = new AbortController()
  const stamps = clock !== systemClock
  let isDisposed = false
  /** Whether effects run here: not on a server, where nobody looks and each request makes a store. */
  let isActive = false
  let hasStarted = false
  let next: Dispatch
  let onward: Dispatch
  const coordinator: Coordinator = { ...ALONE }

  let readFrom: unknown
  let found: KeeperAndFeatureState | undefined
  const readIfMounted = (): KeeperAndFeatureState | undefined => {
    const state = api.getState() as unknown
    if (!found || state !== readFrom) {
      readFrom = state
      found = stateIn(state)
    }
    return found
  }
  const read = (): KeeperAndFeatureState => {
    const state = readIfMounted()
    if (!state) throw new Error(`redux-turnkeeper: ${unmounted(options)}`)
    return state
  }
  const { reportError, reportProblem } = createReports(options)

  const scheduler = createScheduler(
    clock,
    () => options.environment.hidden(),
    (shiftMs) => {
      if (shiftMs !== 0) {
        statusChecks.renew()
        dispatch(actions.woke({ shiftMs }))
      }
      view.sync()
    },
    (error) => reportError(error, 'scheduler'),
  )

  /** Only what is listened to goes through the listener middleware, which costs as much as a bare dispatch. */
  const forward: Dispatch = (action) =>
    listened.has(action.type) && originOf(action) === null ? onward(action) : reduce(action)

  /** Reducers first, then the other stores, then effects: they know of a claim before its request leaves. */
  const reduce: Dispatch = (action) => {
    if (coordinator.reduced === ALONE.reduced) return next(action)
    const before = readIfMounted()
    const result = next(action)
    if (before) coordinator.reduced(action, before)
    return result
  }

  function pass(action: UnknownAction): unknown {
    const result = forward(action)
    view.sync()
    return result
  }

  const announcer = createAnnouncer(options, dispatch, coordinator, reportError)
  const questions = createQuestionAnnouncer(options, dispatch, coordinator, reportError)
  let seenRows = initialConversations.byId
  /** What comes in now came back from a reload. */
  let isRestoring = false
  /** What comes in now is the first that goes on here: no other keeper has left it. */
  let isFirst = false

  // ---------------------------------------------------------------- following the state

  function follow(before: TurnsState, state: KeeperAndFeatureState, isForeign: boolean): void {
    const { turns } = state
    if (turns !== before) {
      const diff = changedEntries(before, turns)
      for (const entry of diff.before) forgetTurns(entry, turns)
      announcer.follow(before, turns, isForeign)
      for (const follower of followers) follower(state)
      if (isActive) {
        for (const { conversationId } of diff.before)
          if (!entryOf(turns, conversationId)) attendance.leave(conversationId)
        for (const { conversationId } of diff.after) attendance.attend(conversationId)
        if (turns.stream !== before.stream) attendance.attendStream()
      }
    }
    const rows = diffTables(seenRows, state.conversations.byId)
    seenRows = state.conversations.byId
    questions.follow(rows, isForeign || isRestoring ? 'told' : turns.seq < before.seq ? 'travel' : 'news')
    if (isActive) {
      for (const conversationId of releasedQueues(before, state, rows)) attendance.attend(conversationId)
      const changed = new Set([...rows.before, ...rows.after].map((row) => row.conversationId))
      for (const conversationId of changed) attendance.attendQuestions(conversationId)
    }
    if (isActive && features.length > 0) attendance.attendFeatures()
  }

  /** What is known of a turn has changed: its next signal goes on, and a request that became pointless ends. */
  function forgetTurns(was: ConversationTurns, turns: TurnsState): void {
    for (const { turnId, sendNonce } of turnsIn(was)) {
      throttle.forget(turnId)
      if (sendNonce === null) continue
      // It may have moved to another conversation.
      const now = findTurn(turns, turnId, was.conversationId)
      if (now?.sendNonce !== sendNonce) requests.abort(sendNonce)
    }
  }

  /** No keeper has signed, and this is the first that comes in, or shows a claim of this keeper's that has led to no request yet. */
  const hasBegun = (turns: TurnsState): boolean =>
    turns.keeperId === null &&
    (isFirst ||
      entriesOf(turns)
        .flatMap(turnsIn)
        .some(({ sendNonce }) => sendNonce !== null && requests.isPending(sendNonce)))

  const view = createView({
    keeperId,
    clock,
    scheduler,
    read: readIfMounted,
    dispatch,
    pass,
    hasBegun,
    follow,
  })

  // ---------------------------------------------------------------- what listeners and commands get

  const portCalls = createPortCalls({
    requests,
    scheduler,
    clock,
    dispatch,
    getState: () => api.getState(),
    isDisposed: () => isDisposed,
    wrongWith,
    reportError,
    reportProblem,
  })
  const base: Omit<StoreContext, 'statusChecks'> = {
    options,
    keeperId,
    signal: root.signal,
    // Registered with the types noted: only these pass through the listener middleware.
    startListening: ((entry: {
      readonly actionCreator?: { readonly type: string }
      readonly type?: string
    }) => {
      const type = entry.actionCreator?.type ?? entry.type
      if (type === undefined)
        throw new TypeError('redux-turnkeeper: listeners take an action creator or a type, no matcher.')
      listened.add(type)
      return listener.startListening(entry as never)
    }) as unknown as StoreContext['startListening'],
    dispatch,
    now: () => clock.now(),
    read,
    requests,
    callPort: portCalls.callPort,
    request: portCalls.request,
    portContext: portCalls.portContext,
    onChange: (follower) => void followers.push(follower),
    onDispose: (undo) => void undoings.push(undo),
    claim: view.claim,
    coordinator,
    renew() {
      const { turns, conversations } = read()
      announcer.release(turns)
      questions.release(conversations)
      view.renew()
    },
    flushProgress() {
      for (const { action, at } of throttle.drain()) pass({ ...action, meta: { ...action.meta, at } })
    },
    reportError,
    reportProblem,
  }
  const statusChecks = createStatusChecks(base, scheduler)
  const context: CommandContext = {
    ...base,
    statusChecks,
    get isDisposed() {
      return isDisposed
    },
    get isActive() {
      return isActive
    },
  }
  const attendance = createAttendance(context, scheduler, requests, readIfMounted)

  // ---------------------------------------------------------------- the chain

  const handle = (nextInChain: Dispatch) => {
    next = nextInChain
    onward = listener.middleware(api as never)(reduce as never) as Dispatch
    return (action: unknown): unknown => {
      const type = (action as UnknownAction | undefined)?.type
      if (typeof type !== 'string') return next(action as UnknownAction)
      if (!hasStarted) start()
      if (ownTypes.has(type)) return handleOwn(action as UnknownAction)
      const result = next(action as UnknownAction)
      if (!isDisposed) followForeign(action as UnknownAction)
      return result
    }
  }

  function handleOwn(given: UnknownAction): unknown {
    if (given.type === contextRequested.type) return context
    if (isDisposed) return next(given)
    if (given.type === keeperDisposed.type) return dispose()
    const action = wellFormed(given)
    if (!action) return given
    const own = stamped(action)
    if (originOf(own) !== null) hear(own)
    const isProgress = own.type === signals.turnProgressed.type
    if (isProgress && throttle.holds(own as Progress, saidAt(own))) return own
    if (isActive) scheduler.observe(saidAt(own))
    view.known()
    if (isActive) view.attach()
    const before = view.seen
    const wasRestoring = isRestoring
    const wasFirst = isFirst
    isRestoring = own.type === actions.stateRestored.type
    isFirst = before.byConversation.size === 0
    const result = isProgress ? progress(own as Progress) : pass(own)
    isRestoring = wasRestoring
    isFirst = wasFirst
    if (view.seen !== before) {
      if (before.byConversation.size === 0) view.sign()
    } else if (originOf(own) === null) unmoved(own)
    return result
  }

  /** What the store that acts for all has announced is not announced here. */
  function hear(copy: UnknownAction): void {
    if (actions.turnSettled.match(copy)) announcer.heard(copy.payload.turn)
    else if (actions.inputOpened.match(copy)) questions.heard(copy.payload, true)
    else if (actions.inputClosed.match(copy)) questions.heard(copy.payload, false)
  }

  /** The action as it may go on; `null` for one that is malformed: what joins in with it is not to act on what changed nothing. */
  function wellFormed(given: UnknownAction): UnknownAction | null {
    const wrong = wrongWith(given) ?? null
    if (wrong === null) return given
    const repaired = mended(given)
    const consequence = repaired ? 'What was wrong was left out.' : 'It changed nothing.'
    reportProblem(`malformed ${given.type}`, `${wrong} ${consequence}`, given)
    return repaired
  }

  /** Where a clock is injected, it says when things were said. */
  function stamped(action: UnknownAction): UnknownAction {
    const { meta } = action as { meta?: Meta }
    return stamps && meta ? { ...action, meta: { ...meta, at: clock.now() } } : action
  }

  /** When an action was said. To read the clock once more would cost as much as the rest of what progress does. */
  const saidAt = (action: UnknownAction): number => (action as { meta?: Meta }).meta?.at ?? clock.now()

  function progress(action: Progress): unknown {
    const result = pass(throttle.release(action))
    const state = readIfMounted()
    if (state) throttle.passed(action, state, saidAt(action))
    return result
  }

  /** An action that showed no change: one that should have may be hidden by a frozen view; one about nobody is reported. */
  function unmoved(action: UnknownAction): void {
    const starts = signals.turnStarted.match(action)
    if (isActive && (starts || actions.turnSubmitted.match(action))) view.peek()
    const ends = actions.endTurn.match(action) || signals.turnEnded.match(action)
    const state = readIfMounted()
    if (!state || !(starts || ends)) return
    const { type, payload } = action
    const target = resolveAddress(view.seen, state.conversations, payload)
    if (target.kind !== 'unknown') return
    if (target.key === null) {
      reportProblem(
        'unplaced',
        `${type} names a turn or run that is not known, and no conversation: it was ignored.`,
        payload,
      )
    } else if (actions.endTurn.match(action)) {
      reportProblem('unknown turn', 'endTurn names a turn that is not known: it was ignored.', payload)
    }
  }

  /** Another version's state is not read: the next action of the keeper's has the reducer begin anew. */
  function reportUnreadable(state: KeeperAndFeatureState): void {
    if (!isSubstitute(state)) return
    reportProblem(
      'other version',
      'The mounted state was written by another version of redux-turnkeeper and is left out. Over a change of version keep ' +
        'what selectPersisted gives, and put it back with stateRestored.',
    )
  }

  /** An action that is not the keeper's may have put a state of its own in place (a rehydration, an import). */
  function followForeign(action: UnknownAction): void {
    const persisted = options.rehydrate?.(action)
    if (persisted) return void dispatch(actions.stateRestored(persisted))
    const state = readIfMounted()
    if (!state) return
    if (state.turns === view.seen) return reportUnreadable(state)
    if (isActive) view.attach()
    view.sync()
  }

  // A store that begins with a state of its own (preloaded) may see no action for long.
  queueMicrotask(() => {
    if (hasStarted || isDisposed) return
    start()
    if (isActive) view.awaitState()
  })

  /** Listeners are registered late: a store may not be dispatched to while its middleware is made. */
  function start(): void {
    hasStarted = true
    // An environment of the app's own that does not say is that of a page.
    isActive = options.environment.page !== false || options.runWithoutPage
    if (isActive) {
      for (const feature of features) Object.assign(coordinator, feature.coordinate?.(context))
      for (const register of [...listeners, ...features.flatMap((feature) => feature.listeners ?? [])])
        register(context)
    }
    const mounted = readIfMounted()
    if (mounted) {
      reportUnreadable(mounted)
      // What stands already is looked at before the first action is: a gate that is to be closed closes.
      if (isActive) view.attach()
      return view.sync()
    }
    const state = api.getState() as unknown
    const isLifted = typeof state === 'object' && state !== null && 'computedStates' in state
    reportProblem(
      isLifted ? 'lifted state' : 'unmounted',
      isLifted
        ? 'The DevTools enhancer stands before the middleware, which then sees its lifted state: put it last, as configureStore does.'
        : unmounted(options),
    )
  }

  function dispose(): void {
    isDisposed = true
    isActive = false
    root.abort()
    requests.abortAll()
    scheduler.dispose()
    listener.clearListeners()
    for (const undo of undoings.splice(0)) undo()
  }

  return { handle, dispose }
}
