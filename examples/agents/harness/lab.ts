/** One case on one server: a store with the package's connection, a proxy in its path, and what happens to both. */
import { configureStore } from '@reduxjs/toolkit'
import type { Middleware } from '@reduxjs/toolkit'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createTurnkeeper, selectPersisted, selectTurn, signals, stateRestored } from 'redux-turnkeeper'
import type { EndedTurn, KeeperState, Turn, TurnkeeperOptions } from 'redux-turnkeeper'
import { startModel } from '../model'
import type { Model } from '../model'
import { freePort } from './process'
import { fakeProvider } from './provider'
import type { Provider } from './provider'
import { startProxy } from './proxy'
import type { Proxy } from './proxy'
import type { AgentServer, ServerKind } from './server'

export type Lab = ReturnType<typeof openLab>
export type EndSignal = 'SIGKILL' | 'SIGTERM'
type Options = Pick<TurnkeeperOptions<string>, 'sendWhileBusy' | 'queuePolicy'>

/** What a prompt is known by, in the store, at the model and in the server's history. */
export interface Prompt {
  readonly token: string
  readonly turnId: string
  readonly conversationId: string
}

/** A server that runs, with its model and the proxy in its path. It serves one case after the other. */
export interface Site {
  readonly kind: ServerKind
  readonly model: Model
  readonly server: AgentServer
  readonly proxy: Proxy
  /** Another way to the server. */
  openProxy(): Promise<Proxy>
  close(): Promise<void>
}

