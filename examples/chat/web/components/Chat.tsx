import { useAttentionIds } from 'redux-turnkeeper/react'
import { useAppSelector } from '../app'
import type { Pane } from './App'
import { Background } from './Background'
import { Composer } from './Composer'
import { Drafts } from './Drafts'
import { LastEnd } from './LastEnd'
import { MenuIcon, PulseIcon } from './Icons'
import { Questions } from './Questions'
import { Queue } from './Queue'
import { Transcript } from './Transcript'
import { TurnStatus } from './TurnStatus'
import { useTyped } from './useTyped'

interface ChatProps {
  conversationId: string
  pane: Pane
  setPane: (pane: Pane) => void
}

/** One conversation. */
export function Chat({ conversationId, pane, setPane }: ChatProps) {
  const title = useAppSelector((state) => state.threads.list.find(({ id }) => id === conversationId)?.title)
  const [typed, setTyped] = useTyped(conversationId)
  // On a phone the list is out of sight.
  const news = useAttentionIds().some((id) => id !== conversationId)
  const toggle = (which: 'list' | 'inspector') => () => setPane(pane === which ? null : which)

  return (
    <>
      <header className="chat-head">
        <button
          type="button"
          className="quiet drawer"
          aria-label={news ? 'Conversations, with news' : 'Conversations'}
          data-news={news || undefined}
          aria-expanded={pane === 'list'}
          onClick={toggle('list')}
        >
          <MenuIcon />
        </button>
        <h2>{title}</h2>
        <button
          type="button"
          className="quiet drawer"
          aria-label="Faults and timeline"
          aria-expanded={pane === 'inspector'}
          onClick={toggle('inspector')}
        >
          <PulseIcon />
        </button>
      </header>
      <Transcript conversationId={conversationId}>
        <LastEnd conversationId={conversationId} />
      </Transcript>
      <div className="foot">
        <Questions conversationId={conversationId} />
        <Drafts
          conversationId={conversationId}
          onEdit={(text) => setTyped(typed ? `${typed}\n${text}` : text)}
        />
        <Queue conversationId={conversationId} />
        <Background conversationId={conversationId} />
        <TurnStatus conversationId={conversationId} />
        <Composer conversationId={conversationId} typed={typed} setTyped={setTyped} />
      </div>
    </>
  )
}
