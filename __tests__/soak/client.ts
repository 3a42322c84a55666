/** One page after the other over one server: a store with a keeper, its requests, and what must hold after each action. */
import { combineSlices, configureStore } from '@reduxjs/toolkit'
import type { Middleware } from '@reduxjs/toolkit'
import { createTurnkeeper, stateRestored } from 'redux-turnkeeper'
import type { KeeperState, Ports, TurnkeeperOptions } from 'redux-turnkeeper'
import { createManualClock, createManualEnvironment } from 'redux-turnkeeper/testing'
import { createContract } from '../laws/contract'
import { doubledFacts, strayTexts, wrongPointers } from '../scenarios/facts'

export type RequestKind = 'send' | 'stop' | 'answer' | 'status' | 'open'

export interface OpenRequest {
  readonly kind: RequestKind
  readonly request: unknown
  readonly settle: (result: unknown) => void
  readonly fail: () => void
  isOpen: boolean
}

export function createClient() {
  const clock = createManualClock(1_000_000)
  const environment = createManualEnvironment()
  /** Of all pages. */
  const requests: OpenRequest[] = []
  const broken: string[] = []
  const errors: unknown[] = []
  let pages = 0

  const receive = (kind: RequestKind, request: unknown, signal: AbortSignal): Promise<never> =>
    new Promise((resolve, reject) => {
      const entry: OpenRequest = {
        kind,
        request,
        isOpen: true,
        settle(result) {
          entry.isOpen = false
          resolve(result as never)
        },
        fail() {
          entry.isOpen = false
          reject(new TypeError('network error'))
        },
      }
      requests.push(entry)
      signal.addEventListener('abort', () => {
        entry.isOpen = false
        reject(signal.reason)
      })
    })
  const ports: Ports = {
    sendTurn: (request, { signal }) => receive('send', request, signal),
    stopTurn: (request, { signal }) => receive('stop', request, signal),
    answerInput: (request, { signal }) => receive('answer', request, signal),
    fetchStatus: (ids, { signal }) => receive('status', ids, signal),
    openStream: (request, { signal }) => receive('open', request, signal),
  }

  function openPage(preloaded?: KeeperState) {
    const page = ++pages
    let ids = 0
    const options: Omit<TurnkeeperOptions, 'features'> = {
      ports,
      clock,
      environment,
      random: () => 0.5,
      createId: () => `page-${page}-${++ids}`,
      onError: (error) => void errors.push(error),
      onProblem: () => undefined,
    }
    const keeper = createTurnkeeper(options)
    const contract = createContract(options)
    const checks: Middleware = (api) => (next) => (action) => {
      const before = (api.getState() as { turnkeeper: KeeperState }).turnkeeper
      const result = next(action)
      const after = (api.getState() as { turnkeeper: KeeperState }).turnkeeper
      if (after !== before)
        for (const what of [
          ...doubledFacts(after),
          ...wrongPointers(after),
          ...strayTexts(after),
          ...contract(after, clock.now()),
        ])
          broken.push(`after ${(action as { type: string }).type}: ${what}`)
      return result
    }
    const store = configureStore({
      reducer: combineSlices(keeper),
      middleware: (gDM) =>
        gDM({ serializableCheck: false, immutableCheck: false }).prepend(keeper.middleware).concat(checks),
      devTools: false,
      enhancers: (gDE) => gDE({ autoBatch: false }),
      ...(preloaded && { preloadedState: { turnkeeper: preloaded } }),
    })
    return { keeper, store }
  }

  let { keeper, store } = openPage()
  const state = (): KeeperState => store.getState().turnkeeper

  return {
    clock,
    environment,
    requests,
    broken,
    errors,
    state,
    get keeper() {
      return keeper
    },
    open: (kind: RequestKind) => requests.filter((request) => request.kind === kind && request.isOpen),
    async dispatch(action: unknown) {
      store.dispatch(action as never)
      await clock.advanceAsync(0)
    },
    /** @param keeps The whole state comes back, as a persistence package brings it; else what `selectPersisted` keeps. */
    async reload(keeps: boolean) {
      const whole = JSON.parse(JSON.stringify(state())) as KeeperState
      const kept = keeper.selectors.selectPersisted(store.getState())
      keeper.dispose()
      ;({ keeper, store } = openPage(keeps ? whole : undefined))
      if (!keeps) store.dispatch(stateRestored(JSON.parse(JSON.stringify(kept)) as typeof kept))
      await clock.advanceAsync(0)
    },
    close() {
      keeper.dispose()
      return { timers: clock.pending, requests: requests.filter(({ isOpen }) => isOpen).length }
    },
  }
}

export type Client = ReturnType<typeof createClient>
