/** Several tabs on one engine in memory, with one clock and one server. */
import type { KeeperFeature, Ports, SendRequest, StatusAnswer } from 'redux-turnkeeper'
import { tabs } from 'redux-turnkeeper/tabs'
import type { Engine, TabsOptions, TabsState } from 'redux-turnkeeper/tabs'
import { createManualClock, createMemoryEngine, flushMicrotasks } from 'redux-turnkeeper/testing'
import type { ManualClock, MemoryEngine } from 'redux-turnkeeper/testing'
import { createHeldClock } from '../heldClock'
import { createLab } from '../laws/lab'
import type { Lab, LabOptions } from '../laws/lab'

/** What the one server of all tabs was asked, and what it says. */
export interface Server {
  /** By the names of the tabs that sent them. */
  readonly sends: { readonly tab: string; readonly request: SendRequest }[]
  readonly checks: string[]
  readonly stops: string[]
  readonly answers: string[]
  readonly world: Record<string, StatusAnswer>
  /** While false no send is answered. */
  answersSends: boolean
  /** While false no answer to a question is taken. */
  takesAnswers: boolean
}

export type Tab = Lab & {
  readonly name: string
  role(): TabsState['role']
  close(): void
  crash(): void
  /** It is held up: no timer runs, no message and no answer of the engine comes in. */
  hang(): void
  goOn(): void
}

/** Where a tab may be stopped: when it stores what waits, and when it sends. */
export type Moment = 'stores' | 'sends'

export interface TabOptions extends LabOptions {
  readonly tabs?: TabsOptions
  /** Further features. */
  readonly features?: readonly KeeperFeature[]
  /** Another than the one in memory that all share. */
  readonly engine?: Engine
  /** What comes of storing something. */
  readonly saves?: (save: () => Promise<boolean>) => Promise<boolean>
}

export interface Tabs {
  readonly engine: MemoryEngine
  readonly clock: ManualClock
  readonly server: Server
  open(name: string, options?: TabOptions): Promise<Tab>
  /** Called at these moments, with the name of the tab. */
  at: (moment: Moment, tab: string) => void
  pass(ms: number): Promise<void>
  /** Names of turns as they arrived at the server. */
  sent(): readonly string[]
  /** Closes what is open. The tabs share a clock: the timer of one would be taken for that of another. */
  close(): void
}

/** A test in a world of its own. */
export const tabTest = (name: string, body: (tabs: Tabs) => Promise<void>): void =>
  test(name, async () => {
    const tabs = createTabs()
    try {
      await body(tabs)
    } finally {
      tabs.close()
    }
  })

/** Lets the messages between the tabs be heard. */
export const settle = async (): Promise<void> => {
  for (let round = 0; round < 5; round += 1) await flushMicrotasks()
}

export function createTabs(): Tabs {
  const opened: Tab[] = []
  const engine = createMemoryEngine()
  const clock = createManualClock(1_000_000)
  const server: Server = {
    sends: [],
    checks: [],
    stops: [],
    answers: [],
    world: {},
    answersSends: true,
    takesAnswers: true,
  }

  const portsOf = (tab: string): Ports => ({
    sendTurn: (request, { signal }) =>
      new Promise((resolve, reject) => {
        server.sends.push({ tab, request })
        self.at('sends', tab)
        signal.addEventListener('abort', () => reject(new Error('aborted')))
        if (server.answersSends) resolve({ status: 'accepted', runId: `r-${request.turnId}` })
      }),
    async stopTurn({ turnId }) {
      server.stops.push(`${tab} ${turnId}`)
      return { status: 'acknowledged' }
    },
    // Never answered.
    stopBackgroundRun({ runId }) {
      server.stops.push(`${tab} ${runId}`)
      return new Promise(() => undefined)
    },
    async answerInput({ requestId }) {
      server.answers.push(`${tab} ${requestId}`)
      return server.takesAnswers ? { status: 'accepted' } : new Promise(() => undefined)
    },
    async fetchStatus(ids) {
      server.checks.push(tab)
      return Object.fromEntries(ids.flatMap((id) => (server.world[id] ? [[id, server.world[id]]] : [])))
    },
  })

  const self: Tabs = {
    engine,
    clock,
    server,
    at: () => undefined,
    async open(name, { tabs: tabsOptions, features = [], saves, engine: own, ...options } = {}) {
      const tab = engine.tab()
      const timers = createHeldClock(clock)
      const connect: Engine = () => {
        const link = tab.connect()
        return {
          ...link,
          save(...args) {
            const save = () => link.save(...args)
            const saved = saves ? saves(save) : save()
            self.at('stores', name)
            return saved
          },
        }
      }
      const lab = createLab(
        { clock: timers.own, ...options },
        {
          ids: `${name}-`,
          clock,
          ports: () => portsOf(name),
          features: [tabs(own ?? connect, tabsOptions), ...features],
        },
      )
      const role = () => (lab.state() as unknown as { readonly tabs: TabsState }).tabs.role
      const one: Tab = Object.assign(lab, {
        name,
        role,
        close: () => lab.keeper.dispose(),
        crash() {
          tab.crash()
          lab.keeper.dispose()
        },
        hang() {
          timers.hold()
          tab.hang()
        },
        goOn() {
          timers.goOn()
          tab.goOn()
        },
      })
      opened.push(one)
      await settle()
      return one
    },
    async pass(ms) {
      for (let left = ms; left > 0; left -= 500) {
        await clock.advanceAsync(Math.min(left, 500))
        await settle()
      }
    },
    sent: () => server.sends.map(({ request }) => request.turnId),
    close() {
      for (const tab of opened.splice(0)) {
        tab.keeper.dispose()
        tab.goOn()
      }
    },
  }
  return self
}
