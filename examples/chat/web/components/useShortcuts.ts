import { useEffect } from 'react'
import { useStore } from 'react-redux'
import { useAppDispatch, view } from '../app'
import type { AppState } from '../store'
import type { Pane } from './App'

/** Alt+↑ and Alt+↓ go through the conversations; Escape closes a drawer. */
export function useShortcuts(pane: Pane, setPane: (pane: Pane) => void): void {
  const store = useStore<AppState>()
  const dispatch = useAppDispatch()

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && pane !== null) return setPane(null)
      const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0
      if (!event.altKey || step === 0) return
      event.preventDefault()
      const { list, selected } = store.getState().threads
      const next = list[list.findIndex(({ id }) => id === selected) + step]
      if (next) dispatch(view(next.id))
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [store, dispatch, pane, setPane])
}
