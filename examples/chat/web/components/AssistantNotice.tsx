import { useEffect, useState } from 'react'
import {
  retryAssistant,
  selectAssistantErrorText,
  selectAssistantKind,
  selectAssistantRecoveries,
  selectAssistantSince,
  selectIsAssistantUp,
} from 'redux-turnkeeper/assistant'
import { useAppDispatch, useAppSelector } from '../app'
import { assistantWords, withoutTime } from '../words'
import { Spinner } from './Icons'
import { keeper } from '../store'

/** How the start of the assistant goes; nothing while it is up. */
export function AssistantNotice() {
  const dispatch = useAppDispatch()
  const kind = useAppSelector(selectAssistantKind)
  const since = useAppSelector(selectAssistantSince)
  const recoveries = useAppSelector(selectAssistantRecoveries)
  const error = useAppSelector(selectAssistantErrorText)
  const isUp = useAppSelector(selectIsAssistantUp)
  const now = useNow(!isUp)
  const words = assistantWords(kind, now - since, recoveries, error)
  if (!words) return null

  return (
    <section className="assistant" data-tone={words.tone} aria-label="Assistant">
      <p>
        {kind !== 'error' && <Spinner />}
        <span aria-hidden="true">{words.text}</span>
        <span role="status" className="unseen">
          {withoutTime(words.text)}
        </span>
      </p>
      {words.hint && <p className="hint">{words.hint}</p>}
      {kind === 'error' && (
        <button type="button" onClick={() => dispatch(retryAssistant())}>
          Try again
        </button>
      )}
    </section>
  )
}

/** The time, once a second, while somebody needs it. */
export function useNow(needed: boolean): number {
  const [now, setNow] = useState(() => keeper.clock.now())
  useEffect(() => {
    if (!needed) return
    setNow(keeper.clock.now())
    const timer = setInterval(() => setNow(keeper.clock.now()), 1_000)
    return () => clearInterval(timer)
  }, [needed])
  return now
}
