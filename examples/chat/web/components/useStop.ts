import { errorDismissed } from 'redux-turnkeeper'
import { useLastError, useTurnCommands } from 'redux-turnkeeper/react'
import { useAppDispatch } from '../app'

/** Stops the running turn. Why the last stop failed is no longer of interest then. */
export function useStop(conversationId: string): () => void {
  const { stop } = useTurnCommands(conversationId)
  const error = useLastError(conversationId)
  const dispatch = useAppDispatch()

  return () => {
    if (error?.code?.startsWith('stop_')) dispatch(errorDismissed({ conversationId }))
    stop()
  }
}
