/** The pages that are open over one server, one after the other or side by side, and what they have asked for. */
import type { UnknownAction } from '@reduxjs/toolkit'
import { stateRestored, userChanged } from 'redux-turnkeeper'
import type { Ports, SendRequest } from 'redux-turnkeeper'
import { assistantInputsChanged } from 'redux-turnkeeper/assistant'
import type { AssistantPortFunctions } from 'redux-turnkeeper/assistant'
import { createManualClock, createMemoryEngine } from 'redux-turnkeeper/testing'
import { isUp } from '../../src/assistant'
import { openPage } from './page'
import type { Features, OnAction, Page, SoakState } from './page'

export type RequestKind =
  'send' | 'stop' | 'answer' | 'status' | 'open' | 'stopSession' | 'sessions' | 'get' | 'hatch' | 'retire'

export interface OpenRequest {
  readonly kind: RequestKind
  readonly request: unknown
  readonly page: string
  readonly settle: (result: unknown) => void
  readonly fail: () => void
  isOpen: boolean
  /** It was taken back before it was answered. */
  isAborted: boolean
}

/** How a page comes back: with its whole state, with what `selectPersisted` keeps, or through redux-persist. */
export type Reload = 'whole' | 'kept' | 'redux-persist'

const copyOf = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value

export function createClient(features: Features, onAction?: OnAction) {
  const clock = createManualClock(1_000_000)
  const engine = features.tabs ? createMemoryEngine() : null
  /** Of all pages. */
  const requests: OpenRequest[] = []
  const broken: string[] = []
  const errors: unknown[] = []
  let pages: Page[] = []
  let opened = 0
  let wasClockSet = false
  let wasHeldUp = false
  /** Who is signed in; `undefined`: the app does not say. */
  let user: string | null | undefined
  let users = 0

  /** What the app says of the user. */
  const userWord = (userId: string | null): UnknownAction =>
    features.assistant
      ? assistantInputsChanged(userId === null ? { signedIn: false } : { signedIn: true, userId })
      : userChanged({ userId })
  /** A page that is loaded is told who is signed in. */
  const greet = (page: Page): void => {
    if (user !== undefined && (user !== null || features.assistant)) page.dispatch(userWord(user))
  }
  async function dispatchToAll(action: UnknownAction): Promise<void> {
    for (const page of pages) {
      if (page.isHung) page.missed.push(action)
      else page.dispatch(action)
    }
    await clock.advanceAsync(0)
  }

  function receive(kind: RequestKind, page: string, request: unknown, signal: AbortSignal): Promise<never> {
    return new Promise((resolve, reject) => {
      const entry: OpenRequest = {
        kind,
        request,
        page,
        isOpen: true,
        isAborted: false,
        settle(result) {
          entry.isOpen = false
          resolve(result as never)
        },
        fail() {
          entry.isOpen = false
          reject(new TypeError('network error'))
        },
      }
      requests.push(entry)
      signal.addEventListener('abort', () => {
        if (entry.isOpen) entry.isAborted = true
        entry.isOpen = false
        reject(signal.reason)
      })
    })
  }
  const portsOf = (page: string): Ports => ({
    sendTurn(request, { signal }) {
      checkSend(page, request)
      return receive('send', page, request, signal)
    },
    stopTurn: (request, { signal }) => receive('stop', page, request, signal),
    answerInput: (request, { signal }) => receive('answer', page, request, signal),
    fetchStatus: (ids, { signal }) => receive('status', page, ids, signal),
    openStream: (request, { signal }) => receive('open', page, request, signal),
    stopSession: (request, { signal }) => receive('stopSession', page, request, signal),
    listSessions: ({ signal }) => receive('sessions', page, null, signal),
  })
  const assistantPortsOf = (page: string): Omit<AssistantPortFunctions, 'probeAssistant'> => ({
    getAssistant: (request, { signal }) => receive('get', page, request, signal),
    hatchAssistant: (request, { signal }) => receive('hatch', page, request, signal),
    retireAssistant: (assistantId, { signal }) => receive('retire', page, assistantId, signal),
  })

  const refused = new Set<string>()
  const sent = new Set<string>()
  /** A prompt leaves once, unless it was refused; and not before the assistant is up. */
  function checkSend(name: string, { turnId, mode }: SendRequest): void {
    if (sent.has(turnId) && !refused.has(turnId)) broken.push(`${turnId} is sent twice`)
    sent.add(turnId)
    refused.delete(turnId)
    const { assistant } = pages.find((page) => page.name === name)?.viewed() ?? {}
    if (mode === 'start' && assistant && !isUp(assistant))
      broken.push(`${turnId} is sent while the assistant is ${assistant.kind}`)
  }

  function open(state: { readonly preloaded?: SoakState; readonly stored?: SoakState } = {}): Page {
    const name = `page-${++opened}`
    const page = openPage({
      name,
      clock,
      features,
      ports: portsOf(name),
      assistantPorts: assistantPortsOf(name) as AssistantPortFunctions,
      tab: engine?.tab() ?? null,
      broken,
      errors,
      onAction,
      ...state,
    })
    pages.push(page)
    return page
  }
  open()

  const without = (page: Page): void => void (pages = pages.filter((other) => other !== page))
  /** Those that take what a person does. */
  const usable = (): readonly Page[] => pages.filter(({ isHung }) => !isHung)

  return {
    clock,
    engine,
    requests,
    broken,
    errors,
    features,
    get pages() {
      return pages
    },
    usable,
    /** Whether a page was ever held up. */
    get wasHeldUp() {
      return wasHeldUp
    },
    get wasClockSet() {
      return wasClockSet
    },
    /** Sets the clock on or back. A lock goes first: under it the wake that follows would be lost. */
    async setClock(ms: number) {
      for (const page of pages) page.unlock()
      wasClockSet = true
      clock.shift(ms)
      await clock.advanceAsync(0)
    },
    /** The page that a number chooses. */
    page: (number: number): Page | undefined => usable()[number % Math.max(usable().length, 1)],
    refuse: (turnId: string) => void refused.add(turnId),
    /** Open requests whose answer can be heard. */
    open: (kind: RequestKind) =>
      requests.filter(
        (request) =>
          request.kind === kind && request.isOpen && usable().some(({ name }) => name === request.page),
      ),
    async dispatch(page: Page | undefined, action: unknown) {
      page?.dispatch(action)
      await clock.advanceAsync(0)
    },
    /** Tells all pages, those that are held up as soon as they go on. */
    dispatchToAll,
    get user() {
      return user
    },
    /** A user who was never here before: a tab that hangs hears late of who signs out, and would take who comes back for them. */
    newUser: () => `u${++users}`,
    /** Another user, or none. */
    async signIn(userId: string | null) {
      user = userId
      await dispatchToAll(userWord(userId))
    },
    async openTab() {
      const page = open()
      greet(page)
      await clock.advanceAsync(0)
    },
    async reload(page: Page, how: Reload) {
      page.goLive()
      const whole = copyOf(page.state())
      const kept = copyOf(page.persisted())
      page.keeper.dispose()
      without(page)
      const next =
        how === 'whole'
          ? open({ preloaded: whole })
          : how === 'redux-persist'
            ? open({ stored: whole })
            : open()
      // What was stored is there before the app goes on.
      if (how === 'redux-persist') await clock.advanceAsync(0)
      next.stopWriting()
      greet(next)
      if (how === 'kept') next.dispatch(stateRestored(kept))
      await clock.advanceAsync(0)
    },
    async close(page: Page, how: 'crash' | 'dispose') {
      if (how === 'crash') page.crash()
      else page.keeper.dispose()
      without(page)
      await clock.advanceAsync(0)
    },
    hang(page: Page) {
      wasHeldUp = true
      page.hang()
    },
    async goOn(page: Page) {
      page.goOn()
      await clock.advanceAsync(0)
      for (const action of page.missed.splice(0)) page.dispatch(action)
      await clock.advanceAsync(0)
    },
    closeAll() {
      for (const page of pages) page.keeper.dispose()
      return { timers: clock.pending, requests: requests.filter(({ isOpen }) => isOpen).length }
    },
  }
}

export type Client = ReturnType<typeof createClient>
