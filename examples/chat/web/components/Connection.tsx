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
  const isOnline = useIsOnline()
  const stream = useAppSelector((state) => state.connection.stream)
  const text = !isOnline
    ? 'You are offline. You can keep writing: your messages wait until you are back online.'
    : stream === 'down'
      ? 'The connection to the server was lost. Trying again…'
      : null

  return (
    <div role="status" className="connection">
      {text}
    </div>
  )
}
