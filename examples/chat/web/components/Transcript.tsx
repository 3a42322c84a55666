import { memo, useEffect, useRef } from 'react'
import type { ReactNode } from 'react'
import { useDrafts, useIsBusy, useQueue } from 'redux-turnkeeper/react'
import type { Message, ToolUse } from '../../server/protocol'
import { useAppSelector } from '../app'
import { HINT } from '../backend'
import { keeper } from '../store'

const NONE: readonly Message[] = []

/** Everything that was said. What still waits, or was given back, is shown where it can be acted on. */
export function Transcript({ conversationId, children }: { conversationId: string; children: ReactNode }) {
  const messages = useAppSelector(
    (state) => state.transcripts.find(({ id }) => id === conversationId)?.messages ?? NONE,
  )
  const queue = useQueue(conversationId)
  const drafts = useDrafts(conversationId)
  const isBusy = useIsBusy(conversationId)
  const activeId = useAppSelector((state) => keeper.selectors.selectActiveTurnId(state, conversationId))
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
      aria-busy={isBusy}
    >
      {shown.length === 0 && (
        <div className="empty">
          <p>Say something.</p>
          <p className="hint">{HINT}</p>
        </div>
      )}
      {shown.map((message) => (
        <Bubble key={message.id} message={message} isActive={message.turnId === activeId} />
      ))}
      {children}
    </div>
  )
}

interface BubbleProps {
  message: Message
  /** Whether its turn is running. */
  isActive: boolean
}

const Bubble = memo(function Bubble({ message: { role, text, tools }, isActive }: BubbleProps) {
  return (
    <article className="bubble" data-role={role} aria-label={role === 'user' ? 'You' : 'Agent'}>
      {tools.map((tool) => (
        <Tool key={tool.id} tool={tool} isActive={isActive} />
      ))}
      {text && <p>{text}</p>}
    </article>
  )
})

function Tool({ tool: { name, args, result }, isActive }: { tool: ToolUse; isActive: boolean }) {
  return (
    <details className="tool" data-open={isActive && result === null}>
      <summary>
        {name.replaceAll('_', ' ')} <span>{result ?? (isActive ? '…' : 'no result')}</span>
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
