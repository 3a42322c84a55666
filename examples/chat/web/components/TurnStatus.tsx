import { createFactHook, useCanStop, useElapsed, useTurn, useTurnCommands } from 'redux-turnkeeper/react'
import { useAppSelector } from '../app'
import { keeper } from '../store'
import { duration, turnWords, unticked, waitingWords } from '../words'
import { useIsOnline } from './Connection'
import { focusComposer } from './focus'
import { Spinner, StopIcon } from './Icons'

const useActivity = createFactHook('selectActivity')

/** What the live turn does, for how long, and whether that is known. Nothing while nothing runs. */
export function TurnStatus({ conversationId }: { conversationId: string }) {
  const turn = useTurn(conversationId)
  const elapsed = useElapsed(conversationId)
  const canStop = useCanStop(conversationId)
  const { stop } = useTurnCommands(conversationId)
  const { openTools } = useActivity(conversationId)
  const looking = useAppSelector(({ connection }) =>
    connection.asking.some(({ conversationIds }) => conversationIds.includes(conversationId)),
  )
  const look = useAppSelector(({ connection }) =>
    connection.looks.find((entry) => entry.conversationId === conversationId),
  )
  const connected = useAppSelector(({ connection }) => connection.stream === 'open')
  const online = useIsOnline()
  const refusals = useRefusals(conversationId)

  const stopAndFocus = () => {
    stop()
    focusComposer()
  }

  const words = turn
    ? turnWords({
        turn,
        silence: keeper.clock.now() - turn.lifeAt,
        looking,
        lastLook: look && look.at > turn.lifeAt ? look.status : undefined,
        tool: openTools.at(-1)?.text ?? null,
        online,
        connected,
      })
    : refusals !== null
      ? waitingWords(refusals, online)
      : null
  if (!words) return null

  return (
    <section
      className="turn"
      data-tone={words.tone}
      data-phase={turn?.phase ?? 'queued'}
      data-doubt={turn?.unverified ? 'unverified' : turn?.stalled ? 'stalled' : undefined}
      aria-label="What the agent does"
    >
      {words.tone === 'ask' ? <span className="dot" aria-hidden="true" /> : <Spinner />}
      <p>
        <span aria-hidden="true">{words.text}</span>
        <span role="status" className="unseen">
          {unticked(words.text)}
        </span>
        {words.hint && <span className="hint">{words.hint}</span>}
      </p>
      {elapsed !== null && (
        <time className="elapsed" aria-label="Elapsed time">
          {duration(elapsed)}
        </time>
      )}
      {turn && (
        <button type="button" className="stop" disabled={!canStop} onClick={stopAndFocus}>
          <StopIcon /> {turn.stop ? (turn.stop.state === 'unknown' ? 'Stop again' : 'Stopping') : 'Stop'}
        </button>
      )}
    </section>
  )
}

/** How often the message at the head of the queue was refused; `null` where none holds the conversation up. */
const useRefusals = (conversationId: string): number | null =>
  useAppSelector((state) => {
    if (keeper.selectors.selectPhase(state, conversationId) !== 'queued') return null
    const head = keeper.selectors.selectQueue(state, conversationId)[0]
    const turn = head && keeper.selectors.selectTurn(state, head.turnId)
    return turn && 'refusals' in turn ? turn.refusals : 0
  })
