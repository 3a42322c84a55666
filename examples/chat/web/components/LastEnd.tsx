import { errorDismissed } from 'redux-turnkeeper'
import { useDrafts, useIsBusy, useLastEndedTurn, useLastError, useTurnCommands } from 'redux-turnkeeper/react'
import { useAppDispatch, useAppSelector } from '../app'
import { endDetails, endWords } from '../words'
import { focusComposer } from './focus'

/** How the last turn ended, and what can be done about it. */
export function LastEnd({ conversationId }: { conversationId: string }) {
  const dispatch = useAppDispatch()
  const ended = useLastEndedTurn(conversationId)
  const error = useLastError(conversationId)
  const busy = useIsBusy(conversationId)
  const drafts = useDrafts(conversationId)
  const { retry } = useTurnCommands(conversationId)
  const prompt = useAppSelector(
    (state) =>
      state.transcripts
        .find(({ id }) => id === conversationId)
        ?.messages.find(({ id, role }) => role === 'user' && id === ended?.turnId)?.text,
  )
  const given = drafts.some(({ turnId }) => turnId === ended?.turnId)
  const words = ended && !busy && !given ? endWords(ended) : null
  // A text that was given back says so itself; why a server refused it, only the error does.
  const told = given && ended?.outcome === 'undelivered' && error?.message === ended.error?.message
  const details = ended && words?.tone === 'calm' ? endDetails(ended) : null
  const mayRetry = words?.tone === 'warn' && prompt !== undefined

  return (
    <div className="last-end" role="status">
      {error && !told && (busy || !words || error.message !== words.text) && (
        <p className="notice" data-tone="bad">
          <span>{error.message}</span>
          <button type="button" className="link" onClick={() => dispatch(errorDismissed({ conversationId }))}>
            Dismiss
          </button>
        </p>
      )}
      {words && (
        <p className="notice" data-tone={words.tone === 'warn' ? 'bad' : 'calm'}>
          <span>
            {words.text} {words.hint && <span className="hint">{words.hint}</span>}{' '}
            {details && <span className="hint details">{details}</span>}
          </span>
          {mayRetry && (
            <button
              type="button"
              onClick={() => {
                retry({ turnId: ended!.turnId, input: prompt })
                focusComposer()
              }}
            >
              Send again
            </button>
          )}
        </p>
      )}
    </div>
  )
}
