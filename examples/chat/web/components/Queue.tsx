import { useQueue, useTurnCommands } from 'redux-turnkeeper/react'
import { focusComposer } from './focus'
import { CloseIcon } from './Icons'

/** Messages that wait for their turn. */
export function Queue({ conversationId }: { conversationId: string }) {
  const queue = useQueue(conversationId)
  const { removeQueued } = useTurnCommands(conversationId)
  if (queue.length === 0) return null

  return (
    <section className="cards queue" aria-label="Waiting messages">
      <h3>{queue.length === 1 ? 'One message waits' : `${queue.length} messages wait`}</h3>
      <ol>
        {queue.map(({ turnId, input }) => (
          <li key={turnId}>
            <span className="text">{String(input)}</span>
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
