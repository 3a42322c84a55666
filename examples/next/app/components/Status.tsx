'use client'
import { useElapsed, useLastEndedTurn, useTurnPhase } from 'redux-turnkeeper/react'

export function Status({ conversationId }: { conversationId: string }) {
  const phase = useTurnPhase(conversationId)
  const elapsed = useElapsed(conversationId)
  const last = useLastEndedTurn(conversationId)
  return (
    <p role="status">
      {phase === 'idle' ? `idle, last: ${last?.outcome ?? 'none'}` : `${phase}, ${elapsed} ms`}
    </p>
  )
}
