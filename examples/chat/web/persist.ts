/** What has to survive a reload of this tab: live turns, the queue, texts that were given back. */
import type { Persisted } from 'redux-turnkeeper'
import { stateRestored } from 'redux-turnkeeper'
import { keeper, store } from './store'

const KEY = 'chat:turns'

/** While the DevTools panel shows the past, the present is what was kept last. */
function showsPast(): boolean {
  const lifted = (
    store as { liftedStore?: { getState(): { currentStateIndex: number; computedStates: unknown[] } } }
  ).liftedStore
  if (!lifted) return false
  const { currentStateIndex, computedStates } = lifted.getState()
  return currentStateIndex < computedStates.length - 1
}

export function keepOverReloads(): void {
  const kept = sessionStorage.getItem(KEY)
  if (kept) store.dispatch(stateRestored(JSON.parse(kept) as Persisted))
  let written: Persisted | null = null
  store.subscribe(() => {
    const persisted = keeper.selectors.selectPersisted(store.getState())
    if (persisted === written || showsPast()) return
    written = persisted
    sessionStorage.setItem(KEY, JSON.stringify(persisted))
  })
}
