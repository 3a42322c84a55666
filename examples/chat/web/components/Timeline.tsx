import { useState } from 'react'
import type { EndedTurn, LiveTurn } from 'redux-turnkeeper'
import { useAppSelector } from '../app'
import type { Mark } from '../slices/timeline'
import { keeper } from '../store'
import { useNow } from './AssistantNotice'
import { TimelineTurn } from './TimelineTurn'

/** So many turns are drawn, the newest first. */
const ROWS = 12

export type AnyTurn = LiveTurn | EndedTurn
export const endOf = (turn: AnyTurn): EndedTurn | null => ('outcome' in turn ? turn : null)

/** Each turn as a bar from its prompt to its end, with everything that was heard, asked and concluded on the way. */
export function Timeline() {
  const selected = useAppSelector((state) => state.threads.selected)
  const [everywhere, setEverywhere] = useState(false)
  const live = useAppSelector((state) => state.turns.ledger.live)
  const history = useAppSelector(keeper.selectors.selectHistory)
  const marks = useAppSelector((state) => state.timeline.marks)
  const shown = [...history, ...live]
    .filter((turn) => everywhere || turn.conversationId === selected)
    .slice(-ROWS)
    .reverse()
  const now = useNow(live.length > 0)
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
      <Legend />
      {rows.length === 0 && <p className="hint">No turn yet. Send a message, and its life is drawn here.</p>}
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

/** How long after its end what is said of a turn by name is still drawn with it, ms. */
const AFTERMATH = 60_000

function marksOf(turn: AnyTurn, marks: readonly Mark[], now: number): readonly Mark[] {
  const end = endOf(turn)?.endedAt ?? now
  return marks.filter((mark) => {
    if (mark.turnId !== null) return mark.turnId === turn.turnId && mark.at <= end + AFTERMATH
    const during = mark.at >= turn.startedAt && mark.at <= end
    return during && (mark.conversationIds === null || mark.conversationIds.includes(turn.conversationId))
  })
}

function Legend() {
  return (
    <ul className="legend" aria-label="Legend">
      <li data-kind="signal">heard</li>
      <li data-kind="command">said</li>
      <li data-kind="look-up">looked up</li>
      <li data-kind="stream">connection</li>
      <li data-kind="end">ended</li>
    </ul>
  )
}
