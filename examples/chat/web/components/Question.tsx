import { useEffect, useRef } from 'react'
import type { FormEvent } from 'react'
import type { Interrupt } from '@ag-ui/core'
import { usePendingInput, useTurnCommands } from 'redux-turnkeeper/react'
import { loadTranscript, useAppDispatch, useAppSelector } from '../app'
import { focusComposer, isWriting } from './focus'

/** The question that waits for the user. It closes with whoever asked, and its answer goes to the agent alone. */
export function Question({ conversationId }: { conversationId: string }) {
  const request = usePendingInput(conversationId)
  const dispatch = useAppDispatch()
  const told = useAppSelector(
    (state) => state.transcripts.find(({ id }) => id === conversationId)?.question ?? null,
  )
  const { answer } = useTurnCommands(conversationId)
  const box = useRef<HTMLElement>(null)
  const requestId = request?.requestId
  // A look-up knows that there is a question, not what it says: the transcript does.
  const asked = (request?.prompt as Interrupt | null | undefined) ?? (told?.id === requestId ? told : null)
  const missing = requestId !== undefined && asked === null

  useEffect(() => {
    if (missing) void dispatch(loadTranscript(conversationId))
  }, [dispatch, missing, conversationId])
  useEffect(() => {
    // Somebody who is writing would answer with the next key.
    if (requestId !== undefined && !isWriting())
      box.current?.querySelector<HTMLElement>('button, input')?.focus()
  }, [requestId])
  if (!request) return null

  const answering = request.state === 'answering'
  const give = (text: string) => {
    void answer({ requestId: request.requestId, answer: text })
    focusComposer()
  }
  const options = (asked?.responseSchema?.['enum'] ?? []) as readonly string[]
  const secret = asked?.reason === 'secret'
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const field = event.currentTarget.elements.namedItem('answer') as HTMLInputElement
    if (field.value) give(field.value)
    field.value = ''
  }

  return (
    <section className="question" ref={box} role="group" aria-labelledby="question" aria-busy={answering}>
      <h3 id="question">{asked?.message ?? 'The agent asks something. Fetching what it says…'}</h3>
      {options.length > 0 ? (
        <div className="actions">
          {options.map((option) => (
            <button key={option} type="button" disabled={answering} onClick={() => give(option)}>
              {option}
            </button>
          ))}
        </div>
      ) : (
        <form className="actions" onSubmit={submit}>
          <input
            name="answer"
            aria-labelledby="question"
            type={secret ? 'password' : 'text'}
            autoComplete="off"
            disabled={answering}
          />
          <button type="submit" disabled={answering}>
            Answer
          </button>
        </form>
      )}
      {answering && <p className="hint">Sending your answer…</p>}
    </section>
  )
}
