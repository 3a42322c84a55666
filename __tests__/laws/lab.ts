/**
 * A store with a keeper whose server, clock and page are the test's.
 *
 * Whatever a test does in it, five things hold and are asserted here: after each action both slices hold one ledger, and
 * nothing live is without a next check; no check of RTK's has a complaint; the recorded actions, run through bare reducers
 * that share nothing, give the same state to the byte; and a disposed keeper leaves no timer and no request.
 */
import { combineSlices, configureStore } from '@reduxjs/toolkit'
import type { Middleware, Reducer, ThunkDispatch, UnknownAction } from '@reduxjs/toolkit'
import { createTurnkeeper, endTurn, turnEnded, turnProgressed, turnStarted } from 'redux-turnkeeper'
import type {
  ConversationsState,
  EndedTurn,
  EndPayload,
  EndReason,
  Ledger,
  Ports,
  Problem,
  ProgressKind,
  Turnkeeper,
  TurnkeeperOptions,
  TurnsState,
} from 'redux-turnkeeper'
import {
  createManualClock,
  createManualEnvironment,
  createRecorder,
  createScriptedBackend,
} from 'redux-turnkeeper/testing'
import type { ManualClock, Recorder, ScriptedBackend } from 'redux-turnkeeper/testing'

export interface State {
  readonly turns: TurnsState
  readonly conversations: ConversationsState
}

interface Opened {
  readonly state: () => State
  readonly resolved: TurnkeeperOptions
  readonly initial: State
  readonly recorder: Recorder
  readonly keeper: Turnkeeper
  readonly clock: ManualClock
  readonly backend: ScriptedBackend
  readonly errors: readonly unknown[]
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
  readonly preloadedState?: object
  /** Middleware before and after the keeper's. */
  readonly before?: readonly Middleware[]
  readonly after?: readonly Middleware[]
  /** What the keeper gets of the backend's ports. */
  readonly ports?: (ports: ScriptedBackend['ports']) => Ports
  /** First letter of the ids that the keeper mints. */
  readonly ids?: string
  readonly clock?: ManualClock
  readonly keeper?: Turnkeeper
}

/** What the keeper owes to whatever is live: a time at which it looks again (law 7). */
function assertNextChecks({ live, checks, held, open }: Ledger, looks: boolean): void {
  if (!looks) return
  const owned = new Set(
    live.filter((turn) => turn.phase !== 'queued').flatMap((turn) => [turn.conversationId, ...turn.keys]),
  )
  for (const turn of live) {
    if (turn.phase !== 'queued')
      expect({ of: turn.turnId, checkAt: turn.checkAt }).toEqual({
        of: turn.turnId,
        checkAt: expect.any(Number),
      })
    else if (!owned.has(turn.conversationId) && turn.send !== 'unsent') {
      const checked = checks.some((check) => check.conversationId === turn.conversationId)
      expect([turn.turnId, checked || held.includes(turn.conversationId) || !open]).toEqual([
        turn.turnId,
        true,
      ])
    }
  }
}

/** The labs of the test that runs. */
const labs: Opened[] = []

