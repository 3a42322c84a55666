/** This package, as published. */
import { configureStore } from '@reduxjs/toolkit'
import { createTurnkeeper, endTurn, signals } from 'redux-turnkeeper'
import { STALL_AFTER } from '../trace/constants.mjs'

export default function create() {
  const running = (ids) => Object.fromEntries(ids.map((id) => [id, { status: 'running' }]))
  const keeper = createTurnkeeper({
    ports: { fetchStatus: async (ids) => running(ids) },
    stallTimeout: STALL_AFTER,
    runWithoutPage: true,
  })
  const store = configureStore({
    reducer: { [keeper.reducerPath]: keeper.reducer },
    middleware: (getDefault) => getDefault().prepend(keeper.middleware),
  })
  const { selectors } = keeper
  const { dispatch, getState } = store
  return {
    start: (conversationId, turnId) => dispatch(signals.turnStarted({ conversationId, turnId })),
    progress: (conversationId, turnId) =>
      dispatch(signals.turnProgressed({ conversationId, turnId, kind: 'output' })),
    end: (conversationId, turnId, reason) => dispatch(endTurn({ conversationId, turnId, reason })),
    isBusy: (id) => selectors.selectIsBusy(getState(), id),
    liveTurnId: (id) => selectors.selectActiveTurnId(getState(), id),
    lastOutcome: (id) => selectors.selectLastEndedTurn(getState(), id)?.outcome ?? null,
    isStalled: (id) => selectors.selectIsStalled(getState(), id),
    busyIds: () => selectors.selectBusyConversationIds(getState()),
    dispose: keeper.dispose,
  }
}
