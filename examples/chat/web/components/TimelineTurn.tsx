import { useAppSelector } from '../app'
import type { Mark } from '../slices/timeline'
import { duration } from '../words'
import { nameOfTab } from './Tabs'
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

/** How a mark is drawn. */
function kindOf({ type, source }: Mark): string {
  if (type === 'turnSettled') return 'end'
  if (type.startsWith('internal/status')) return 'check'
  if (/^(signals|internal)\/(stream|backend|session|woke|keeper)/.test(type)) return 'stream'
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
  const verdict = ended ? [...new Set([ended.outcome, ended.reason])].join(', ') : 'running'

  return (
    <li
      className="turn-row"
      data-outcome={ended?.outcome ?? 'running'}
      data-grade={ended?.grade ?? 'running'}
    >
      <h4>
        <span className="verdict">{verdict}</span>
        {ended && (
          <span className="grade">{ended.corrected ? `${ended.grade}, corrected` : ended.grade}</span>
        )}
        <span className="took">{took < 10_000 ? seconds(took) : duration(took)}</span>
      </h4>
      {titled && <p className="hint">{title}</p>}
      <div className="track" aria-hidden="true">
        <span className="bar" style={{ width: `${Math.max((took / scale) * 100, 1)}%` }} />
        {marks.map((mark) => (
          <i
            key={mark.n}
            data-kind={kindOf(mark)}
            data-tab={mark.tab ?? undefined}
            style={{ left: at(mark) }}
            title={storyOf(mark)}
          />
        ))}
      </div>
      <details>
        <summary>{marks.length} events</summary>
        <ol className="story">
          {marks.map((mark) => (
            <li key={mark.n} data-kind={kindOf(mark)} data-tab={mark.tab ?? undefined}>
              <span className="when">+{seconds(mark.at - turn.startedAt)}</span> {storyOf(mark)}
            </li>
          ))}
        </ol>
      </details>
    </li>
  )
}

const storyOf = ({ type, note, count, source, tab }: Mark): string => {
  const times = count > 1 ? `×${count}` : null
  return [type, note, times, `(${source}${tab === null ? '' : `, ${nameOfTab(tab)}`})`]
    .filter(Boolean)
    .join(' ')
}
