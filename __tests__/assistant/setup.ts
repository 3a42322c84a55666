import { configureStore } from '@reduxjs/toolkit'
import type { Action, StoreEnhancer, ThunkAction, UnknownAction } from '@reduxjs/toolkit'
import { createTurnkeeper } from '../../src/createTurnkeeper'
import { resolveAssistantOptions } from '../../src/assistant'
import { assistant, assistantInputsChanged } from '../../src/features/assistant'
import type {
  AssistantInputsPayload,
  AssistantOptions,
  AssistantPortContext,
  AssistantPortFunctions,
  AssistantPorts,
  AssistantResult,
  AssistantState,
} from '../../src/features/assistant'
import {
  createManualClock,
  createManualEnvironment,
  createRecorder,
  flushMicrotasks,
} from '../../src/testing'
import type { ManualClock } from '../../src/testing'
import type { Persisted } from '../../src/actions'
import type { KeeperState, Ports, Problem, SendRequest } from '../../src/types'
import { ActionCreators, instrument } from '../devtools/instrument'

export const MINUTES = 60_000
export const START = 1_000_000

export const signedIn: AssistantInputsPayload = { signedIn: true }
export const signedOut: AssistantInputsPayload = { signedIn: false }

// ---------------------------------------------------------------- answers

export const active = (id = 'a1', more?: object): AssistantResult => ({
  ok: true,
  data: { id, status: 'active', ...more },
})
export const initializing = (id = 'a1'): AssistantResult => ({
  ok: true,
  data: { id, status: 'initializing' },
})
export const deleting = (id = 'a1'): AssistantResult => ({ ok: true, data: { id, status: 'to_be_deleted' } })
export const retiredOk: AssistantResult = { ok: true, data: {} }
export const status = (code: number, error?: unknown): AssistantResult => ({ ok: false, status: code, error })
export const gone = status(404)
export const trouble = status(502)
/** The connection died. */
export const LOST = 'lost'

// ---------------------------------------------------------------- the host of the assistant

export type Kind = 'get' | 'hatch' | 'retire' | 'probe'
/** How a request of that kind is answered by itself; `undefined`: left open. */
export type Script = Partial<Record<Kind, (request: unknown, nth: number) => unknown>>

export interface Call {
  readonly kind: Kind
  readonly at: number
  readonly request: unknown
  readonly context: AssistantPortContext
  readonly signal: AbortSignal
  settle(result: unknown): void
  open: boolean
}

/** Ports whose every answer is given by the test. Deaf to aborts: a late answer is the keeper's to refuse. */
function createHost(clock: ManualClock, script: Script, latency: number) {
  const calls: Call[] = []
  const receive = (kind: Kind, request: unknown, context: AssistantPortContext): Promise<never> =>
    new Promise((resolve, reject) => {
      const call: Call = {
        kind,
        at: clock.now(),
        request,
        context,
        signal: context.signal,
        open: true,
        settle(result) {
          call.open = false
          if (result === LOST) reject(new TypeError('fetch failed'))
          else resolve(result as never)
        },
      }
      calls.push(call)
      const nth = calls.filter((one) => one.kind === kind).length
      const answer = script[kind]
      if (!answer) return
      clock.setTimeout(() => {
        const result = call.open ? answer(request, nth) : undefined
        if (result !== undefined) call.settle(result)
      }, latency)
    })
  const ports: AssistantPortFunctions = {
    getAssistant: (request, context) => receive('get', request, context),
    hatchAssistant: (request, context) => receive('hatch', request, context),
    retireAssistant: (request, context) => receive('retire', request, context),
    probeAssistant: (request, context) => receive('probe', request, context),
  }
  const newest = (kind: Kind): Call => {
    const call = calls.filter((one) => one.kind === kind && one.open).at(-1)
    if (!call) throw new Error(`No ${kind} waits. Received: ${calls.map((one) => one.kind).join(', ')}`)
    return call
  }
  return {
    ports,
    calls,
    of: (kind: Kind) => calls.filter((call) => call.kind === kind),
    /** Answers the newest request of this kind. */
    async answer(kind: Kind, result: unknown): Promise<void> {
      newest(kind).settle(result)
      await flushMicrotasks()
    },
    /** Its connection dies. */
    async lose(kind: Kind): Promise<void> {
      newest(kind).settle(LOST)
      await flushMicrotasks()
    },
  }
}

