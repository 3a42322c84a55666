import { useId, useRef } from 'react'
import type { FormEvent } from 'react'
import type { Question } from 'redux-turnkeeper'
import { useTurnCommands } from 'redux-turnkeeper/react'
import { interruptOf } from '../backend'
import { focusComposer } from './focus'

/** Several questions at once: one form, and one button that sends what is filled in. What is left out stays open. */
export function QuestionGroup({
  conversationId,
  questions,
}: {
  conversationId: string
  questions: readonly Question[]
}) {
  const { answerAll } = useTurnCommands(conversationId)
  const form = useRef<HTMLFormElement>(null)
  const isAnswering = questions.some(({ state }) => state === 'answering')

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    // A secret is in its field alone until it leaves.
    const given = new FormData(event.currentTarget)
    const answers = questions.flatMap(({ requestId }) => {
      const answer = given.get(requestId ?? '')
      return requestId !== null && typeof answer === 'string' && answer ? [{ requestId, answer }] : []
    })
    if (answers.length === 0) return
    void answerAll({ answers })
    form.current?.reset()
    focusComposer()
  }

  return (
    <form className="questions together" ref={form} aria-busy={isAnswering} onSubmit={submit}>
      {questions.map((question, i) => (
        <Fields key={`${question.askerId} ${question.requestId}`} question={question} number={i + 1} />
      ))}
      <div className="actions">
        <span className="hint">
          {isAnswering ? 'Sending your answers…' : `${questions.length} questions. Answer now what you can.`}
        </span>
        <button type="submit" className="primary" disabled={questions.every(isUnderWay)}>
          Send answers
        </button>
      </div>
    </form>
  )
}

const isUnderWay = ({ state }: Question): boolean => state === 'answering'

function Fields({ question, number }: { question: Question; number: number }) {
  const id = useId()
  const { requestId } = question
  const { message, reason, responseSchema } = interruptOf(question)
  const options = (responseSchema?.['enum'] ?? []) as readonly string[]
  const disabled = isUnderWay(question) || requestId === null
  const name = requestId ?? ''

  return (
    <section className="question" role="group" aria-labelledby={id}>
      <h3 id={id}>
        <span className="number">{number}</span> {message ?? 'Its question is not known here.'}
      </h3>
      {options.length > 0 ? (
        <div className="choices">
          {options.map((option) => (
            <label key={option}>
              <input type="radio" name={name} value={option} disabled={disabled} />
              {option}
            </label>
          ))}
        </div>
      ) : (
        <input
          name={name}
          aria-labelledby={id}
          type={reason === 'secret' ? 'password' : 'text'}
          autoComplete="off"
          disabled={disabled}
        />
      )}
    </section>
  )
}
