/** One case on one server: a store with the package's connection, a proxy in its path, and what happens to both. */
import { configureStore } from '@reduxjs/toolkit'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createTurnkeeper, selectPersisted, selectTurn, stateRestored } from 'redux-turnkeeper'
import type { EndedTurn, KeeperState, Turn, TurnkeeperOptions } from 'redux-turnkeeper'
import { startModel } from '../model'
import type { Model } from '../model'
import { freePort } from './process'
import { startProxy } from './proxy'
import type { Proxy } from './proxy'
import type { AgentServer, ServerKind } from './server'

export type Lab = ReturnType<typeof openLab>
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
  close(): Promise<void>
}

export async function openSite(kind: ServerKind): Promise<Site> {
  const model = await startModel()
  const folder = mkdtempSync(join(process.env['AGENTS_FOLDER'] ?? tmpdir(), `turnkeeper-${kind.name}-`))
  const port = await freePort()
  const server = kind.create({ model, folder, port })
  await server.start()
  const proxy = await startProxy(port, kind.isStream)
  return {
    kind,
    model,
    server,
    proxy,
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

export function openLab({ kind, model, server, proxy }: Site, options: Options = {}) {
  proxy.pass()
  const prompts: Prompt[] = []
  const conversations = new Set<string>()
  const events: unknown[] = []
  const settledAt = new Map<string, number>()
  let checks = 0
  let page = openPage()

  function openPage(restored?: Parameters<typeof stateRestored>[0]) {
    const connection = server.connect({ port: proxy.port, onEvent: (event) => events.push(event) })
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
    const store = configureStore({
      reducer: { [keeper.reducerPath]: keeper.reducer },
      middleware: (getDefault) =>
        getDefault({ serializableCheck: false, immutableCheck: false }).prepend(keeper.middleware),
    })
    if (restored) store.dispatch(stateRestored(restored))
    const stateOf = () => store.getState()[keeper.reducerPath] as KeeperState
    return { connection, keeper, store, stateOf }
  }

  const lab = {
    kind,
    model,
    server,
    proxy,
    events,
    prompts,
    conversations,
    settledAt,
    checks: () => checks,
    get page() {
      return page
    },

    async conversation({ asks = false } = {}): Promise<string> {
      const id = await server.createConversation(page.connection, { asks })
      conversations.add(id)
      return id
    },
    /** The user sends a prompt, which the model answers as `how` says. */
    submit(conversationId: string, how: string, mode?: 'queue' | 'now'): Prompt {
      const token = `#p${++tokens}`
      const input = `${token} say:${how}`
      const { turnId } = page.store.dispatch(
        page.keeper.submitTurn({ conversationId, input, ...(mode && { mode }) }),
      )
      const prompt = { token, turnId, conversationId }
      prompts.push(prompt)
      return prompt
    },
    stop: (conversationId: string) => void page.store.dispatch(page.keeper.stopTurn({ conversationId })),
    questions: (conversationId: string) =>
      page.keeper.selectors.selectPendingInputs(page.store.getState(), conversationId),
    answer: (conversationId: string, requestId: string, answer: unknown) =>
      void page.store.dispatch(page.keeper.answerInput({ conversationId, requestId, answer })),
    phase: (conversationId: string) =>
      page.keeper.selectors.selectPhase(page.store.getState(), conversationId),
    isBusy: (conversationId: string) =>
      page.keeper.selectors.selectIsBusy(page.store.getState(), conversationId),
    recordOf: ({ turnId }: Prompt): EndedTurn | undefined =>
      page.stateOf().turns.ended.find((record) => record.turnId === turnId),
    /** The turn as it stands, while it goes on. */
    turn(turnId: string): Turn | undefined {
      const turn = selectTurn(page.stateOf(), turnId)
      return turn && !('outcome' in turn) ? turn : undefined
    },
    drafts: (conversationId: string) =>
      page.keeper.selectors.selectDrafts(page.store.getState(), conversationId),

    /** The page is closed and opened again: what the app keeps comes back, and the stream is a new one. */
    reload(): void {
      const kept = JSON.parse(JSON.stringify(selectPersisted(page.stateOf()))) as ReturnType<
        typeof selectPersisted
      >
      page.keeper.dispose()
      page = openPage(kept)
    },
    /** The server's process ends, and another one takes its place after `downMs`. */
    async restart(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL', downMs = 300): Promise<void> {
      await server.signal(signal)
      await sleep(downMs)
      await server.start()
    },
    /** Waits for something that must come. */
    async until(isSo: () => boolean, what: string, limit = 15_000): Promise<void> {
      const end = Date.now() + limit
      while (!isSo()) {
        if (Date.now() > end) throw new Error(`Waited ${limit} ms in vain for: ${what}.`)
        await sleep(20)
      }
    },
    streaming: (conversationId: string) =>
      lab.until(() => lab.phase(conversationId) === 'streaming', 'the answer streams'),
    asked: async (conversationId: string): Promise<string> => {
      await lab.until(() => lab.questions(conversationId).length > 0, 'a question')
      return lab.questions(conversationId)[0]!.requestId ?? ''
    },
    over: (conversationId: string, limit = 30_000) =>
      lab.until(() => !lab.isBusy(conversationId), 'the conversation is idle', limit),
    async close(): Promise<void> {
      page.keeper.dispose()
      proxy.drop()
      // That a connection which `fetch` keeps is closed is known a moment later.
      await sleep(100)
    },
  }
  return lab
}
