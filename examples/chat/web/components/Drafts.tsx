import { draftTaken } from 'redux-turnkeeper'
import type { Draft } from 'redux-turnkeeper'
import { useDrafts, useTurnCommands } from 'redux-turnkeeper/react'
import { useAppDispatch, useAppSelector } from '../app'
import { keeper } from '../store'
import { draftWords } from '../words'
import { focusComposer } from './focus'

interface DraftsProps {
  conversationId: string
  onEdit: (text: string) => void
}

/** Texts that were given back: nothing that was typed is lost. */
export function Drafts({ conversationId, onEdit }: DraftsProps) {
  const drafts = useDrafts(conversationId)
  if (drafts.length === 0) return null
  return (
    <section className="cards drafts" aria-label="Messages that were given back">
      <ul>
        {drafts.map((draft) => (
          <OneDraft key={draft.turnId} conversationId={conversationId} draft={draft} onEdit={onEdit} />
        ))}
      </ul>
    </section>
  )
}

function OneDraft({ conversationId, draft, onEdit }: DraftsProps & { draft: Draft }) {
  const dispatch = useAppDispatch()
  const { retry } = useTurnCommands(conversationId)
  const { turnId } = draft
  const why = useAppSelector((state) => {
    const turn = keeper.selectors.selectTurn(state, turnId)
    return draftWords(draft, turn && 'outcome' in turn ? turn : null)
  })
  const text = String(draft.input)
  const take = () => {
    dispatch(draftTaken({ conversationId, turnId }))
    focusComposer()
  }

  return (
    <li>
      <h3>{why}</h3>
      <span className="text">{text}</span>
      <span className="actions">
        <button
          type="button"
          onClick={() => {
            retry(draft)
            focusComposer()
          }}
        >
          Send again
        </button>
        <button
          type="button"
          onClick={() => {
            onEdit(text)
            take()
          }}
        >
          Edit
        </button>
        <button type="button" className="link" onClick={take}>
          Discard
        </button>
      </span>
    </li>
  )
}
