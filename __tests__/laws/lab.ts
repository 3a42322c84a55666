/**
 * A store with a keeper whose server, clock and page are the test's.
 *
 * Whatever a test does in it, five things hold and are asserted here: after each action no fact stands twice, and whatever
 * goes on has a next check, a request in flight or a person to wait for; no check of RTK's has a complaint; the recorded
 * actions, run through a bare reducer, give the same state to the byte; and a disposed keeper leaves no timer and no request.
 */
import { combineSlices, configureStore } from '@reduxjs/toolkit'
import type { Middleware, ThunkDispatch, UnknownAction } from '@reduxjs/toolkit'
import { createTurnkeeper, endTurn, signals } from 'redux-turnkeeper'
import type {
  EndedTurn,
  EndPayload,
  EndReason,
  KeeperFeature,
  KeeperState,
  Ports,
  Problem,
  ProgressKind,
  Turnkeeper,
  TurnEndedPayload,
  TurnkeeperOptions,
} from 'redux-turnkeeper'
import {
  createManualClock,
  createManualEnvironment,
  createRecorder,
  createScriptedBackend,
} from 'redux-turnkeeper/testing'
import type { ManualClock, Recorder, ScriptedBackend } from 'redux-turnkeeper/testing'
import { conversationOf } from '../../src/state/conversations'
import { entryOf, findEnded, findTurn } from '../../src/state/turns'
import { doubledFacts, strayTexts, wrongPointers } from '../scenarios/facts'
import { createContract } from './contract'

/** The root state. */
export interface State {
  readonly turnkeeper: KeeperState
  readonly app: number
}

/** Features with a state have labs of their own; the others are among the extras. */
export type LabOptions = Omit<TurnkeeperOptions, 'features'>

interface Opened {
  readonly state: () => KeeperState
  readonly resolved: LabOptions
  readonly features: readonly KeeperFeature[]
  readonly initial: State
  readonly recorder: Recorder
  readonly keeper: Turnkeeper
  readonly clock: ManualClock
  readonly backend: ScriptedBackend
  readonly errors: readonly unknown[]
  readonly broken: string[]
}

/** Of all ends. */
export const REASONS: readonly EndReason[] = [
  'complete',
  'cancelled',
  'error',
  'session_error',
  'timeout',
  'rescued',
  'interrupted',
  'superseded',
  'undelivered',
]

export interface LabExtras {
  /** Of the root: `{ turnkeeper: … }`. */
  readonly preloadedState?: object
  /** Middleware before and after the keeper's. */
  readonly before?: readonly Middleware[]
  readonly after?: readonly Middleware[]
  /** What the keeper gets of the backend's ports. */
  readonly ports?: (ports: ScriptedBackend['ports']) => Ports
  readonly features?: readonly KeeperFeature[]
  /** First letter of the ids that the keeper mints. */
  readonly ids?: string
  readonly clock?: ManualClock
  readonly keeper?: Turnkeeper
}

/** The labs of the test that runs. */
const labs: Opened[] = []

