import { memo } from 'react'
import type { Attention } from 'redux-turnkeeper'
import {
  useAttention,
  useBackgroundRuns,
  useIsBusy,
  useIsStalled,
  useIsUnverified,
  useScheduled,
  useTurnPhase,
} from 'redux-turnkeeper/react'
import { openThread, useAppDispatch, useAppSelector, view } from '../app'
import { useIsOnline } from './Connection'
import { PlusIcon } from './Icons'

/** The conversations: what each is doing, and whether it has news. */
export function Sidebar({ onChosen }: { onChosen: () => void }) {
  const dispatch = useAppDispatch()
  const list = useAppSelector((state) => state.threads.list)
  const choose = (act: () => void) => {
    act()
    onChosen()
  }

  return (
    <nav className="sidebar" id="list" aria-label="Conversations">
      <header>
        <h1>Chat</h1>
        <button type="button" className="quiet" onClick={() => choose(() => void dispatch(openThread()))}>
          <PlusIcon /> New
        </button>
      </header>
      <ul>
        {list.map(({ id, title }) => (
          <li key={id}>
            <Row id={id} title={title} onChoose={() => choose(() => dispatch(view(id)))} />
          </li>
        ))}
      </ul>
      <p className="keys">
        <kbd>Alt</kbd> <kbd>↑</kbd> <kbd>↓</kbd> switches between them
      </p>
    </nav>
  )
}

interface RowProps {
  id: string
  title: string
  onChoose: () => void
}

/** One fact a hook: progress in one conversation renders no other row. */
const Row = memo(
  function Row({ id, title, onChoose }: RowProps) {
    const selected = useAppSelector((state) => state.threads.selected === id)
    const attention = useAttention(id)
    const [dot, words] = useDot(id, attention)
    return (
      <button
        type="button"
        className="row"
        aria-current={selected}
        data-dot={dot}
        data-unread={attention !== null || undefined}
        onClick={onChoose}
      >
        <span className="dot" aria-hidden="true" />
        <span className="title">{title}</span>
        {words && <span className="state">{words}</span>}
      </button>
    )
  },
  (before, after) => before.id === after.id && before.title === after.title,
)

function useDot(id: string, attention: Attention | null): readonly [dot: string, words: string | null] {
  const isBusy = useIsBusy(id)
  const phase = useTurnPhase(id)
  const isStalled = useIsStalled(id)
  const isUnverified = useIsUnverified(id)
  const beside = useBackgroundRuns(id).length
  const scheduled = useScheduled(id)
  const isOnline = useIsOnline()
  if (attention === 'waiting' || phase === 'awaiting_input') return ['asks', 'asks you']
  if (isUnverified) return ['doubt', 'checking']
  if (isStalled) return ['doubt', 'quiet']
  const isWaiting = phase === 'queued' || (phase === 'submitted' && !isOnline)
  if (isBusy) return ['live', phase === 'stopping' ? 'stopping' : isWaiting ? 'waiting' : 'working']
  if (attention === 'failed') return ['error', 'failed']
  if (attention === 'finished') return ['unread', 'new']
  if (beside > 0) return ['beside', beside === 1 ? '1 helper' : `${beside} helpers`]
  return ['idle', scheduled ? 'goes on' : null]
}
