import { useSyncExternalStore } from 'react'
import { useAppSelector } from '../app'

const subscribe = (changed: () => void) => {
  window.addEventListener('online', changed)
  window.addEventListener('offline', changed)
  return () => {
    window.removeEventListener('online', changed)
    window.removeEventListener('offline', changed)
  }
}
export const useIsOnline = (): boolean => useSyncExternalStore(subscribe, () => navigator.onLine)

/** A line across the top while the page hears nothing. */
export function Connection() {
  const online = useIsOnline()
  const stream = useAppSelector((state) => state.connection.stream)
  const text = !online
    ? 'You are offline. You can go on writing: what you send waits, and what runs is checked when you are back.'
    : stream === 'down'
      ? 'The connection to the server is lost. Trying again…'
      : null

  return (
    <div role="status" className="connection">
      {text}
    </div>
  )
}
