import { useState } from 'react'
import { shallowEqual } from 'react-redux'
import type { EndedTurn, Turn } from 'redux-turnkeeper'
import { useAppSelector } from '../app'
import type { Mark } from '../slices/timeline'
import { keeper } from '../store'
import type { AppState } from '../store'
import { useNow } from './AssistantNotice'
import { Tabs } from './Tabs'
import { TimelineTurn } from './TimelineTurn'

/** So many turns are drawn, the newest first. */
const ROWS = 12

export type AnyTurn = Turn | EndedTurn
export const endOf = (turn: AnyTurn): EndedTurn | null => ('outcome' in turn ? turn : null)

/** The turns that have not ended, those that wait included. */
function openTurns(state: AppState): readonly AnyTurn[] {
  const { selectActiveTurn, selectBusyConversationIds, selectQueue, selectTurn } = keeper.selectors
  return selectBusyConversationIds(state).flatMap((id) => {
    const queued = selectQueue(state, id).map(({ turnId }) => selectTurn(state, turnId))
    return [selectActiveTurn(state, id), ...queued].filter((turn) => turn !== null)
  })
}

/** Each turn as a bar from its prompt to its end, with everything that was received, sent and concluded on the way. */
export function Timeline() {
  const selected = useAppSelector((state) => state.threads.selected)
  const [everywhere, setEverywhere] = useState(false)
  const open = useAppSelector(openTurns, shallowEqual)
  const history = useAppSelector(keeper.selectors.selectHistory)
  const marks = useAppSelector((state) => state.timeline.marks)
  const shown = [...history, ...open]
    .filter((turn) => everywhere || turn.conversationId === selected)
    .slice(-ROWS)
    .reverse()
  const now = useNow(open.length > 0)
  const rows = shown.map((turn) => ({ turn, marks: marksOf(turn, marks, now) }))
  const scale = Math.max(
    4_000,
    ...rows.map(
      ({ turn, marks: own }) => Math.max(endOf(turn)?.endedAt ?? now, own.at(-1)?.at ?? 0) - turn.startedAt,
    ),
  )

  return (
    <div className="timeline">
      <label className="switch">
        <input
          type="checkbox"
          checked={everywhere}
          onChange={(event) => setEverywhere(event.target.checked)}
        />{' '}
        All conversations
      </label>
      <Tabs />
      <Legend />
      {rows.length === 0 && <p className="hint">No turn yet. Send a message to see its turn here.</p>}
      <ol>
        {rows.map(({ turn, marks: own }) => (
          <TimelineTurn
            key={turn.turnId}
            turn={turn}
            marks={own}
            scale={scale}
            now={now}
            titled={everywhere}
          />
        ))}
      </ol>
    </div>
  )
}

/** How long after its end what names a turn is still drawn with it, ms. */
const AFTER_END = 60_000

function marksOf(turn: AnyTurn, marks: readonly Mark[], now: number): readonly Mark[] {
  const end = endOf(turn)?.endedAt ?? now
  return marks.filter((mark) => {
    if (mark.turnId !== null) return mark.turnId === turn.turnId && mark.at <= end + AFTER_END
    const during = mark.at >= turn.startedAt && mark.at <= end
    return during && (mark.conversationIds === null || mark.conversationIds.includes(turn.conversationId))
  })
}

function Legend() {
  return (
    <ul className="legend" aria-label="Legend">
      <li data-kind="signal">received</li>
      <li data-kind="command">sent</li>
      <li data-kind="check">status check</li>
      <li data-kind="stream">connection</li>
      <li data-kind="end">end</li>
      <li data-kind="signal" data-tab="">
        in another tab
      </li>
    </ul>
  )
}
