import type { TabRole } from 'redux-turnkeeper/tabs'
import { useAppSelector } from '../app'

/** A short name for a tab, the same in all of them. */
export const nameOfTab = (keeperId: string): string => `tab ${keeperId.slice(0, 4)}`

const WORDS: Readonly<Record<TabRole, string>> = {
  joining: 'looks for other tabs',
  leading: 'leads: it checks the status, and sends what waits, for all tabs',
  following: 'follows: another one checks the status and sends what waits',
  alone: 'acts by itself: this browser has nothing that tabs can share',
}

/** Which tab this is among several, and what it does for them. */
export function Tabs() {
  const role = useAppSelector((state) => state.turnkeeper.tabs.role)
  const keeperId = useAppSelector((state) => state.turnkeeper.turns.keeperId)
  return (
    <p className="hint" data-role={role}>
      {keeperId === null ? 'This tab' : `This is ${nameOfTab(keeperId)}. It`} {WORDS[role]}.
    </p>
  )
}
