/** The code about conversations does what its pages say: adopting, transcripts, questions, the queue, sessions, the assistant. */
import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { sendRefused, signals, turnSettled } from 'redux-turnkeeper'
import type { EndedTurn, Turnkeeper } from 'redux-turnkeeper'
import { TurnkeeperProvider } from 'redux-turnkeeper/react'
import { createScriptedBackend, flushMicrotasks } from 'redux-turnkeeper/testing'
import { Provider } from 'react-redux'
import type { ComponentType } from 'react'
import { conversationId, createApp, watch } from './app'
import type { App, Made } from './app'
import { openWorld } from './openWorld'
import { createBody } from './platform'

const stateOf = <State>(app: App): State => app.store.getState() as State

/** What a component shows in an app. */
const show = ({ store, keeper }: App, component: unknown): string => {
  const shown = createElement(component as ComponentType<object>, { conversationId } as object)
  const provided = createElement(TurnkeeperProvider, { keeper }, shown)
  const page = createElement(Provider as ComponentType<object>, { store } as object, provided)
  return renderToString(page).replaceAll('<!-- -->', '')
}

describe('adopting', () => {
  async function ask() {
    const world = openWorld()
    const made = await world.run<Made>('adopting', 'observer.ts')
    const { ask } = await world.run<{ ask(id: string, text: string): Promise<void> }>('adopting', 'ask.ts')
    const body = createBody()
    world.server.answer = () => body.response
    const done = ask(conversationId, 'hello')
    await flushMicrotasks()
    return { world, app: watch(made), body, done }
  }

  test('the observer follows a request that ends, and sends nothing itself', async () => {
    const { world, app, body, done } = await ask()
    await body.write('Hi, ')
    await body.write('you.')
    expect(app.phase()).toBe('streaming')
    await body.close()
    await done
    expect(app.ends()).toMatchObject([expect.stringMatching(/ complete complete witnessed$/)])
    expect(stateOf<{ chat: object }>(app).chat).toEqual({ texts: { c1: 'Hi, you.' } })
    expect(world.requests).toHaveLength(1)
  })

  test('a request that is cut, and one that is refused, do not stay busy', async () => {
    const cut = await ask()
    await cut.body.write('Hi, ')
    await cut.body.cut()
    await cut.done
    expect(cut.app.ends()).toMatchObject([expect.stringMatching(/ interrupted interrupted inferred$/)])

    const world = openWorld()
    const app = watch(await world.run<Made>('adopting', 'observer.ts'))
    const { ask: send } = await world.run<{ ask(id: string, text: string): Promise<void> }>(
      'adopting',
      'ask.ts',
    )
    world.server.answer = () => new Response('', { status: 400 })
    await send(conversationId, 'hello')
    expect(app.isBusy()).toBe(false)
    expect(app.selectors.selectDrafts(app.store.getState(), conversationId)).toMatchObject([
      { input: 'hello' },
    ])
  })
})

describe('adopting: stop and compare', () => {
  async function begin() {
    const world = openWorld()
    const made = await world.run<Made>('adopting', 'observer.ts')
    type Asking = { ask(id: string, text: string): Promise<void>; stop(id: string): void }
    const { ask, stop } = await world.run<Asking>('adopting', 'ask.ts')
    const { compare } = await world.run<{
      compare(id: string, isBusy: () => boolean, log: (line: string) => void): () => void
    }>('adopting', 'compare.ts')
    const body = createBody()
    world.server.answer = () => body.response
    return { app: watch(made), ask, stop, compare, body }
  }

  test('a stop shows at once, and the turn is over with its request', async () => {
    const { app, ask, stop, body } = await begin()
    const done = ask(conversationId, 'hello')
    await flushMicrotasks()
    await body.write('Hi, ')
    stop(conversationId)
    expect(app.phase()).toBe('stopping')
    // What `fetch` does to a body whose request is aborted.
    await body.cut()
    await done
    expect(app.ends()).toMatchObject([expect.stringMatching(/ cancelled inferred$/)])
  })

  test('a flag that stayed is told of once', async () => {
    const { ask, compare, body } = await begin()
    let isBusy = true
    const lines: string[] = []
    const end = compare(
      conversationId,
      () => isBusy,
      (line) => void lines.push(line),
    )
    const done = ask(conversationId, 'hello')
    await flushMicrotasks()
    await body.write('Hi, ')
    expect(lines).toEqual([])
    await body.close()
    await done
    expect(lines).toEqual(["c1: ours true, the keeper's false"])
    isBusy = false
    end()
  })
})

