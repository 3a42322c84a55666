import { useRef, useState } from 'react'
import type { KeyboardEvent } from 'react'
import { panelIsOn, switchPanel } from '../panel'
import { FaultPanel } from './FaultPanel'
import { Timeline } from './Timeline'

const TABS = ['Faults', 'Timeline'] as const

/** What can be made to go wrong, and what the keeper does about it. */
export function Inspector() {
  const [tab, setTab] = useState<(typeof TABS)[number]>('Faults')
  const tabs = useRef<HTMLDivElement>(null)
  const on = panelIsOn()
  // As everywhere: Tab goes past the tabs, the arrows go through them.
  const onKeyDown = ({ key }: KeyboardEvent) => {
    if (key !== 'ArrowLeft' && key !== 'ArrowRight') return
    const other = TABS[1 - TABS.indexOf(tab)] ?? tab
    setTab(other)
    tabs.current?.querySelector<HTMLElement>(`#tab-${other}`)?.focus()
  }

  return (
    <aside className="inspector" id="inspector" aria-label="Faults and timeline">
      <div className="tabs" role="tablist" ref={tabs} onKeyDown={onKeyDown}>
        {TABS.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={tab === name}
            aria-controls={tab === name ? `pane-${name}` : undefined}
            tabIndex={tab === name ? 0 : -1}
            onClick={() => setTab(name)}
          >
            {name}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`pane-${tab}`} aria-labelledby={`tab-${tab}`} className="tab-pane">
        {tab === 'Faults' ? <FaultPanel /> : <Timeline />}
      </div>
      <footer>
        <button type="button" className="quiet" aria-pressed={on} onClick={() => switchPanel(!on)}>
          {on ? 'Close the Redux DevTools' : 'Open the Redux DevTools'}
        </button>
        <p className="hint">Reloads the page. Running turns go on.</p>
      </footer>
    </aside>
  )
}
