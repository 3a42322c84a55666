/** The Redux DevTools in the page: a log, and a slider to travel with. Nothing is sent because of it. */
import { createDevTools } from '@redux-devtools/core'
import { LogMonitor } from '@redux-devtools/log-monitor'
import { SliderMonitor } from '@redux-devtools/slider-monitor'
import type { StoreEnhancer } from '@reduxjs/toolkit'
import type { ComponentProps, ComponentType } from 'react'

type LogProps = ComponentProps<typeof LogMonitor>

/** Two monitors in one: the slider keeps no state of its own, so the log's is that of both. */
function Monitors(props: LogProps) {
  const Slider = SliderMonitor as unknown as ComponentType<LogProps & { keyboardEnabled: boolean }>
  return (
    <div className="monitors">
      <div className="log">
        <LogMonitor {...props} />
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
  select: (state: unknown) => state,
  preserveScrollTop: false,
  expandActionRoot: false,
  expandStateRoot: false,
  markStateDiff: false,
}
const DevTools = createDevTools((<Monitors {...(props as unknown as LogProps)} />) as never)

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
