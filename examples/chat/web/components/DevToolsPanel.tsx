/** The Redux DevTools in the page: a log, and a slider to travel with. Nothing is sent because of it. */
import { createDevTools } from '@redux-devtools/core'
import type { LiftedState } from '@redux-devtools/core'
import { LogMonitor } from '@redux-devtools/log-monitor'
import { SliderMonitor } from '@redux-devtools/slider-monitor'
import type { Action, StoreEnhancer } from '@reduxjs/toolkit'
import type { ComponentProps, ComponentType } from 'react'
import { actionSanitizer, stateSanitizer } from 'redux-turnkeeper/devtools'

type LogProps = ComponentProps<typeof LogMonitor>

type Actions = LiftedState<unknown, Action<string>, unknown>['actionsById']

/** What was shown of an action before: its row is not rendered again. */
const shown = new WeakMap<Actions[number], Actions[number]>()

/** The actions as the log tells them. What is travelled through stays as it was. */
function readable(actions: Actions): Actions {
  const entries = Object.entries(actions).map(([key, entry]) => {
    const told = shown.get(entry) ?? { ...entry, action: actionSanitizer(entry.action, Number(key)) }
    shown.set(entry, told)
    return [key, told] as const
  })
  return Object.fromEntries(entries)
}

/** Two monitors in one: the slider keeps no state of its own, so the log's is that of both. */
function Monitors(props: LogProps & { readonly actionsById: Actions }) {
  const Slider = SliderMonitor as unknown as ComponentType<LogProps & { keyboardEnabled: boolean }>
  const log = { ...props, actionsById: readable(props.actionsById) }
  return (
    <div className="monitors">
      <div className="log">
        <LogMonitor {...log} />
      </div>
      <div className="slider">
        <Slider {...props} keyboardEnabled={false} />
      </div>
    </div>
  )
}
Monitors.update = LogMonitor.update

const props = {
  theme: 'nicinabox',
  select: <State,>(state: State) => stateSanitizer(state, 0),
  preserveScrollTop: false,
  expandActionRoot: false,
  expandStateRoot: false,
  markStateDiff: false,
}
const DevTools = createDevTools(
  (<Monitors {...(props as unknown as ComponentProps<typeof Monitors>)} />) as never,
)

export const enhancer = DevTools.instrument({
  maxAge: 300,
  shouldCatchErrors: true,
}) as unknown as StoreEnhancer

export function DevToolsPanel() {
  return (
    <section className="devtools" aria-label="Redux DevTools">
      <DevTools />
    </section>
  )
}