export function createLab(options: LabOptions = {}, extras: LabExtras = {}) {
  const { ids = 'k', preloadedState, before = [], after = [] } = extras
  const clock = extras.clock ?? createManualClock(1_000_000)
  const backend = createScriptedBackend()
  const environment = createManualEnvironment()
  const recorder = createRecorder()
  const problems: Problem[] = []
  const errors: { readonly error: unknown; readonly raisedBy: string }[] = []
  const told: EndedTurn[] = []
  const broken: string[] = []
  let minted = 0
  const resolved: LabOptions = {
    ports: extras.ports?.(backend.ports) ?? backend.ports,
    clock,
    environment,
    random: () => 0.5,
    createId: () => `${ids}${++minted}`,
    onProblem: (problem) => void problems.push(problem),
    onError: (error, { raisedBy }) => void errors.push({ error, raisedBy }),
    onTurnEnded: (record) => void told.push(record),
    ...options,
  }
  const keeper = extras.keeper ?? createTurnkeeper({ ...resolved, features: extras.features ?? [] })
  const contract = createContract(resolved)
  /** Holds after every single action, those of the listeners included. */
  const invariants: Middleware = (api) => (next) => (action) => {
    const earlier = (api.getState() as State).turnkeeper
    const result = next(action)
    const { turnkeeper } = api.getState() as State
    if (turnkeeper !== earlier) {
      const { type } = action as UnknownAction
      const found = [
        ...doubledFacts(turnkeeper),
        ...wrongPointers(turnkeeper),
        ...strayTexts(turnkeeper),
        ...contract(turnkeeper, clock.now()),
      ]
      broken.push(...found.map((what) => `after ${type}: ${what}`))
    }
    return result
  }
  const reducer = combineSlices(keeper, {
    app: (count: number = 0, { type }: UnknownAction) => (type === 'app/typed' ? count + 1 : count),
  })
  const configured = configureStore({
    reducer,
    middleware: (gDM) =>
      gDM({
        serializableCheck: { ignoredActionPaths: [], warnAfter: Infinity },
        immutableCheck: { warnAfter: Infinity },
        actionCreatorCheck: true,
      })
        .prepend(...before, keeper.middleware, ...after)
        .concat(recorder.middleware, invariants),
    devTools: false,
    enhancers: (gDE) => gDE({ autoBatch: false }),
    ...(preloadedState && { preloadedState: preloadedState as ReturnType<typeof reducer> }),
  })
  // A list of middleware of unknown length hides from the types that thunks are taken.
  const store = configured as typeof configured & {
    readonly dispatch: ThunkDispatch<State, unknown, UnknownAction>
  }
  const initial = store.getState() as State
  const { selectors } = keeper
  const at = <R>(select: (state: object, id: string) => R, id: string): R => select(store.getState(), id)
  const state = () => (store.getState() as State).turnkeeper

  const lab = {
    clock,
    backend,
    environment,
    recorder,
    problems,
    errors,
    told,
    broken,
    keeper,
    store,
    initial,
    resolved,
    features: extras.features ?? [],
    /** The keeper's own state. */
    state,
    turns: () => state().turns,
    /** What goes on in a conversation; `undefined` where nothing does. */
    entry: (id = 'c1') => entryOf(state().turns, id),
    /** What a conversation has to say; `undefined` where it has nothing to say. */
    conversation: (id = 'c1') => conversationOf(state().conversations, id),
    /** A turn that has not ended. */
    turn: (turnId = 't1') => findTurn(state().turns, turnId),
    /** The record of one that has. */
    record: (turnId = 't1') => findEnded(state().turns, turnId),
    async dispatch(...actions: readonly unknown[]) {
      for (const action of actions) store.dispatch(action as never)
      await clock.advanceAsync(0)
    },
    advance: (ms: number, step = 1_000) => clock.advanceAsync(ms, step),
    phase: (id = 'c1') => at(selectors.selectPhase, id),
    busy: (id = 'c1') => at(selectors.selectIsBusy, id),
    live: (id = 'c1') => at(selectors.selectActiveTurn, id),
    last: (id = 'c1') => at(selectors.selectLastEndedTurn, id),
    error: (id = 'c1') => at(selectors.selectLastError, id)?.message ?? null,
    errorCode: (id = 'c1') => at(selectors.selectLastError, id)?.code ?? null,
    queue: (id = 'c1') => at(selectors.selectQueue, id).map(({ turnId }) => turnId),
    drafts: (id = 'c1') => at(selectors.selectDrafts, id).map(({ input }) => input),
    history: () => selectors.selectHistory(store.getState()),
    /** What each turn came to, oldest first: `id reason outcome grade`. */
    ends: () =>
      lab.history().map(({ turnId, reason, outcome, grade }) => [turnId, reason, outcome, grade].join(' ')),
    sent: () => backend.of('send').map(({ key }) => key),

    submit: (turnId = 't1', conversationId = 'c1', more: object = {}) =>
      lab.dispatch(keeper.submitTurn({ conversationId, turnId, input: `text of ${turnId}`, ...more })),
    /** A turn that the server took as run `r-…`, and nothing more was heard of. */
    async accept(turnId = 't1', conversationId = 'c1', runId: string | null = `r-${turnId}`) {
      await lab.submit(turnId, conversationId)
      backend.accept('send', runId === null ? {} : { runId }, turnId)
      await lab.dispatch()
    },
    /** A turn that the server runs, that has shown so, and that status checks find running. */
    async start(turnId = 't1', conversationId = 'c1') {
      await lab.accept(turnId, conversationId)
      await lab.dispatch(signals.turnStarted({ conversationId, runId: `r-${turnId}` }))
      backend.world(conversationId, { status: 'running', runId: `r-${turnId}` })
    },
    progress: (turnId = 't1', conversationId = 'c1', kind: ProgressKind = 'output') =>
      lab.dispatch(signals.turnProgressed({ conversationId, runId: `r-${turnId}`, kind })),
    /** The app's own word. */
    end: (payload: EndPayload) => lab.dispatch(endTurn(payload)),
    /** What the wire says. */
    signalEnd: (payload: TurnEndedPayload) => lab.dispatch(signals.turnEnded(payload)),
    /** One status check of these conversations now, whose answer waits until `backend.accept('status', …)`. */
    async checkStatus(...conversationIds: readonly string[]) {
      backend.auto.delete('status')
      await lab.dispatch(keeper.checkStatus(conversationIds.length > 0 ? conversationIds : ['c1']))
    },
    async answer(answers: object) {
      backend.accept('status', answers)
      await lab.dispatch()
    },

    /** Whether the keeper's state is, to the reference, what it was before the action. */
    leaves(action: unknown): boolean {
      const earlier = state()
      store.dispatch(action as never)
      return state() === earlier
    },
    /** What subscribers see of a conversation while something is done: one line for each notification of a change. */
    async watch(done: () => Promise<unknown> | unknown, id = 'c1'): Promise<readonly string[]> {
      const seen: string[] = []
      let earlier = state()
      const unsubscribe = store.subscribe(() => {
        if (state() !== earlier) seen.push(`${lab.phase(id)} ${lab.history().length}`)
        earlier = state()
      })
      await done()
      unsubscribe()
      return seen
    },
  }
  labs.push(lab)
  return lab
}

