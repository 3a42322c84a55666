import { useState } from 'react'
import { useAppSelector } from '../app'
import { AssistantNotice } from './AssistantNotice'
import { Chat } from './Chat'
import { Connection } from './Connection'
import { Inspector } from './Inspector'
import { Sidebar } from './Sidebar'
import { Toasts } from './Toasts'
import { panel } from '../panel'
import { useShortcuts } from './useShortcuts'

/** On a phone the two side panes are drawers, and one of them is open at a time. */
export type Pane = 'list' | 'inspector' | null

export function App() {
  const selected = useAppSelector((state) => state.threads.selected)
  const [pane, setPane] = useState<Pane>(null)
  useShortcuts(pane, setPane)

  return (
    <div className="app" data-pane={pane ?? 'chat'}>
      <a className="skip" href="#composer">
        Skip to the message box
      </a>
      <Sidebar onChosen={() => setPane(null)} />
      <main className="chat-pane">
        <Connection />
        <AssistantNotice />
        {selected === null ? (
          <p className="empty">Loading your conversations…</p>
        ) : (
          <Chat key={selected} conversationId={selected} pane={pane} setPane={setPane} />
        )}
      </main>
      <Inspector />
      {pane !== null && (
        <button
          type="button"
          className="scrim"
          aria-label="Back to the conversation"
          onClick={() => setPane(null)}
        />
      )}
      <Toasts />
      {panel && <panel.DevToolsPanel />}
    </div>
  )
}
