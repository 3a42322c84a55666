import { useEffect } from 'react'
import { useAppDispatch, useAppSelector, view } from '../app'
import { toastDismissed } from '../slices/threads'
import type { Toast } from '../slices/threads'
import { CloseIcon } from './Icons'

/** How long a toast stays. The unread mark in the list stays until it is read. */
const STAYS = 10_000

/** What happened in conversations that are not on screen. */
export function Toasts() {
  const toasts = useAppSelector((state) => state.threads.toasts)
  return (
    <div className="toasts" role="status" aria-label="News">
      {toasts.map((toast) => (
        <OneToast key={toast.id} toast={toast} />
      ))}
    </div>
  )
}

function OneToast({ toast: { id, conversationId, text, tone } }: { toast: Toast }) {
  const dispatch = useAppDispatch()
  useEffect(() => {
    const timer = setTimeout(() => dispatch(toastDismissed(id)), STAYS)
    return () => clearTimeout(timer)
  }, [dispatch, id])

  return (
    <div className="toast" data-tone={tone}>
      <span>{text}</span>
      <button type="button" className="link" onClick={() => dispatch(view(conversationId))}>
        Show
      </button>
      <button
        type="button"
        className="quiet"
        aria-label="Dismiss"
        onClick={() => dispatch(toastDismissed(id))}
      >
        <CloseIcon />
      </button>
    </div>
  )
}
