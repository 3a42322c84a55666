import { useBackgroundRuns, useScheduled, useTimeLeft, useTurnCommands } from 'redux-turnkeeper/react'
import type { BackgroundRunView } from 'redux-turnkeeper'
import { keeper } from '../store'
import { backgroundWords, duration, withoutTime } from '../words'
import { useNow } from './AssistantNotice'
import { focusComposer } from './focus'
import { Spinner, StopIcon } from './Icons'

/** What goes on beside the turn, and what goes on by itself later. It keeps nobody from writing. */
export function Background({ conversationId }: { conversationId: string }) {
  const runs = useBackgroundRuns(conversationId)
  const scheduled = useScheduled(conversationId)
  const left = useTimeLeft(scheduled?.at ?? null)
  if (runs.length === 0 && !scheduled) return null
  const goesOn = scheduled && left !== null && backgroundWords.scheduled(scheduled, left)

  return (
    <section className="background" aria-label="In the background">
      {runs.length > 0 && (
        <ul>
          {runs.map((run) => (
            <Run key={run.runId} run={run} />
          ))}
        </ul>
      )}
      {goesOn && (
        <p className="goes-on">
          <span aria-hidden="true">{goesOn}</span>
          <span role="status" className="unseen">
            {withoutTime(goesOn)}
          </span>
        </p>
      )}
    </section>
  )
}

function Run({ run }: { run: BackgroundRunView }) {
  const { runId, conversationId, phase, canStop, since } = run
  const { stopBackgroundRun } = useTurnCommands(conversationId)
  useNow(true)
  const name = run.name ?? 'A helper'
  const says = backgroundWords.phases[phase]
  return (
    <li data-phase={phase}>
      {phase === 'running' || phase === 'stopping' ? (
        <Spinner />
      ) : (
        <span className="mark" aria-hidden="true" />
      )}
      <span className="text">{name}</span>
      {says && (
        <span className="state" role="status">
          {says}
        </span>
      )}
      <time className="elapsed" aria-label="Elapsed time">
        {duration(keeper.clock.now() - since)}
      </time>
      <button
        type="button"
        className="quiet stop"
        aria-label={`Stop: ${name}`}
        title="Stop it"
        disabled={!canStop}
        onClick={() => {
          stopBackgroundRun({ runId })
          focusComposer()
        }}
      >
        <StopIcon />
      </button>
    </li>
  )
}
