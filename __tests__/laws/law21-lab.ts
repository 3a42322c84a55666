/**
 * A store under DevTools, for law 21: nothing happens because of time travel.
 *
 * With the real `@redux-devtools/instrument`, in its real place: inside the middleware, so that `getState()` gives the
 * viewed state while a dispatch reduces onto the newest one, and under a lock onto none.
 */
import type { InstrumentExt } from '@redux-devtools/instrument'
import { combineSlices, configureStore } from '@reduxjs/toolkit'
import type { Middleware, StoreEnhancer, UnknownAction } from '@reduxjs/toolkit'
import { createTurnkeeper, signals, turnSettled } from 'redux-turnkeeper'
import type { EndedTurn, KeeperFeature } from 'redux-turnkeeper'
import {
  createManualClock,
  createManualEnvironment,
  createRecorder,
  createScriptedBackend,
} from 'redux-turnkeeper/testing'
import { ActionCreators, instrument } from '../devtools/instrument'
import type { LabOptions } from './lab'

type Lifted = InstrumentExt<unknown, UnknownAction, null>['liftedStore']

export const STALL_TIMEOUT = 10_000
const RECHECK_INTERVAL = 5_000
export const TWENTY_PERIODS = 20 * STALL_TIMEOUT

function createLab(options: LabOptions & { features?: readonly KeeperFeature[] } = {}, ids = 'k') {
  const clock = createManualClock(1_000_000)
  const backend = createScriptedBackend()
  const recorder = createRecorder()
  const ended: EndedTurn[] = []
  const announced: EndedTurn[] = []
  let minted = 0
  const keeper = createTurnkeeper({
    ports: backend.ports,
    clock,
    environment: createManualEnvironment(),
    random: () => 0.5,
    createId: () => `${ids}${++minted}`,
    stallTimeout: STALL_TIMEOUT,
    recheckInterval: RECHECK_INTERVAL,
    onTurnEnded: (record) => void ended.push(record),
    ...options,
  })
  const announcements: Middleware = () => (next) => (action) => {
    if (turnSettled.match(action)) announced.push(action.payload.turn)
    return next(action)
  }
  const store = configureStore({
    reducer: combineSlices(keeper, {
      app: (state: number = 0, { type }: UnknownAction) => (type === 'app/typed' ? state + 1 : state),
    }),
    middleware: (gDM) =>
      gDM({ serializableCheck: { warnAfter: 10_000 }, immutableCheck: { warnAfter: 10_000 } })
        .prepend(keeper.middleware)
        .concat(recorder.middleware, announcements),
    devTools: false,
    enhancers: (gDE) => gDE({ autoBatch: false }).concat(instrument() as StoreEnhancer),
  })
  const lifted = (store as unknown as { liftedStore: Lifted }).liftedStore
  const { selectors } = keeper

  const lab = {
    clock,
    backend,
    recorder,
    /** The ends that were told, by the callback and by the announcement `turnSettled`. */
    ended,
    announced,
    keeper,
    store,
    lifted,
    /** What a user does in the DevTools panel. */
    devtools: {
      jump: (index: number) => void lifted.dispatch(ActionCreators.jumpToState(index)),
      /** To just before the first staged action of this type. */
      jumpBefore: (type: string) => lab.devtools.jump(lab.indexOf(type) - 1),
      jumpTo: (type: string) => lab.devtools.jump(lab.indexOf(type)),
      live: () => lab.devtools.jump(lifted.getState().stagedActionIds.length - 1),
      toggle: (type: string) =>
        void lifted.dispatch(
          ActionCreators.toggleAction(lifted.getState().stagedActionIds[lab.indexOf(type)]!),
        ),
      lock: (locked: boolean) => void lifted.dispatch(ActionCreators.lockChanges(locked)),
      pause: (paused: boolean) => void lifted.dispatch(ActionCreators.pauseRecording(paused)),
      commit: () => void lifted.dispatch(ActionCreators.commit()),
      rollback: () => void lifted.dispatch(ActionCreators.rollback()),
      reset: () => void lifted.dispatch(ActionCreators.reset()),
      sweep: () => void lifted.dispatch(ActionCreators.sweep()),
      import: (state: unknown) => void lifted.dispatch(ActionCreators.importState(state as never)),
    },
    indexOf(type: string): number {
      const { actionsById, stagedActionIds } = lifted.getState()
      const index = stagedActionIds.findIndex((id) => actionsById[id]!.action.type === type)
      if (index < 0)
        throw new Error(
          `No ${type} among ${stagedActionIds.map((id) => actionsById[id]!.action.type).join(', ')}`,
        )
      return index
    },
    /** The newest state there is, whichever is viewed. */
    tip: () => lifted.getState().computedStates.at(-1)!.state as ReturnType<typeof store.getState>,
    phase: (conversationId = 'c1') => selectors.selectPhase(store.getState(), conversationId),
    advance: (ms: number, step = 1_000) => clock.advanceAsync(ms, step),
    dispatch: async (...actions: readonly unknown[]) => {
      for (const action of actions) store.dispatch(action as never)
      await clock.advanceAsync(0)
    },
    progress: (conversationId = 'c1') =>
      lab.dispatch(signals.turnProgressed({ conversationId, runId: `r-${conversationId}`, kind: 'output' })),
    /** A turn that the server runs and that has shown life. */
    async start(conversationId = 'c1', turnId = `t-${conversationId}`) {
      const runId = `r-${conversationId}`
      await lab.dispatch(keeper.submitTurn({ conversationId, turnId, input: 'hello' }))
      backend.accept('send', { runId }, turnId)
      await lab.dispatch(signals.turnStarted({ conversationId, runId }))
      backend.world(conversationId, { status: 'running', runId })
    },
    /** Requests and actions of the keeper's since the last call. */
    take() {
      const taken = {
        requests: backend.requests.slice(lab.seen).map((r) => `${r.kind} ${r.key}`),
        actions: recorder.types(),
      }
      lab.seen = backend.requests.length
      recorder.clear()
      return taken
    },
    seen: 0,
  }
  return lab
}

export type Lab = ReturnType<typeof createLab>

/** Each turn that ended did so once, and was told of once. */
export function expectOneEndEach(lab: Lab): void {
  const settled = lab.keeper.selectors.selectHistory(lab.store.getState()).map(({ turnId }) => turnId)
  expect(settled).toEqual([...new Set(settled)])
  const told = lab.ended.map(({ turnId }) => turnId)
  expect(told).toEqual([...new Set(told)])
}

const labs: Lab[] = []
export const open = (...args: Parameters<typeof createLab>): Lab => {
  const lab = createLab(...args)
  labs.push(lab)
  return lab
}
afterEach(() => {
  for (const lab of labs.splice(0)) {
    lab.keeper.dispose()
    expect(lab.clock.pending).toBe(0)
    expect(lab.announced).toEqual(lab.ended)
  }
})
