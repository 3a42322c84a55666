/** The DevTools panel is a part of the store from its first action on, so it is chosen before the store is made. */
const KEY = 'chat:devtools'

export const panelIsOn = (): boolean => localStorage.getItem(KEY) === 'on'

/** Reloads the page: turns survive that. */
export function switchPanel(on: boolean): void {
  localStorage.setItem(KEY, on ? 'on' : 'off')
  location.reload()
}

export const panel = panelIsOn() ? await import('./components/DevToolsPanel') : null