export interface Setup extends AssistantOptions {
  /** Ports that this app has, `probe` left out by default. */
  readonly has?: readonly Kind[]
  /** Requests that answer themselves, `latency` ms later. */
  readonly script?: Script
  readonly latency?: number
  /** What an earlier page left. */
  readonly left?: AssistantState
  readonly leftCore?: KeeperState
  /** When this page begins. */
  readonly from?: number
  readonly clock?: ManualClock
  /** With DevTools beneath the middleware, as in a browser. */
  readonly devTools?: boolean
  readonly createId?: () => string
  /** Ports of the turns. */
  readonly turnPorts?: Ports
  readonly rehydrate?: (action: Action) => Persisted | undefined
}

const PORT = {
  get: 'getAssistant',
  hatch: 'hatchAssistant',
  retire: 'retireAssistant',
  probe: 'probeAssistant',
} as const

const opened: (() => void)[] = []
let ids = 0

/** A store with a keeper that has the feature, on a clock and a page of the test's own. */
export function setUp({
  has = ['get', 'hatch', 'retire'],
  script = {},
  latency = 100,
  left,
  leftCore,
  from = START,
  clock: sharedClock,
  devTools,
  createId = () => `id${++ids}`,
  turnPorts,
  rehydrate,
  ...given
}: Setup = {}) {
  const clock = sharedClock ?? createManualClock(from)
  const environment = createManualEnvironment()
  const host = createHost(clock, script, latency)
  const sends: SendRequest[] = []
  const problems: Problem[] = []
  const ports: AssistantPorts = Object.fromEntries(has.map((kind) => [PORT[kind], host.ports[PORT[kind]]]))
  const feature = assistant({ ports, ...given })
  const keeper = createTurnkeeper({
    ports: {
      sendTurn: async (request: SendRequest) => {
        sends.push(request)
        return { status: 'accepted' as const }
      },
      ...turnPorts,
    },
    features: [feature],
    clock,
    environment,
    random: () => 0.5,
    createId,
    onProblem: (problem) => void problems.push(problem),
    rehydrate,
  })
  const recorder = createRecorder()
  const initial = keeper.reducer(undefined, { type: 'init' })
  const preloaded = {
    ...initial,
    ...(left && { assistant: left }),
    ...(leftCore && { turns: leftCore.turns, conversations: leftCore.conversations }),
  }
  const store = configureStore({
    reducer: { [keeper.reducerPath]: keeper.reducer },
    middleware: (gDM) =>
      gDM({ serializableCheck: { warnAfter: Infinity }, immutableCheck: { warnAfter: Infinity } })
        .prepend(keeper.middleware)
        .concat(recorder.middleware),
    devTools: false,
    enhancers: (gDE) => (devTools ? gDE().concat(instrument() as StoreEnhancer) : gDE()),
    preloadedState: { turnkeeper: preloaded },
  })
  const complaints = jest.spyOn(console, 'error').mockImplementation(() => undefined)
  const state = () => store.getState().turnkeeper
  const now = (): AssistantState => state().assistant
  opened.push(() => {
    // Law 20, of every test: nothing that is not serialisable or not pure, and the log gives the same state to the byte.
    expect(complaints.mock.calls).toEqual([])
    complaints.mockRestore()
    if (!devTools) {
      let again = JSON.parse(JSON.stringify(preloaded)) as typeof preloaded
      const log = JSON.parse(JSON.stringify(recorder.actions)) as UnknownAction[]
      for (const action of log) again = keeper.reducer(again, action)
      expect(JSON.stringify(again.assistant)).toBe(JSON.stringify(now()))
    }
    // No secret of any test in the state or the log.
    expect(JSON.stringify([state(), recorder.actions])).not.toMatch(/secret-token/)
    // Law 22, of every test: disposing of the keeper leaves no timer of its own.
    const scripted = host.calls.filter((call) => call.open && script[call.kind]).length
    keeper.dispose()
    if (scripted === 0 && !sharedClock) expect(clock.pending).toBe(0)
  })

  const { liftedStore } = store as unknown as {
    liftedStore: { dispatch(action: unknown): void; getState(): { stagedActionIds: number[] } }
  }
  const pass = (ms: number, step = 1_000) => clock.advanceAsync(ms, step)

  const h = {
    clock,
    environment,
    host,
    sends,
    problems,
    keeper,
    feature,
    store,
    config: resolveAssistantOptions(given, ports),
    recorder,
    dispose: () => keeper.dispose(),
    state,
    now,
    kind: () => now().kind,
    /** How many requests of this kind there were. */
    is: (kind: Kind) => host.of(kind).length,
    /** What was asked, status checks aside. */
    asked: () => host.calls.map(({ kind }) => kind).filter((kind) => kind !== 'get'),
    dispatch: <Result>(action: UnknownAction | ThunkAction<Result, unknown, unknown, UnknownAction>) =>
      store.dispatch(action as UnknownAction) as Result,
    submit: (input = 'hello', conversationId = 'c1') =>
      void store.dispatch(keeper.submitTurn({ conversationId, input })),
    inputs: (inputs: AssistantInputsPayload) => void store.dispatch(assistantInputsChanged(inputs)),
    /** The DevTools: back to the state after the nth action, to the newest, lock and unlock. */
    jump: (index: number) => liftedStore.dispatch(ActionCreators.jumpToState(index)),
    jumpToTip: () =>
      liftedStore.dispatch(ActionCreators.jumpToState(liftedStore.getState().stagedActionIds.length - 1)),
    /** The whole history, and another one in its place. */
    history: () => JSON.parse(JSON.stringify(liftedStore.getState())) as never,
    importHistory: (history: never) => liftedStore.dispatch(ActionCreators.importState(history)),
    /** What is viewed becomes the first state of the history. */
    commit: () => liftedStore.dispatch(ActionCreators.commit()),
    lock: (locked: boolean) => liftedStore.dispatch(ActionCreators.lockChanges(locked)),
    /** How many actions the DevTools have, which is where a jump to the present goes. */
    index: () => liftedStore.getState().stagedActionIds.length - 1,
    pass,
    /** Signs in and has the first status check answered. */
    async begin(first?: unknown) {
      h.inputs(signedIn)
      if (first !== undefined) await host.answer('get', first)
    },
    /** A first 404 was given. After the pause the second check says the same. */
    async confirmGone() {
      const { check } = now()
      if (check?.nonce !== null) throw new Error('No second check waits')
      await pass(check.at - clock.now())
      await host.answer('get', gone)
    },
    /** Signs in somebody who has no assistant. */
    async beginGone() {
      await h.begin(gone)
      await h.confirmGone()
    },
    /** The assistant that is known is gone, whatever is asked. */
    async vanish() {
      await host.answer('get', gone)
      await h.confirmGone()
    },
    /** Lets time pass; every status check that leaves in it is told the same. */
    async passing(ms: number, said: unknown) {
      const until = clock.now() + ms
      const isOpen = () => host.of('get').some(({ open, signal }) => open && !signal.aborted)
      while (clock.now() < until) {
        const { check } = now()
        const isComing = check?.nonce === null && check.at > clock.now()
        const next = check === null ? until : isComing ? check.at : clock.now() + 1_000
        const step = Math.min(next, until) - clock.now()
        await pass(step, step)
        while (isOpen()) await host.answer('get', said)
      }
    },
  }
  return h
}

export type Host = ReturnType<typeof setUp>

/** To be called once in each file: what holds after every test. */
export function checksAfterEach(): void {
  afterEach(() => {
    for (const check of opened.splice(0)) check()
  })
}
