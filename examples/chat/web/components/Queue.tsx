import { queueCleared, queuedMoved, queuedSentNow, queueResumed } from 'redux-turnkeeper'
import { useQueue, useQueueState, useTimeLeft, useTurnCommands } from 'redux-turnkeeper/react'
import { useAppDispatch } from '../app'
import { queueWords } from '../words'
import { focusComposer } from './focus'
import { CloseIcon } from './Icons'

/** Messages that wait for their turn, and why they wait. */
export function Queue({ conversationId }: { conversationId: string }) {
  const dispatch = useAppDispatch()
  const queue = useQueue(conversationId)
  const state = useQueueState(conversationId)
  const left = useTimeLeft(state?.until ?? null)
  const { removeQueued } = useTurnCommands(conversationId)
  if (queue.length === 0) return null
  const words = state && queueWords(state, left)

  return (
    <section className="cards queue" aria-label="Waiting messages">
      <h3>
        {queue.length === 1 ? 'One message waits' : `${queue.length} messages wait`}
        {queue.length > 1 && (
          <button
            type="button"
            className="link"
            onClick={() => {
              dispatch(queueCleared({ conversationId }))
              focusComposer()
            }}
          >
            Take all back
          </button>
        )}
      </h3>
      {words && (
        <p className="hint" role="status">
          {words.text}{' '}
          {words.mayResume && (
            <button type="button" className="link" onClick={() => dispatch(queueResumed({ conversationId }))}>
              Go on
            </button>
          )}
        </p>
      )}
      <ol>
        {queue.map(({ turnId, input }, i) => (
          <li key={turnId}>
            <span className="text">{String(input)}</span>
            {i > 0 && (
              <button
                type="button"
                className="quiet"
                aria-label={`Move up: ${String(input)}`}
                onClick={() => dispatch(queuedMoved({ turnId, before: queue[i - 1]!.turnId }))}
              >
                ↑
              </button>
            )}
            <button
              type="button"
              className="link"
              aria-label={`Send now: ${String(input)}`}
              onClick={() => dispatch(queuedSentNow({ turnId }))}
            >
              Send now
            </button>
            <button
              type="button"
              className="quiet"
              aria-label={`Take back: ${String(input)}`}
              onClick={() => {
                removeQueued({ turnId })
                focusComposer()
              }}
            >
              <CloseIcon />
            </button>
          </li>
        ))}
      </ol>
    </section>
  )
}
