import { combineSlices, configureStore } from '@reduxjs/toolkit'
import type { StoreEnhancer, UnknownAction } from '@reduxjs/toolkit'
import { createTurnkeeper } from '../../src/createTurnkeeper'
import { assistantInputsChanged, resolveAssistantOptions } from '../../src/assistant'
import type {
  AssistantInputsPayload,
  AssistantOptions,
  AssistantPorts,
  AssistantResult,
  AssistantState,
} from '../../src/assistant'
import {
  createManualClock,
  createManualEnvironment,
  createRecorder,
  flushMicrotasks,
} from '../../src/testing'
import type { Ports, SendRequest } from '../../src/types'
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

// ---------------------------------------------------------------- the host of the assistant

export type Kind = 'get' | 'hatch' | 'retire' | 'probe'

interface Call {
  readonly kind: Kind
  readonly request: unknown
  readonly signal: AbortSignal
  resolve(result: unknown): void
  reject(error: unknown): void
  open: boolean
}

/** Ports whose every answer is given by the test. Deaf to aborts: a late answer is the keeper's to refuse. */
function createHost() {
  const calls: Call[] = []
  const receive = (kind: Kind, request: unknown, signal: AbortSignal): Promise<never> =>
    new Promise((resolve, reject) => {
      calls.push({ kind, request, signal, resolve: resolve as never, reject, open: true })
    })
  const ports: Required<AssistantPorts> = {
    getAssistant: (request, { signal }) => receive('get', request, signal),
    hatchAssistant: (request, { signal }) => receive('hatch', request, signal),
    retireAssistant: (request, { signal }) => receive('retire', request, signal),
    probeAssistant: (request, { signal }) => receive('probe', request, signal),
  }
  const newest = (kind: Kind): Call => {
    const call = calls.filter((one) => one.kind === kind && one.open).at(-1)
    if (!call) throw new Error(`No ${kind} waits. Received: ${calls.map((one) => one.kind).join(', ')}`)
    call.open = false
    return call
  }
  return {
    ports,
    calls,
    of: (kind: Kind) => calls.filter((call) => call.kind === kind),
    /** Answers the newest request of this kind. */
    async answer(kind: Kind, result: unknown): Promise<void> {
      newest(kind).resolve(result)
      await flushMicrotasks()
    },
    /** Its connection dies. */
    async lose(kind: Kind): Promise<void> {
      newest(kind).reject(new TypeError('fetch failed'))
      await flushMicrotasks()
    },
  }
}

interface Setup extends AssistantOptions {
  /** Ports that this app has, `probe` left out by default. */
  readonly has?: readonly Kind[]
  /** What an earlier page left. */
  readonly left?: AssistantState
  /** When this page begins. */
  readonly from?: number
  /** With DevTools beneath the middleware, as in a browser. */
  readonly devTools?: boolean
}

const PORT = {
  get: 'getAssistant',
  hatch: 'hatchAssistant',
  retire: 'retireAssistant',
  probe: 'probeAssistant',
} as const

const opened: (() => void)[] = []
let ids = 0

/** A store with the keeper's middleware and three slices, on a clock and a page of the test's own. */
export function setUp({
  has = ['get', 'hatch', 'retire'],
  left,
  from = START,
  devTools,
  ...given
}: Setup = {}) {
  const clock = createManualClock(from)
  const environment = createManualEnvironment()
  const host = createHost()
  const sends: SendRequest[] = []
  const ports: Ports & AssistantPorts = {
    ...Object.fromEntries(has.map((kind) => [PORT[kind], host.ports[PORT[kind]]])),
    sendTurn: async (request: SendRequest) => {
      sends.push(request)
      return { status: 'accepted' as const }
    },
  }
  const keeper = createTurnkeeper({
    ports,
    clock,
    environment,
    random: () => 0.5,
    createId: () => `id${++ids}`,
    ...given,
  })
  const slice = keeper.slices[2]
  const recorder = createRecorder()
  const store = configureStore({
    reducer: combineSlices(...keeper.slices),
    middleware: (gDM) =>
      gDM({ serializableCheck: { warnAfter: Infinity }, immutableCheck: { warnAfter: Infinity } })
        .prepend(keeper.middleware)
        .concat(recorder.middleware),
    devTools: false,
    enhancers: (gDE) => (devTools ? gDE().concat(instrument() as StoreEnhancer) : gDE()),
    ...(left && { preloadedState: { assistant: left } as never }),
  })
  const complaints = jest.spyOn(console, 'error').mockImplementation(() => undefined)
  opened.push(() => {
    // Law 20, of every test: nothing that is not serialisable or not pure, and the log gives the same state to the byte.
    expect(complaints.mock.calls).toEqual([])
    complaints.mockRestore()
    let again: AssistantState = left ?? slice.getInitialState()
    if (!devTools) for (const action of recorder.actions) again = slice.reducer(again, action)
    if (!devTools) expect(JSON.stringify(again)).toBe(JSON.stringify(store.getState().assistant))
    // Law 22, of every test: disposing of the keeper leaves no timer.
    keeper.dispose()
    expect(clock.pending).toBe(0)
  })

  const { liftedStore } = store as unknown as {
    liftedStore: { dispatch(action: unknown): void; getState(): { stagedActionIds: number[] } }
  }
  const now = () => store.getState().assistant
  return {
    clock,
    environment,
    host,
    sends,
    store,
    config: resolveAssistantOptions(given, ports),
    recorder,
    dispose: () => keeper.dispose(),
    now,
    kind: () => now().kind,
    is: (kind: Kind) => host.of(kind).length,
    dispatch: (action: UnknownAction) => store.dispatch(action),
    submitTurn: keeper.submitTurn,
    inputs: (inputs: AssistantInputsPayload) => void store.dispatch(assistantInputsChanged(inputs)),
    /** The DevTools: back to the state after the nth action, to the newest, lock and unlock. */
    jump: (index: number) => liftedStore.dispatch(ActionCreators.jumpToState(index)),
    jumpToTip: () =>
      liftedStore.dispatch(ActionCreators.jumpToState(liftedStore.getState().stagedActionIds.length - 1)),
    lock: (locked: boolean) => liftedStore.dispatch(ActionCreators.lockChanges(locked)),
    /** How many actions the DevTools have, which is where a jump to the present goes. */
    index: () => liftedStore.getState().stagedActionIds.length - 1,
    pass: (ms: number) => clock.advanceAsync(ms, 1_000),
    /** Signs in and has the first look-up answered. */
    async begin(first?: unknown) {
      store.dispatch(assistantInputsChanged(signedIn))
      if (first !== undefined) await host.answer('get', first)
    },
  }
}

/** To be called once in each file: what holds after every test. */
export function checksAfterEach(): void {
  afterEach(() => {
    for (const check of opened.splice(0)) check()
  })
}