export function createLab(options: TurnkeeperOptions = {}, extras: LabExtras = {}) {
  const { ids = 'k', preloadedState, before = [], after = [] } = extras
  const clock = extras.clock ?? createManualClock(1_000_000)
  const backend = createScriptedBackend()
  const environment = createManualEnvironment()
  const recorder = createRecorder()
  const problems: Problem[] = []
  const errors: { readonly error: unknown; readonly raisedBy: string }[] = []
  const told: EndedTurn[] = []
  let minted = 0
  const resolved: TurnkeeperOptions = {
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
  const keeper = extras.keeper ?? createTurnkeeper(resolved)
  const looks = resolved.ports?.fetchStatus !== undefined
  /** Holds after every single action, those of the policies included. */
  const invariants: Middleware = (api) => (next) => (action) => {
    const result = next(action)
    const { turns, conversations } = api.getState() as State
    expect(conversations.ledger).toEqual(turns.ledger)
    assertNextChecks(turns.ledger, looks)
    return result
  }
  const reducer = combineSlices(...keeper.slices, {
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
  const state = () => store.getState() as State

  const lab = {
    clock,
    backend,
    environment,
    recorder,
    problems,
    errors,
    told,
    keeper,
    store,
    initial,
    resolved,
    state,
    ledger: () => state().turns.ledger,
    async dispatch(...actions: readonly unknown[]) {
      for (const action of actions) store.dispatch(action as never)
      await clock.advanceAsync(0)
    },
    advance: (ms: number, step = 1_000) => clock.advanceAsync(ms, step),
    phase: (id = 'c1') => at(selectors.selectPhase, id),
    busy: (id = 'c1') => at(selectors.selectIsBusy, id),
    live: (id = 'c1') => at(selectors.selectLiveTurn, id),
    last: (id = 'c1') => at(selectors.selectLastEndedTurn, id),
    error: (id = 'c1') => at(selectors.selectLastError, id)?.message ?? null,
    queue: (id = 'c1') => at(selectors.selectQueue, id).map(({ turnId }) => turnId),
    drafts: (id = 'c1') => at(selectors.selectDrafts, id).map(({ input }) => input),
    entry: (id = 'c1') => state().conversations.entries.find((entry) => entry.conversationId === id),
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
    /** A turn that the server runs, that has shown life, and that look-ups find running. */
    async start(turnId = 't1', conversationId = 'c1') {
      await lab.accept(turnId, conversationId)
      await lab.dispatch(turnStarted({ conversationId, runId: `r-${turnId}` }))
      backend.world(conversationId, { status: 'running', runId: `r-${turnId}` })
    },
    progress: (turnId = 't1', conversationId = 'c1', kind: ProgressKind = 'output') =>
      lab.dispatch(turnProgressed({ conversationId, runId: `r-${turnId}`, kind })),
    /** The app's own word. */
    end: (payload: EndPayload) => lab.dispatch(endTurn(payload)),
    /** A frame's. */
    frameEnd: (payload: Omit<EndPayload, 'frame'>) => lab.dispatch(turnEnded(payload)),
    /** One look-up of these conversations now, whose answer waits until `backend.accept('status', …)`. */
    async lookUp(...conversationIds: readonly string[]) {
      backend.auto.delete('status')
      await lab.dispatch(keeper.lookUp(conversationIds.length > 0 ? conversationIds : ['c1']))
    },
    async answer(answers: object) {
      backend.accept('status', answers)
      await lab.dispatch()
    },

    /** Whether the two slices are, to the reference, what they were before the action. */
    leaves(action: unknown): boolean {
      const { turns, conversations } = state()
      store.dispatch(action as never)
      return state().turns === turns && state().conversations === conversations
    },
    /** What subscribers see of a conversation while something is done, one line a notification. */
    async watch(done: () => Promise<unknown> | unknown, id = 'c1'): Promise<readonly string[]> {
      const seen: string[] = []
      const unsubscribe = store.subscribe(() => void seen.push(`${lab.phase(id)} ${lab.history().length}`))
      await done()
      unsubscribe()
      return seen
    },
  }
  labs.push(lab)
  return lab
}

export type Lab = ReturnType<typeof createLab>

/** What the recorded actions make of the first state, by bare reducers that share nothing: one keeper for each slice. */
export function replay(lab: Pick<Opened, 'resolved' | 'initial' | 'recorder'>): string {
  const slices = createTurnkeeper(lab.resolved).slices.map(
    (_, i) => createTurnkeeper(lab.resolved).slices[i]!,
  )
  const state = JSON.parse(JSON.stringify(lab.initial)) as Record<string, unknown>
  const actions = JSON.parse(JSON.stringify(lab.recorder.actions)) as UnknownAction[]
  for (const action of actions) {
    for (const { reducer, reducerPath } of slices) {
      state[reducerPath] = (reducer as Reducer)(state[reducerPath], action)
    }
  }
  return JSON.stringify(slices.map(({ reducerPath }) => state[reducerPath]))
}

let complaints: jest.SpyInstance

beforeEach(() => {
  complaints = jest.spyOn(console, 'error').mockImplementation(() => undefined)
})

afterEach(() => {
  const said = complaints.mock.calls.map((call) => call.join(' '))
  complaints.mockRestore()
  for (const lab of labs.splice(0)) {
    const now = lab.state() as unknown as Readonly<Record<string, unknown>>
    const own = lab.keeper.slices.map(({ reducerPath }) => now[reducerPath])
    expect(replay(lab)).toBe(JSON.stringify(own))
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
