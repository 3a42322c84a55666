/**
 * Looks into the page as the Redux DevTools extension would: the store asks the window for an enhancer, and gets one that
 * notes each action. Pages that show the app's own DevTools panel ask for none, and are judged by what they show.
 */
import type { StoreEnhancer, UnknownAction } from '@reduxjs/toolkit'
import type { EndedTurn, Turn } from 'redux-turnkeeper'
import type { AppState } from '../../examples/chat/web/store'

export interface Recorder {
  readonly actions: UnknownAction[]
  state(): AppState | null
  /** The turns of all conversations: those that run, those that wait, and the records of those that ended. */
  turns(): {
    readonly active: readonly Turn[]
    readonly queued: readonly Turn[]
    readonly ended: readonly EndedTurn[]
  }
}

declare global {
  interface Window {
    recorder: Recorder
  }
}

/** Runs in the page, before the app does. */
export function installRecorder(): void {
  let state: () => AppState | null = () => null
  const recorder: Recorder = {
    actions: [],
    state: () => state(),
    turns() {
      const turns = state()?.turnkeeper.turns
      const rows = turns?.byConversation.pages.flat(2) ?? []
      return {
        active: rows.flatMap(({ active }) => active ?? []),
        queued: rows.flatMap(({ queue }) => queue),
        ended: turns?.ended ?? [],
      }
    },
  }
  const record: StoreEnhancer = (createStore) => (reducer, preloaded) => {
    const store = createStore(reducer, preloaded)
    state = () => store.getState() as unknown as AppState
    return {
      ...store,
      dispatch(action) {
        recorder.actions.push(action as unknown as UnknownAction)
        return store.dispatch(action)
      },
    }
  }
  type Make = Parameters<StoreEnhancer>[0]
  const compose =
    () =>
    (...enhancers: StoreEnhancer[]) =>
    (createStore: Make) =>
      [...enhancers, record].reduceRight((make, enhance) => enhance(make) as Make, createStore)
  Object.assign(window, { recorder, __REDUX_DEVTOOLS_EXTENSION_COMPOSE__: compose })
}