describe('transcripts', () => {
  type Message = { readonly id: string; readonly outcome?: string }
  type Transcripts = {
    readonly actions: Readonly<
      Record<'textArrived' | 'toolCalled' | 'toolReturned' | 'transcriptLoaded', (payload: object) => never>
    >
    readonly reducer: (
      state: Readonly<Record<string, readonly Message[]>> | undefined,
      action: never,
    ) => Readonly<Record<string, readonly Message[]>>
  }
  async function start() {
    const { transcripts } = await openWorld().run<{ transcripts: Transcripts }>(
      'transcripts',
      'transcripts.ts',
    )
    const { actions, reducer } = transcripts
    let state = reducer(undefined, { type: 'init' } as never)
    const dispatch = (action: unknown) => void (state = reducer(state, action as never))
    const prompt = (turnId: string, more: object = {}) =>
      dispatch({
        type: 'turnkeeper/turnSubmitted',
        payload: { conversationId, turnId, input: turnId, ...more },
      })
    return { actions, dispatch, prompt, messages: () => state[conversationId]! }
  }
  const settled = (turnId: string, outcome: string) =>
    turnSettled({ turn: { turnId, conversationId, outcome } as EndedTurn, correction: false })

  test('prompts, answers and how they ended; a retry takes the place of what it tries again', async () => {
    const { actions, dispatch, prompt, messages } = await start()
    prompt('t1')
    dispatch(actions.textArrived({ conversationId, turnId: 't1', messageId: 'm1', delta: 'Hi' }))
    dispatch(actions.textArrived({ conversationId, turnId: 't1', messageId: 'm1', delta: '!' }))
    const search = { id: 'k1', name: 'search', args: '{}', result: 'found' }
    const answer = { conversationId, turnId: 't1', messageId: 'm1' }
    const called = actions.toolCalled({ ...answer, callId: 'k1', name: 'search', args: '{}' })
    // A stream that is opened again may tell it twice.
    for (const action of [called, called]) dispatch(action)
    dispatch(actions.toolReturned({ ...answer, callId: 'k1', result: 'found' }))
    dispatch(settled('t1', 'complete'))
    prompt('t2')
    dispatch(settled('t2', 'undelivered'))
    prompt('t3', { retryOf: 't2' })
    prompt('t4', { hidden: true })
    expect(messages()).toEqual([
      { id: 't1', turnId: 't1', role: 'user', text: 't1', tools: [], outcome: 'complete' },
      { id: 'm1', turnId: 't1', role: 'agent', text: 'Hi!', tools: [search], outcome: 'complete' },
      { id: 't3', turnId: 't3', role: 'user', text: 't3', tools: [] },
    ])
    dispatch({ type: 'turnkeeper/draftTaken', payload: { conversationId, turnId: 't3' } })
    expect(messages().map(({ id }) => id)).toEqual(['t1', 'm1'])
  })

  test('the server’s list keeps the prompts that it does not have yet', async () => {
    const { actions, dispatch, prompt, messages } = await start()
    for (const turnId of ['t1', 't2', 't3']) prompt(turnId)
    const loaded = [{ id: 't1', turnId: 't1', role: 'user', text: 't1' }]
    dispatch(actions.transcriptLoaded({ conversationId, messages: loaded, keep: ['t1', 't3'] }))
    expect(messages().map(({ id }) => id)).toEqual(['t1', 't3'])
  })

  test('the listener loads what was missed when a turn has settled', async () => {
    const world = openWorld()
    const { effects } = await world.run<{ effects: { middleware: never } }>('transcripts', 2)
    const app = watch(await world.run<Made>('README', 'store.ts'))
    world.server.answer = () => Response.json([])
    const dispatched: unknown[] = []
    const next = (effects.middleware as (api: object) => (next: unknown) => (action: unknown) => unknown)({
      dispatch: (action: unknown) => void dispatched.push(action),
      getState: app.store.getState,
    })((action: unknown) => action)
    next(settled('t1', 'complete'))
    await flushMicrotasks()
    expect(world.requests.at(-1)).toMatchObject({ path: '/threads/c1/messages' })
    expect(dispatched).toMatchObject([{ payload: { conversationId, messages: [], keep: [] } }])
  })
})

describe('questions', () => {
  test('are shown with their answers; one without an id with a Stop', async () => {
    const world = openWorld()
    const { Questions } = await world.run<{ Questions: unknown }>('questions', 1)
    const backend = createScriptedBackend()
    const app = createApp(world, backend.ports)
    await app.dispatch(signals.turnStarted({ conversationId, runId: 'r1' }))
    const { asked } = await world.run<{ asked: object }>('questions', 4)
    await app.dispatch(asked)
    expect(show(app, Questions)).toContain('<legend>approval</legend>')
    await app.dispatch(app.keeper.answerInput({ conversationId, requestId: 'q1', answer: 'accept' }))
    expect(show(app, Questions)).toContain('disabled')
    backend.accept('answer')
    await flushMicrotasks()
    expect(show(app, Questions)).toBe('')
    await app.dispatch(signals.inputRequested({ conversationId, runId: 'r1' }))
    expect(show(app, Questions)).toContain('Stop')
  })
})

