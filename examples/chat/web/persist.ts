/** What has to survive a reload of this tab: running turns, the queue, open questions, texts that were given back. */
import type { Persisted } from 'redux-turnkeeper'
import { stateRestored } from 'redux-turnkeeper'
import { keeper } from './store'
import type { AppStore } from './store'

const KEY = 'chat:turns'

interface LiftedStore {
  readonly liftedStore?: {
    getState(): { readonly currentStateIndex: number; readonly computedStates: readonly unknown[] }
  }
}

/** Whether the DevTools panel shows the past. What was kept last is then still the present. */
function showsPast({ liftedStore }: LiftedStore): boolean {
  if (!liftedStore) return false
  const { currentStateIndex, computedStates } = liftedStore.getState()
  return currentStateIndex < computedStates.length - 1
}

export function keepOverReloads(store: AppStore): void {
  const kept = sessionStorage.getItem(KEY)
  if (kept) store.dispatch(stateRestored(JSON.parse(kept) as Persisted))
  let written: Persisted | null = null
  store.subscribe(() => {
    const persisted = keeper.selectors.selectPersisted(store.getState())
    if (persisted === written || showsPast(store as LiftedStore)) return
    written = persisted
    sessionStorage.setItem(KEY, JSON.stringify(persisted))
  })
}
