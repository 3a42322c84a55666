import { useEffect, useId, useRef } from 'react'
import type { FormEvent } from 'react'
import type { Question } from 'redux-turnkeeper'
import { usePendingInputs, useTurnCommands } from 'redux-turnkeeper/react'
import { interruptOf } from '../backend'
import { focusComposer, isWriting } from './focus'
import { QuestionGroup } from './QuestionGroup'

const keyOf = ({ askerId, requestId }: Question): string => `${askerId} ${requestId}`

/** The questions that wait for the user. Each closes with the turn that asked, and its answer goes to the agent alone. */
export function Questions({ conversationId }: { conversationId: string }) {
  const questions = usePendingInputs(conversationId)
  const box = useRef<HTMLDivElement>(null)
  const first = questions[0] && keyOf(questions[0])

  useEffect(() => {
    // Somebody who is writing would answer with the next key.
    if (first !== undefined && !isWriting())
      box.current?.querySelector<HTMLElement>('button:enabled, input:enabled')?.focus()
  }, [first])
  if (questions.length === 0) return null
  const [only, ...others] = questions

  return (
    <div className="questions" ref={box}>
      {only && others.length === 0 ? (
        <OneQuestion key={keyOf(only)} conversationId={conversationId} question={only} />
      ) : (
        <QuestionGroup conversationId={conversationId} questions={questions} />
      )}
    </div>
  )
}

function OneQuestion({ conversationId, question }: { conversationId: string; question: Question }) {
  const { answer } = useTurnCommands(conversationId)
  const id = useId()
  const { requestId } = question
  const { message, reason, responseSchema } = interruptOf(question)
  const options = (responseSchema?.['enum'] ?? []) as readonly string[]
  const isAnswering = question.state === 'answering'

  const give = (text: string) => {
    if (requestId === null) return
    void answer({ requestId, answer: text })
    focusComposer()
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const field = event.currentTarget.elements.namedItem('answer') as HTMLInputElement
    if (field.value) give(field.value)
    field.value = ''
  }

  return (
    <section className="question" role="group" aria-labelledby={id} aria-busy={isAnswering}>
      <h3 id={id}>{message ?? 'The agent waits for an answer. Its question is not known here.'}</h3>
      {options.length > 0 ? (
        <div className="actions">
          {options.map((option) => (
            <button key={option} type="button" disabled={isAnswering} onClick={() => give(option)}>
              {option}
            </button>
          ))}
        </div>
      ) : (
        requestId !== null && (
          <form className="actions" onSubmit={submit}>
            <input
              name="answer"
              aria-labelledby={id}
              type={reason === 'secret' ? 'password' : 'text'}
              autoComplete="off"
              disabled={isAnswering}
            />
            <button type="submit" disabled={isAnswering}>
              Answer
            </button>
          </form>
        )
      )}
      {isAnswering && <p className="hint">Sending your answer…</p>}
    </section>
  )
}
