import {
  useCanStop,
  useElapsed,
  useOpenTools,
  useResumesAt,
  useRetry,
  useTimeLeft,
  useTurn,
  useTurnPhase,
} from 'redux-turnkeeper/react'
import type { Turn } from 'redux-turnkeeper'
import { useAppSelector } from '../app'
import { keeper } from '../store'
import { duration, isHeld, turnWords, waitingWords, withoutTime } from '../words'
import type { Words } from '../words'
import { useIsOnline } from './Connection'
import { focusComposer } from './focus'
import { CloseIcon, Spinner, StopIcon } from './Icons'
import { useStop } from './useStop'

/** What the running turn does, for how long, and whether that is known. Nothing while nothing runs. */
export function TurnStatus({ conversationId }: { conversationId: string }) {
  const turn = useTurn(conversationId)
  const phase = useTurnPhase(conversationId)
  const elapsed = useElapsed(conversationId)
  const canStop = useCanStop(conversationId)
  const stop = useStop(conversationId)
  const isOnline = useIsOnline()
  const words = useWords(conversationId, turn)
  if (!words) return null
  const held = turn !== null && isHeld(turn, isOnline)

  const stopAndFocus = () => {
    stop()
    focusComposer()
  }

  return (
    <section
      className="turn"
      data-tone={words.tone}
      data-phase={phase}
      data-doubt={turn?.isUnverified ? 'unverified' : turn?.isStalled ? 'stalled' : undefined}
      aria-label="What the agent does"
    >
      <div className="says">
        {words.tone === 'ask' ? <span className="dot" aria-hidden="true" /> : <Spinner />}
        <p>
          <span aria-hidden="true">{words.text}</span>
          <span role="status" className="unseen">
            {withoutTime(words.text)}
          </span>
          {words.hint && <span className="hint">{words.hint}</span>}
        </p>
      </div>
      {turn && (
        <div className="acts">
          {elapsed !== null && !held && (
            <time className="elapsed" aria-label="Elapsed time">
              {duration(elapsed)}
            </time>
          )}
          <button type="button" className="stop" disabled={!canStop} onClick={stopAndFocus}>
            {held ? <CloseIcon /> : <StopIcon />} {held ? 'Take back' : stopLabel(turn, canStop)}
          </button>
        </div>
      )}
    </section>
  )
}

const stopLabel = ({ stop }: Turn, canStop: boolean): string =>
  stop === null ? 'Stop' : canStop ? 'Stop again' : 'Stopping'

function useWords(conversationId: string, turn: Turn | null): Words | null {
  const phase = useTurnPhase(conversationId)
  const openTools = useOpenTools(conversationId)
  const isChecking = useAppSelector(({ turnkeeper }) =>
    turnkeeper.turns.statusChecks.some(({ conversationIds }) => conversationIds.includes(conversationId)),
  )
  const lastCheck = useAppSelector(({ connection }) =>
    connection.checks.find((check) => check.conversationId === conversationId),
  )
  const isConnected = useAppSelector(({ connection }) => connection.stream === 'open')
  const isOnline = useIsOnline()
  const refusals = useRefusals(conversationId)
  const retry = useRetry(conversationId)
  const left = useTimeLeft(useResumesAt(conversationId))

  if (turn === null) return refusals === null ? null : waitingWords(refusals, isOnline)
  if (phase === 'idle') return null
  return turnWords({
    turn,
    phase,
    silence: keeper.clock.now() - turn.lastEvidenceAt,
    isChecking,
    lastCheck: lastCheck && lastCheck.at > turn.lastEvidenceAt ? lastCheck.status : undefined,
    tool: openTools.at(-1)?.text ?? null,
    retry,
    left,
    isOnline,
    isConnected,
  })
}

/** How often the first message of the queue was refused; `null` where none holds the conversation up. */
const useRefusals = (conversationId: string): number | null =>
  useAppSelector((state) => {
    const { selectPhase, selectQueue, selectTurn } = keeper.selectors
    if (selectPhase(state, conversationId) !== 'queued') return null
    const head = selectQueue(state, conversationId)[0]
    const turn = head && selectTurn(state, head.turnId)
    return turn && 'refusals' in turn ? turn.refusals : 0
  })
