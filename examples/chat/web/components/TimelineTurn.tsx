import { useAppSelector } from '../app'
import type { Mark } from '../slices/timeline'
import { duration } from '../words'
import { endOf } from './Timeline'
import type { AnyTurn } from './Timeline'

interface TimelineTurnProps {
  turn: AnyTurn
  marks: readonly Mark[]
  /** What the whole width stands for, ms. */
  scale: number
  now: number
  titled: boolean
}

/** Which lane a mark is drawn in. */
function kindOf({ type, source }: Mark): string {
  if (type.startsWith('turns/lookUp') || source === 'look-up') return 'look-up'
  if (type === 'turns/ended') return 'end'
  if (type.startsWith('stream/') || type.startsWith('keeper/')) return 'stream'
  return source === 'stream' ? 'signal' : 'command'
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`

export function TimelineTurn({ turn, marks, scale, now, titled }: TimelineTurnProps) {
  const title = useAppSelector(
    (state) => state.threads.list.find(({ id }) => id === turn.conversationId)?.title,
  )
  const ended = endOf(turn)
  const took = (ended?.endedAt ?? now) - turn.startedAt
  const at = (mark: Mark): string => `${Math.min(Math.max((mark.at - turn.startedAt) / scale, 0), 1) * 100}%`
  const verdict = ended ? [...new Set([ended.outcome, ended.reason])].join(', ') : 'live'

  return (
    <li className="turn-row" data-outcome={ended?.outcome ?? 'live'} data-grade={ended?.grade ?? 'live'}>
      <h4>
        <span className="verdict">{verdict}</span>
        {ended && (
          <span className="grade">{ended.corrected ? `${ended.grade}, set right` : ended.grade}</span>
        )}
        <span className="took">{took < 10_000 ? seconds(took) : duration(took)}</span>
      </h4>
      {titled && <p className="hint">{title}</p>}
      <div className="track" aria-hidden="true">
        <span className="bar" style={{ width: `${Math.max((took / scale) * 100, 1)}%` }} />
        {marks.map((mark) => (
          <i key={mark.n} data-kind={kindOf(mark)} style={{ left: at(mark) }} title={storyOf(mark)} />
        ))}
      </div>
      <details>
        <summary>{marks.length} events</summary>
        <ol className="story">
          {marks.map((mark) => (
            <li key={mark.n} data-kind={kindOf(mark)}>
              <span className="when">+{seconds(mark.at - turn.startedAt)}</span> {storyOf(mark)}
            </li>
          ))}
        </ol>
      </details>
    </li>
  )
}

const storyOf = ({ type, note, count, source }: Mark): string =>
  [type, note, count > 1 ? `×${count}` : null, `(${source})`].filter(Boolean).join(' ')