describe('the queue', () => {
  test('shows what waits and what came back; a draft is taken into the composer', async () => {
    const world = openWorld()
    const { Waiting } = await world.run<{ Waiting: unknown }>('queue', 1)
    const { edit, resume } = await world.run<{
      edit(conversationId: string, turnId: string): unknown
      resume(conversationId: string): void
    }>('queue', 2)
    const app = watch(await world.run<Made>('README', 'store.ts'))
    world.server.answer = () => new Promise<Response>(() => undefined)
    for (const turnId of ['t1', 't2', 't3'])
      await app.dispatch(app.keeper.submitTurn({ conversationId, turnId, input: turnId }))
    await app.dispatch(app.keeper.removeQueued({ turnId: 't2' }))
    await app.dispatch(sendRefused({ turnId: 't1', conversationId, reason: 'error' }))
    const html = show(app, Waiting)
    expect(html).toContain('Not sent: t2')
    expect(html).toContain('Not sent: t1')
    expect(edit(conversationId, 't2')).toBe('t2')
    expect(show(app, Waiting)).not.toContain('t2')
    resume(conversationId)
    expect(world.problems).toEqual([])
  })
})

describe('the assistant', () => {
  async function start() {
    const world = openWorld()
    const assistants = { status: 'initializing' }
    world.server.answer = ({ path }) =>
      path.startsWith('/assistants')
        ? Response.json({
            id: 'a1',
            isLocal: true,
            ...assistants,
            connection: { url: 'wss://a1', token: 'secret' },
          })
        : Response.json({ runId: 'r1' })
    const hosted = await world.run<
      Made & {
        signIn(userId: string): void
        signOut(): void
        tryAgain(): void
        choose(version: string): void
      }
    >('assistant', 'hosted.ts')
    const { authorization } = await world.run<{ authorization(): object }>('assistant', 2)
    const app = watch(hosted)
    const kind = () => stateOf<{ turnkeeper: { assistant: { kind: string } } }>(app).turnkeeper.assistant.kind
    const sends = () => world.requests.filter(({ path }) => path.endsWith('/runs')).length
    return { world, app, hosted, assistants, authorization, kind, sends }
  }

  test('a turn waits until it is up; the token is in no state', async () => {
    const { app, hosted, assistants, authorization, kind, sends } = await start()
    hosted.signIn('u1')
    await app.dispatch(app.keeper.submitTurn({ conversationId, turnId: 't1', input: 'hello' }))
    expect([kind(), sends(), app.phase()]).toEqual(['initializing', 0, 'queued'])
    assistants.status = 'active'
    hosted.tryAgain()
    await flushMicrotasks()
    expect([kind(), sends()]).toEqual(['self_hosted', 1])
    expect(authorization()).toEqual({ url: 'wss://a1', token: 'secret' })
    expect(JSON.stringify(app.store.getState())).not.toContain('secret')
  })

  test('who signs out takes everything along', async () => {
    const { app, hosted, kind } = await start()
    hosted.signIn('u1')
    await app.dispatch(app.keeper.submitTurn({ conversationId, turnId: 't1', input: 'hello' }))
    hosted.signOut()
    await flushMicrotasks()
    expect([kind(), app.phase(), app.ends()]).toEqual(['loading', 'idle', []])
  })
})

describe('actions', () => {
  test('your own word ends the turn that it names, or the active one', async () => {
    const world = openWorld()
    const { dropTurn, dropActive } = await world.run<{
      dropTurn(turnId: string): void
      dropActive(conversationId: string): void
    }>('concepts', 1)
    const app = watch(await world.run<Made>('README', 'store.ts'))
    world.server.answer = () => new Promise<Response>(() => undefined)
    for (const turnId of ['t1', 't2', 't3'])
      await app.dispatch(app.keeper.submitTurn({ conversationId, turnId, input: '', mode: 'now' }))
    dropTurn('t2')
    dropActive(conversationId)
    expect(app.ends()).toEqual(['t2 cancelled cancelled witnessed', 't1 cancelled cancelled witnessed'])
  })

  test('a listener hears each end once', async () => {
    const { effects, unread } = await openWorld().run<{ effects: { middleware: never }; unread: string[] }>(
      'reference-actions',
      1,
    )
    const next = (effects.middleware as (api: object) => (next: unknown) => (action: unknown) => unknown)({
      dispatch: () => undefined,
      getState: () => ({}),
    })((action: unknown) => action)
    const turn = { turnId: 't1', conversationId, outcome: 'complete' } as EndedTurn
    next(turnSettled({ turn, correction: false }))
    next(turnSettled({ turn, correction: true }))
    expect(unread).toEqual(['c1'])
  })

  test('translations: by code, else the message', async () => {
    const world = openWorld()
    const { errorText } = await world.run<{ errorText(state: unknown, id: string): string | null }>(
      'translations',
      1,
    )
    const app = watch(await world.run<Made & { keeper: Turnkeeper }>('README', 'store.ts'))
    const fail = (code: string) =>
      app.dispatch({
        type: 'turnkeeper/endTurn',
        payload: { conversationId, reason: 'error', error: { message: 'words', code } },
      })
    expect(errorText(app.store.getState(), conversationId)).toBeNull()
    await app.dispatch(signals.turnStarted({ conversationId, runId: 'r1' }))
    await fail('stop_unreachable')
    expect(errorText(app.store.getState(), conversationId)).toMatch(/Agent/)
    await app.dispatch(signals.turnStarted({ conversationId, runId: 'r2' }))
    await fail('other')
    expect(errorText(app.store.getState(), conversationId)).toBe('words')
  })
})
