import { useEffect, useRef } from 'react'
import type { KeyboardEvent } from 'react'
import { selectIsAssistantUp } from 'redux-turnkeeper/assistant'
import { useCanSend, useCanStop, useTurnCommands, useTurnPhase } from 'redux-turnkeeper/react'
import { useAppSelector } from '../app'
import { useIsOnline } from './Connection'
import { focusComposer } from './focus'
import { useStop } from './useStop'

interface ComposerProps {
  conversationId: string
  typed: string
  setTyped: (text: string) => void
}

/** Send that becomes Queue while something runs, and Steer beside it where the running turn can take more. */
export function Composer({ conversationId, typed, setTyped }: ComposerProps) {
  const canSend = useCanSend(conversationId)
  const canStop = useCanStop(conversationId)
  const isUp = useAppSelector(selectIsAssistantUp)
  const isOnline = useIsOnline()
  const phase = useTurnPhase(conversationId)
  const { send, steer } = useTurnCommands(conversationId)
  const stop = useStop(conversationId)
  const field = useRef<HTMLTextAreaElement>(null)
  const canSteer = phase === 'thinking' || phase === 'streaming'
  const leaves = canSend && isUp && isOnline
  const text = typed.trim()

  useEffect(focusComposer, [])

  const submit = (how: typeof send | typeof steer) => {
    if (!text) return
    // Under a DevTools lock or jump nothing is taken: the text stays where it is.
    if (how({ input: text })?.taken) setTyped('')
    field.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && canStop && !text) {
      event.stopPropagation()
      stop()
    }
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    submit((event.ctrlKey || event.metaKey) && canSteer ? steer : send)
  }

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault()
        submit(send)
      }}
    >
      <label className="unseen" htmlFor="composer">
        Message
      </label>
      <textarea
        id="composer"
        ref={field}
        rows={2}
        maxLength={8_000}
        value={typed}
        placeholder={leaves ? 'Write a message' : 'Write the next message: it will wait'}
        aria-describedby="composer-keys"
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className="actions">
        <p className="keys" id="composer-keys">
          <kbd>Enter</kbd> {leaves ? 'sends' : 'queues'}
          {canSteer && (
            <>
              {' · '}
              <kbd>Ctrl</kbd> <kbd>Enter</kbd> steers
            </>
          )}
          {canStop && !text && (
            <>
              {' · '}
              <kbd>Esc</kbd> stops
            </>
          )}
        </p>
        {canSteer && (
          <button
            type="button"
            disabled={!text}
            title="Add this to what the agent is doing now"
            onClick={() => submit(steer)}
          >
            Steer
          </button>
        )}
        <button type="submit" className="primary" disabled={!text}>
          {leaves ? 'Send' : 'Queue'}
        </button>
      </div>
    </form>
  )
}