/** @param real Asked in place of the model that is none. */
export async function openSite(kind: ServerKind, real?: Provider): Promise<Site> {
  const model = await startModel()
  const folder = mkdtempSync(join(process.env['AGENTS_FOLDER'] ?? tmpdir(), `turnkeeper-${kind.name}-`))
  const port = await freePort()
  const server = kind.create({ provider: real ?? fakeProvider(model.url), folder, port })
  await server.start()
  const openProxy = () => startProxy(port, kind.isStream)
  const proxy = await openProxy()
  return {
    kind,
    model,
    server,
    proxy,
    openProxy,
    async close() {
      await proxy.close()
      await server.stop()
      await model.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Prompts of all cases so far: each has a token of its own. */
let tokens = 0

export function openLab(site: Site, options: Options = {}) {
  const { kind, model, server, proxy } = site
  proxy.pass()
  const prompts: Prompt[] = []
  const conversations = new Set<string>()
  const listeners = new Set<(event: unknown) => void>()
  const settledAt = new Map<string, number>()
  /** Conversations in which the user stopped something. */
  const stopped = new Set<string>()
  const deleted = new Set<string>()
  let hasDied = false
  let checks = 0
  let page = openPage(proxy)
  /** Conversations that are open on a page of their own, with its way to the server. */
  const others = new Map<string, ReturnType<typeof openPage>>()
  const pageOf = (conversationId: string) => others.get(conversationId) ?? page

  function openPage(through: Proxy, restored?: Parameters<typeof stateRestored>[0]) {
    const onEvent = (event: unknown) => {
      if (process.env['AGENTS_VERBOSE'] === 'events')
        console.log('    ', Date.now() % 1_000_000, JSON.stringify(event))
      listeners.forEach((listener) => listener(event))
    }
    const connection = server.connect({ port: through.port, onEvent })
    const { fetchStatus } = connection.ports
    const keeper = createTurnkeeper<string>({
      ...options,
      connection: {
        ...connection,
        ports: {
          ...connection.ports,
          ...(fetchStatus && {
            fetchStatus: (ids: readonly string[], context: never) => {
              checks++
              return fetchStatus(ids, context)
            },
          }),
        },
      },
      runWithoutPage: true,
      onTurnEnded: ({ turnId }) => void settledAt.set(turnId, Date.now()),
      onProblem: ({ message, detail }) => {
        if (process.env['AGENTS_VERBOSE']) console.log('    problem:', message, detail ?? '')
      },
    })
    let isStreamOpen = false
    const watchStream: Middleware = () => (next) => (action) => {
      if (signals.streamOpened.match(action)) isStreamOpen = true
      if (signals.streamDropped.match(action) && kind.diesWithConnection) hasDied = true
      return next(action)
    }
    const store = configureStore({
      reducer: { [keeper.reducerPath]: keeper.reducer },
      middleware: (getDefault) =>
        getDefault({ serializableCheck: false, immutableCheck: false }).prepend(
          watchStream,
          keeper.middleware,
        ),
    })
    if (restored) store.dispatch(stateRestored(restored))
    const stateOf = () => store.getState()[keeper.reducerPath] as KeeperState
    return { connection, keeper, store, stateOf, proxy: through, isStreamOpen: () => isStreamOpen }
  }

  const lab = {
    kind,
    model,
    server,
    proxy,
    prompts,
    conversations,
    settledAt,
    stopped,
    deleted,
    checks: () => checks,
    hasDied: () => hasDied,
    stateOf: (conversationId: string) => pageOf(conversationId).stateOf(),

    /**
     * A conversation, on a page whose stream is open: a short answer may be over before that. `onOwnPage`: on a second page,
     * with a stream of its own.
     */
    async conversation({ asks = false, onOwnPage = false } = {}): Promise<string> {
      const on = onOwnPage ? openPage(await site.openProxy()) : page
      const id = await server.createConversation(on.connection, { asks })
      if (onOwnPage) others.set(id, on)
      conversations.add(id)
      if (kind.streams === 'shared') await lab.until(() => on.isStreamOpen(), 'the stream of the page')
      return id
    },
    /** The user sends a prompt, which the model answers as `how` says. */
    submit(conversationId: string, how: string, mode?: 'queue' | 'now'): Prompt {
      const token = `#p${++tokens}`
      const input = `${token} say:${how}`
      const { store, keeper } = pageOf(conversationId)
      const { turnId } = store.dispatch(keeper.submitTurn({ conversationId, input, ...(mode && { mode }) }))
      const prompt = { token, turnId, conversationId }
      prompts.push(prompt)
      return prompt
    },
    stop(conversationId: string): void {
      stopped.add(conversationId)
      const { store, keeper } = pageOf(conversationId)
      void store.dispatch(keeper.stopTurn({ conversationId }))
    },
    questions: (conversationId: string) => select(conversationId, 'selectPendingInputs'),
    answer(conversationId: string, requestId: string, answer: unknown): void {
      const { store, keeper } = pageOf(conversationId)
      void store.dispatch(keeper.answerInput({ conversationId, requestId, answer }))
    },
    phase: (conversationId: string) => select(conversationId, 'selectPhase'),
    isBusy: (conversationId: string) => select(conversationId, 'selectIsBusy'),
    drafts: (conversationId: string) => select(conversationId, 'selectDrafts'),
    recordOf: ({ turnId, conversationId }: Prompt): EndedTurn | undefined =>
      lab.stateOf(conversationId).turns.ended.find((record) => record.turnId === turnId),
    /** The turn as it stands, while it goes on. */
    turn({ turnId, conversationId }: Prompt): Turn | undefined {
      const turn = selectTurn(lab.stateOf(conversationId), turnId)
      return turn && !('outcome' in turn) ? turn : undefined
    },

    /** The stream that tells of this conversation ends, and that of no other. */
    dropStreamOf(conversationId: string): void {
      const { proxy: through } = pageOf(conversationId)
      through.drop('stream', kind.streams === 'shared' ? '' : conversationId)
    },
    /** The page is closed and opened again: what the app keeps comes back, and the stream is a new one. */
    reload(): void {
      if (kind.diesWithConnection) hasDied = true
      const kept = JSON.parse(JSON.stringify(selectPersisted(page.stateOf()))) as ReturnType<
        typeof selectPersisted
      >
      page.keeper.dispose()
      page = openPage(proxy, kept)
    },
    /** The server's process ends, and another one takes its place after `downMs`. */
    async restart(signal: EndSignal = 'SIGKILL', downMs = 300): Promise<void> {
      hasDied = true
      await server.signal(signal)
      await sleep(downMs)
      await server.start()
    },
    async deleteConversation(conversationId: string): Promise<void> {
      deleted.add(conversationId)
      await server.deleteConversation(conversationId)
    },
    /** Waits for something that must come. */
    async until(isSo: () => boolean, what: string, limit = 60_000): Promise<void> {
      const end = Date.now() + limit
      while (!isSo()) {
        if (Date.now() > end) throw new Error(`Waited ${limit} ms in vain for: ${what}.`)
        await sleep(20)
      }
    },
    streaming: (conversationId: string) =>
      lab.until(() => lab.phase(conversationId) === 'streaming', 'the answer streams'),
    accepted: (prompt: Prompt) => lab.until(() => lab.turn(prompt)?.sendState === 'accepted', 'the ack'),
    /** Waits until the server's history says that the prompt is over. */
    async written({ conversationId, token }: Prompt, limit = 30_000): Promise<void> {
      for (const end = Date.now() + limit; Date.now() < end; await sleep(50)) {
        const history = await server.history(conversationId).catch(() => undefined)
        const turn = history?.turns?.find(({ prompt }) => new RegExp(`${token}\\b`).test(prompt))
        if (turn && turn.outcome !== 'open' && turn.outcome !== 'never') return
      }
      throw new Error(`Waited ${limit} ms in vain for the end in the history.`)
    },
    /** Resolves in the tick in which the page hears that the last word of an answer has been said. */
    lastWord: (limit = 60_000): Promise<void> =>
      new Promise((resolve, reject) => {
        const done = (act: () => void) => {
          clearTimeout(timer)
          listeners.delete(listener)
          act()
        }
        const listener = (event: unknown) => void (kind.isLastWord(event) && done(resolve))
        const timer = setTimeout(
          () => done(() => reject(new Error(`Waited ${limit} ms in vain for the last word.`))),
          limit,
        )
        listeners.add(listener)
      }),
    asked: async (conversationId: string): Promise<string> => {
      await lab.until(() => lab.questions(conversationId).length > 0, 'a question')
      return lab.questions(conversationId)[0]!.requestId ?? ''
    },
    over: (conversationId: string, limit = 30_000) =>
      lab.until(() => !lab.isBusy(conversationId), 'the conversation is idle', limit),
    async close(): Promise<void> {
      for (const { keeper, proxy: through } of [page, ...others.values()]) {
        keeper.dispose()
        through.drop()
      }
      for (const { proxy: through } of others.values()) await through.close()
      // That a connection which `fetch` keeps is closed is known a moment later.
      await sleep(100)
    },
  }

  type Selectors = (typeof page)['keeper']['selectors']
  function select<Name extends 'selectPendingInputs' | 'selectPhase' | 'selectIsBusy' | 'selectDrafts'>(
    conversationId: string,
    name: Name,
  ): ReturnType<Selectors[Name]> {
    const { keeper, store } = pageOf(conversationId)
    return keeper.selectors[name](store.getState(), conversationId) as ReturnType<Selectors[Name]>
  }
  return lab
}