export type Lab = ReturnType<typeof createLab>

/** The root state as a persistence package brings it back after a reload. */
export const reloaded = (lab: Pick<Lab, 'store'>): object =>
  JSON.parse(JSON.stringify(lab.store.getState())) as object

/** What the recorded actions make of the first state, by a bare reducer: that of a keeper without its middleware. */
export function replay(
  lab: Pick<Opened, 'resolved' | 'initial' | 'recorder'> & Partial<Pick<Opened, 'features'>>,
): string {
  const { reducer } = createTurnkeeper({ ...lab.resolved, features: lab.features ?? [] })
  let state = JSON.parse(JSON.stringify(lab.initial.turnkeeper)) as KeeperState
  for (const action of JSON.parse(JSON.stringify(lab.recorder.actions)) as UnknownAction[])
    state = reducer(state, action)
  return JSON.stringify(state)
}

let complaints: jest.SpyInstance

beforeEach(() => {
  complaints = jest.spyOn(console, 'error').mockImplementation(() => undefined)
})

afterEach(() => {
  const said = complaints.mock.calls.map((call) => call.join(' '))
  complaints.mockRestore()
  for (const lab of labs.splice(0)) {
    expect(lab.broken).toEqual([])
    expect(replay(lab)).toBe(JSON.stringify(lab.state()))
    lab.keeper.dispose()
    expect(lab.clock.pending).toBe(0)
    expect(
      lab.backend.requests
        .filter(({ state }) => state === 'pending')
        .map(({ kind, key }) => `${kind} ${key}`),
    ).toEqual([])
    expect(lab.errors).toEqual([])
  }
  expect(said).toEqual([])
})
