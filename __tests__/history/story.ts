/**
 * The page load that is recorded for each released version: one of each thing that outlives a page, and one that is over.
 * It is told through what the package exports.
 */
import { combineReducers, configureStore } from '@reduxjs/toolkit'
import { createTurnkeeper, signals } from 'redux-turnkeeper'
import {
  createManualClock,
  createManualEnvironment,
  createRecorder,
  createScriptedBackend,
  flushMicrotasks,
} from 'redux-turnkeeper/testing'

/** What an app that leaves at that moment has in its storage, and what was dispatched until then. */
export interface Recording {
  /** What `selectPersisted` gives. */
  readonly persisted: unknown
  /** What a package that persists slices writes: the state under its mount. */
  readonly state: Readonly<Record<string, unknown>>
  /** Every action that reached the reducer, in order. */
  readonly actions: readonly { readonly type: string }[]
}

export async function record(): Promise<Recording> {
  const clock = createManualClock(1_000_000)
  const backend = createScriptedBackend()
  const recorder = createRecorder()
  let ids = 0
  const keeper = createTurnkeeper({
    ports: backend.ports,
    clock,
    environment: createManualEnvironment(),
    random: () => 0.5,
    createId: () => `id${++ids}`,
  })
  const store = configureStore({
    reducer: combineReducers({ [keeper.reducerPath]: keeper.reducer }),
    middleware: (getDefault) => getDefault().prepend(keeper.middleware).concat(recorder.middleware),
  })
  const submit = (conversationId: string, turnId: string, input: string): void =>
    void store.dispatch(keeper.submitTurn({ conversationId, turnId, input }))
  const begin = async (
    conversationId: string,
    turnId: string,
    input: string,
    runId: string,
  ): Promise<void> => {
    submit(conversationId, turnId, input)
    backend.accept('send', { runId }, turnId)
    await flushMicrotasks()
    store.dispatch(signals.turnStarted({ conversationId, runId }))
  }

  await begin('over', 'over-1', 'a question', 'run-over')
  store.dispatch(signals.turnEnded({ conversationId: 'over', runId: 'run-over', reason: 'complete' }))
  await begin('works', 'works-1', 'a long job', 'run-works')
  submit('works', 'works-2', 'the next thing')
  submit('works', 'works-3', 'and the one after')
  submit('leaves', 'leaves-1', 'on its way')
  await begin('asks', 'asks-1', 'delete it', 'run-asks')
  store.dispatch(signals.inputRequested({ conversationId: 'asks', runId: 'run-asks', requestId: 'may-i' }))
  await begin('stops', 'stops-1', 'too long', 'run-stops')
  store.dispatch(keeper.stopTurn({ conversationId: 'stops' }))
  submit('refused', 'refused-1', 'not taken')
  backend.refuse('send', { reason: 'error' }, 'refused-1')
  await flushMicrotasks()
  clock.jump(1_000)

  const state = store.getState()
  const recording = {
    persisted: keeper.selectors.selectPersisted(state),
    state,
    actions: [...recorder.actions],
  }
  keeper.dispose()
  return JSON.parse(JSON.stringify(recording)) as Recording
}
