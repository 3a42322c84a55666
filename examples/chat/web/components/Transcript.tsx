import { memo, useEffect, useRef } from 'react'
import type { ReactNode } from 'react'
import { useDrafts, useIsBusy, useQueue } from 'redux-turnkeeper/react'
import type { Message, ToolUse } from '../../server/protocol'
import { useAppSelector } from '../app'
import { keeper } from '../store'

const NONE: readonly Message[] = []

/** Everything that was said. What still waits, or was given back, is shown where it can be acted on. */
export function Transcript({ conversationId, children }: { conversationId: string; children: ReactNode }) {
  const messages = useAppSelector(
    (state) => state.transcripts.find(({ id }) => id === conversationId)?.messages ?? NONE,
  )
  const queue = useQueue(conversationId)
  const drafts = useDrafts(conversationId)
  const busy = useIsBusy(conversationId)
  const live = useAppSelector((state) => keeper.selectors.selectLiveTurnId(state, conversationId))
  const elsewhere = new Set([...queue, ...drafts].map(({ turnId }) => turnId))
  const shown = messages.filter(({ id, role }) => role === 'assistant' || !elsewhere.has(id))
  const scroller = useStickToEnd(shown)

  return (
    <div
      className="transcript"
      ref={scroller}
      tabIndex={0}
      role="log"
      aria-label="Messages"
      aria-live="off"
      aria-busy={busy}
    >
      {shown.length === 0 && (
        <div className="empty">
          <p>Say something. The agent takes about ten seconds for an answer.</p>
          <p className="hint">
            “book” makes it ask back, “password” makes it ask for a secret, “long” and “quick” change how long
            it takes. Spoil its day in the fault panel, and watch what the spinner says.
          </p>
        </div>
      )}
      {shown.map((message) => (
        <Bubble key={message.id} message={message} live={message.turnId === live} />
      ))}
      {children}
    </div>
  )
}

interface BubbleProps {
  message: Message
  /** Whether its turn still runs. */
  live: boolean
}

const Bubble = memo(function Bubble({ message: { role, text, tools }, live }: BubbleProps) {
  return (
    <article className="bubble" data-role={role} aria-label={role === 'user' ? 'You' : 'Agent'}>
      {tools.map((tool) => (
        <Tool key={tool.id} tool={tool} live={live} />
      ))}
      {text && <p>{text}</p>}
    </article>
  )
})

function Tool({ tool: { name, args, result }, live }: { tool: ToolUse; live: boolean }) {
  return (
    <details className="tool" data-open={live && result === null}>
      <summary>
        {name.replaceAll('_', ' ')} <span>{result ?? (live ? '…' : 'no result')}</span>
      </summary>
      <code>{args}</code>
    </details>
  )
}

/** Keeps the end in sight, unless the reader has scrolled up. */
function useStickToEnd(shown: unknown) {
  const scroller = useRef<HTMLDivElement>(null)
  const sticks = useRef(true)
  useEffect(() => {
    const box = scroller.current
    if (!box) return
    const onScroll = () => {
      sticks.current = box.scrollHeight - box.scrollTop - box.clientHeight < 60
    }
    const toEnd = () => {
      if (sticks.current) box.scrollTop = box.scrollHeight
    }
    const resized = new ResizeObserver(toEnd)
    resized.observe(box)
    box.addEventListener('scroll', onScroll, { passive: true })
    return () => {
      resized.disconnect()
      box.removeEventListener('scroll', onScroll)
    }
  }, [])
  useEffect(() => {
    const box = scroller.current
    if (box && sticks.current) box.scrollTop = box.scrollHeight
  }, [shown])
  return scroller
}
