/**
 * What the README says is true: its code has the types of the package and runs, its tables are those of the sources, its
 * figures are those of the scenarios.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { configureStore, combineSlices, nanoid } from '@reduxjs/toolkit'
import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import ts from 'typescript'
import * as devtools from 'redux-turnkeeper/devtools'
import * as index from 'redux-turnkeeper'
import { createTurnkeeper } from 'redux-turnkeeper'
import type {
  AssistantKind,
  ConversationPhase,
  EndReason,
  Grade,
  Outcome,
  Ports,
  TurnkeeperOptions,
} from 'redux-turnkeeper'
import * as react from 'redux-turnkeeper/react'
import * as testing from 'redux-turnkeeper/testing'
import { createManualClock, createManualEnvironment, flushMicrotasks } from 'redux-turnkeeper/testing'
import manifest from '../package.json'
import { systemClock, systemRandom } from '../src/clock'
import { resolveOptions } from '../src/resolveOptions'
import { endOf } from '../src/rules/ends'
import { keeperSubject } from './scenarios/keeper'
import { naiveSubject } from './scenarios/naive'
import { judgeAll, loadAll, passes } from './scenarios/suite'

const root = join(__dirname, '..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')

// ---------------------------------------------------------------- the text, taken apart

interface Block {
  readonly heading: string
  readonly line: number
  readonly code: string
  readonly file: string
}

const lineOf = (offset: number): number => readme.slice(0, offset).split('\n').length
const headingAt = (offset: number): string =>
  [...readme.slice(0, offset).matchAll(/^#+ (.+)$/gm)].at(-1)?.[1] ?? ''

const blocks: readonly Block[] = [...readme.matchAll(/```(tsx?)\n([^]*?)```/g)].map((found) => {
  const line = lineOf(found.index)
  return { heading: headingAt(found.index), line, code: found[2]!, file: `README-${line}.${found[1]}` }
})
const blockOf = (heading: string, place = 0): Block => {
  const block = blocks.filter((one) => one.heading === heading)[place]
  if (!block) throw new Error(`The README has no block of code under "${heading}".`)
  return block
}

const sectionOf = (heading: string): string => {
  const [, level = ''] = new RegExp(`^(#+) ${heading}$`, 'm').exec(readme) ?? []
  const [, text] = readme.split(new RegExp(`^${level} ${heading}$`, 'm'))
  if (text === undefined) throw new Error(`The README has no heading "${heading}".`)
  return text.split(new RegExp(`^#{1,${level.length}} `, 'm'))[0]!
}

/** The rows of a section's tables, by the name of their first column; the cells as they stand. */
function rowsOf(heading: string, column: string): readonly (readonly string[])[] {
  const rows: string[][] = []
  let inside = false
  for (const text of sectionOf(heading).split('\n')) {
    if (!text.startsWith('|')) inside = false
    const cells = text.split(/(?<!\\)\|/).slice(1, -1)
    const [first = ''] = cells.map((cell) => cell.trim())
    if (inside && !/^-+$/.test(first)) rows.push(cells.map((cell) => cell.trim()))
    if (first === column) inside = true
  }
  return rows
}
/** What stands in backticks. */
const codesIn = (text = ''): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code!)
/** The names that a table is about: those in backticks in its first column, without their arguments. */
const namesIn = (heading: string, column: string): string[] =>
  rowsOf(heading, column).flatMap(([first]) => codesIn(first).map((code) => code.replace(/\(.*/, '')))

const sorted = (names: Iterable<string>): string[] => [...names].sort()
const keysOf = <Name extends string>(names: Readonly<Record<Name, 1>>): string[] => sorted(Object.keys(names))

// ---------------------------------------------------------------- types

/** What the README takes for granted: the store of its first example, and the app's own functions. */
const PRELUDE = `
import { combineSlices, configureStore } from '@reduxjs/toolkit'
import { createTurnkeeper } from 'redux-turnkeeper'
import type { AnswerResult, EndedTurn, Ports as AllPorts, SendResult, SessionStatus, StopSessionResult, Turnkeeper, TurnError } from 'redux-turnkeeper'
import type { CodexAnswer, CodexMessage } from 'redux-turnkeeper/adapters/codexAppServer'

const made = configureStore({
  reducer: combineSlices(...createTurnkeeper().slices),
  middleware: (getDefault) => getDefault().prepend(createTurnkeeper().middleware),
})
type Own = Required<AllPorts>
interface Pushed { type: string; conversationId: string; turnId?: string; cursor?: string; error?: TurnError }

declare global {
  const keeper: Turnkeeper
  const store: typeof made
  const ports: AllPorts
  const sendTurn: Own['sendTurn']
  const stopTurn: Own['stopTurn']
  const stopSession: Own['stopSession']
  const fetchStatus: Own['fetchStatus']
  function post(path: string, body: object, signal?: AbortSignal): Promise<Response>
  function get(path: string, signal?: AbortSignal): Promise<any>
  function readEvents<Event>(response: Response): AsyncIterable<Event>
  const rpc: {
    request(method: string, params: object): Promise<CodexAnswer>
    onMessage(listener: (message: CodexMessage) => void): void
    onClose(listener: () => void): void
  }
  interface ServerEvent {
    type: string; thread: string; turn?: string; status: SessionStatus; updatedAt: number
    request: string; prompt: unknown; error?: TurnError
  }
  const provider: {
    start(conversationId: string, turnId: string, input: unknown): Promise<SendResult>
    kill(conversationId: string): Promise<StopSessionResult>
    processes(): Promise<{ conversationId: string }[]>
    subscribe(listener: (event: Pushed) => void): void
  }
  const journal: { append(turn: EndedTurn): void; load(): undefined }
  const storage: { getItem(key: string): Promise<string | null>; setItem(key: string, value: string): Promise<void>; removeItem(key: string): Promise<void> }
}
`

/** What TypeScript says of the blocks, as an app with \`strict\` would hear it. */
function complaints(sources: readonly { readonly file: string; readonly code: string }[]): string[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, root)
  const app: ts.CompilerOptions = {
    ...options,
    exactOptionalPropertyTypes: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
    noUncheckedIndexedAccess: false,
  }
  const virtual = new Map(
    [...sources, { file: 'README-prelude.ts', code: PRELUDE }].map(({ file, code }) => [
      join(root, file),
      `${code}\nexport {}\n`,
    ]),
  )
  const host = ts.createCompilerHost(app)
  const { getSourceFile, fileExists, readFile } = host
  host.fileExists = (path) => virtual.has(path) || fileExists(path)
  host.readFile = (path) => virtual.get(path) ?? readFile(path)
  host.getSourceFile = (path, target, ...rest) => {
    const code = virtual.get(path)
    return code === undefined ? getSourceFile(path, target, ...rest) : ts.createSourceFile(path, code, target)
  }
  const program = ts.createProgram([...virtual.keys()], app, host)
  return [...virtual.keys()].flatMap((path) => {
    const source = program.getSourceFile(path)
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText, start = 0 }) => {
        const at = source!.getLineAndCharacterOfPosition(start).line + 1
        return `${path.slice(root.length + 1)}:${at} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
      },
    )
  })
}

describe('types', () => {
  const WRONG = [
    "import { createTurnKeeper } from 'redux-turnkeeper'",
    'keeper.submitTurns({})',
    "keeper.submitTurn({ conversation: 'c1', input: 1 })",
    'createElement()',
  ]
  const found = complaints([
    ...blocks,
    ...WRONG.map((code, place) => ({ file: `README-wrong-${place}.ts`, code })),
  ])

  test('there is code to check', () => {
    expect(blocks.length).toBeGreaterThan(10)
  })

  test('all code has the types of the package', () => {
    expect(found.filter((complaint) => !complaint.startsWith('README-wrong'))).toEqual([])
  })

  test.each(WRONG.map((code, place) => [code, place] as const))(
    'mirror: %s is found wrong',
    (_code, place) => {
      expect(found.filter((complaint) => complaint.startsWith(`README-wrong-${place}`))).not.toEqual([])
    },
  )
})

// ---------------------------------------------------------------- runs

type Values = Readonly<Record<string, never>>

/** Runs a block with these functions of the app around it, and gives what it exports, and what else is asked for. */
async function run({ code }: Block, around: object = {}, wanted: readonly string[] = []): Promise<Values> {
  const { outputText } = ts.transpileModule(`${code}\nexport const wanted = { ${wanted.join(', ')} }`, {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      jsx: ts.JsxEmit.ReactJSX,
      esModuleInterop: true,
    },
  })
  const exported: { wanted?: object } = {}
  const body = `return (async () => {${outputText}})()`
  await new Function('exports', 'require', ...Object.keys(around), body)(
    exported,
    (id: string) => jest.requireActual(id),
    ...Object.values(around),
  )
  return { ...exported, ...exported.wanted } as unknown as Values
}

const as = <T>(value: unknown): T => value as T
const conversationId = 'c1'

/** A store on a manual clock, for blocks that make none. */
function createApp(options: TurnkeeperOptions = {}) {
  const clock = createManualClock(1_000_000)
  const problems: object[] = []
  const keeper = createTurnkeeper({
    clock,
    environment: createManualEnvironment(),
    onProblem: (problem) => problems.push(problem),
    ...options,
  })
  const store = configureStore({
    reducer: combineSlices(...keeper.slices),
    middleware: (getDefault) => getDefault().prepend(keeper.middleware),
  })
  opened.push(keeper)
  return {
    clock,
    keeper,
    store,
    problems,
    busy: () => keeper.selectors.selectIsBusy(store.getState(), conversationId),
    ends: () =>
      keeper.selectors
        .selectHistory(store.getState())
        .map(({ turnId, reason, outcome, grade }) => `${turnId} ${reason} ${outcome} ${grade}`),
  }
}
type App = ReturnType<typeof createApp>

const opened: { dispose(): void }[] = []
afterEach(() => {
  for (const keeper of opened.splice(0)) keeper.dispose()
})

/** Bodies of responses that the test writes, event by event. */
function createBodies() {
  const bodies: { push(event: object): Promise<void>; close(): Promise<void>; cut(): Promise<void> }[] = []
  const asked: { path: string; body: Readonly<Record<string, unknown>> }[] = []
  const streams = new Map<Response, ReadableStream<object>>()

  async function post(path: string, body: object, signal?: AbortSignal): Promise<Response> {
    asked.push({ path, body: body as Readonly<Record<string, unknown>> })
    let controller!: ReadableStreamDefaultController<object>
    const response = new Response(null, { status: 200 })
    streams.set(response, new ReadableStream({ start: (given) => void (controller = given) }))
    const cut = () => controller.error(new TypeError('cut'))
    signal?.addEventListener('abort', cut)
    const then = async (work: () => void) => {
      work()
      await flushMicrotasks()
    }
    bodies.push({
      push: (event) => then(() => controller.enqueue(event)),
      close: () => then(() => controller.close()),
      cut: () => then(cut),
    })
    return response
  }
  return { bodies, asked, post, readEvents: (response: Response) => streams.get(response)! }
}

describe('runs', () => {
  test('the ten lines: busy until it is over', async () => {
    const sends: unknown[] = []
    const around = {
      sendTurn: async (request: unknown) => (sends.push(request), { status: 'accepted', runId: 'r1' }),
      stopTurn: async () => ({ status: 'acknowledged' }),
      fetchStatus: async () => ({}),
    }
    const { store, keeper } = await run(blockOf('redux-turnkeeper'), around, ['store', 'keeper'])
    const app = as<App>({ store, keeper })
    opened.push(app.keeper)
    const busy = () => app.keeper.selectors.selectIsBusy(app.store.getState(), 'c1')
    await flushMicrotasks()
    expect(sends).toMatchObject([{ conversationId: 'c1', input: 'hello' }])
    expect(busy()).toBe(true)
    app.store.dispatch(index.turnEnded({ conversationId: 'c1', runId: 'r1', reason: 'complete' }))
    expect(busy()).toBe(false)
    expect(app.keeper.selectors.selectHistory(app.store.getState())).toHaveLength(1)
  })

  test('your own word: the live turn, or the one that is named', async () => {
    const app = createApp({ ports: {} })
    for (const turnId of ['t0', 't1'])
      app.store.dispatch(app.keeper.submitTurn({ conversationId, turnId, input: '', mode: 'now' }))
    await run(blockOf('Ends'), app)
    expect(app.ends()).toEqual(['t0 complete complete witnessed', 't1 cancelled cancelled witnessed'])
  })

  describe('AG-UI', () => {
    async function start() {
      const { bodies, asked, ...around } = createBodies()
      const later: { store?: App['store'] } = {}
      const store = { dispatch: (action: never) => later.store!.dispatch(action) }
      const { ports } = await run(blockOf('AG-UI'), { ...around, store })
      const app = createApp({ ports: as<Ports>(ports) })
      later.store = app.store
      app.store.dispatch(app.keeper.submitTurn({ conversationId, turnId: 't1', input: { role: 'user' } }))
      await flushMicrotasks()
      expect(asked).toMatchObject([{ path: '/run', body: { threadId: 'c1', runId: 't1' } }])
      const event = (type: string, more: object = {}) => bodies[0]!.push({ type, ...more })
      await event('RUN_STARTED', { threadId: 'c1', runId: 't1' })
      await event('TEXT_MESSAGE_CONTENT')
      expect(app.busy()).toBe(true)
      return { app, bodies, asked, event }
    }

    test('a run ends with its RUN_FINISHED', async () => {
      const { app, event } = await start()
      await event('RUN_FINISHED', { threadId: 'c1', runId: 't1' })
      expect(app.ends()).toEqual(['t1 complete complete witnessed'])
    })

    test('a stopped one is cancelled', async () => {
      const { app, event } = await start()
      app.store.dispatch(app.keeper.stopTurn({ conversationId }))
      await flushMicrotasks()
      expect(app.busy()).toBe(true)
      await event('RUN_FINISHED', { threadId: 'c1', runId: 't1' })
      expect(app.ends()).toEqual(['t1 cancelled cancelled witnessed'])
    })

    test('one that was cut is looked up', async () => {
      const { app, bodies, asked } = await start()
      await bodies[0]!.cut()
      expect(app.busy()).toBe(true)
      await app.clock.advanceAsync(1)
      expect(asked.at(-1)).toMatchObject({ path: '/connect', body: { threadId: 'c1' } })
      await bodies[1]!.push({ type: 'RUN_STARTED', threadId: 'c1', runId: 't1' })
      await bodies[1]!.push({ type: 'RUN_ERROR', message: 'no memory' })
      await bodies[1]!.close()
      expect(app.ends()).toEqual(['t1 rescued error witnessed'])
    })
  })

  describe('Codex', () => {
    async function start() {
      const asked: { method: string; params: Readonly<Record<string, unknown>> }[] = []
      let hear: (message: object) => void = () => undefined
      let close: () => void = () => undefined
      const turns = [{ id: 'r1', status: 'completed' }]
      const rpc = {
        async request(method: string, params: Readonly<Record<string, unknown>>) {
          asked.push({ method, params })
          if (method === 'thread/read')
            return { result: { thread: { id: 'c1', status: { type: 'idle' }, turns } } }
          return { result: method === 'turn/start' ? { turn: { id: 'r1' } } : { turnId: 'r1' } }
        },
        onMessage: (listener: typeof hear) => void (hear = listener),
        onClose: (listener: typeof close) => void (close = listener),
      }
      const later: { store?: App['store'] } = {}
      const store = { dispatch: (action: never) => later.store!.dispatch(action) }
      const { ports } = await run(blockOf('Codex app server'), { rpc, store })
      const app = createApp({ ports: as<Ports>(ports) })
      later.store = app.store
      app.store.dispatch(app.keeper.submitTurn({ conversationId, turnId: 't1', input: [] }))
      await flushMicrotasks()
      hear({ method: 'turn/started', params: { threadId: 'c1', turn: { id: 'r1', status: 'inProgress' } } })
      expect(app.busy()).toBe(true)
      return { app, asked, hear: (message: object) => hear(message), close: () => close() }
    }

    test('a turn ends with its turn/completed, not with the status of its thread', async () => {
      const { app, hear } = await start()
      hear({ method: 'thread/status/changed', params: { threadId: 'c1', status: { type: 'idle' } } })
      expect(app.busy()).toBe(true)
      hear({ method: 'turn/completed', params: { threadId: 'c1', turn: { id: 'r1', status: 'failed' } } })
      expect(app.ends()).toEqual(['t1 error error witnessed'])
    })

    test('a turn whose end was lost is looked up when the connection closes', async () => {
      const { app, close } = await start()
      close()
      expect(app.busy()).toBe(true)
      await app.clock.advanceAsync(5_000)
      expect(app.ends()).toEqual(['t1 rescued complete witnessed'])
    })

    test('stop and steer name the running turn', async () => {
      const { app, asked } = await start()
      app.store.dispatch(app.keeper.steerTurn({ conversationId, input: [] }))
      app.store.dispatch(app.keeper.stopTurn({ conversationId }))
      await flushMicrotasks()
      expect(asked.slice(1)).toEqual([
        { method: 'turn/steer', params: { threadId: 'c1', input: [], expectedTurnId: 'r1' } },
        { method: 'turn/interrupt', params: { threadId: 'c1', turnId: 'r1' } },
      ])
    })
  })

  test('OpenCode: a run binds to its prompt and ends with its message; a sleep opens the stream anew', async () => {
    const sources: Record<string, (event: { data: string }) => void>[] = []
    class EventSource {
      constructor() {
        sources.push(this as never)
      }
      close() {
        return undefined
      }
    }
    const paths: string[] = []
    let refuses = false
    const around = {
      EventSource,
      post: async (path: string) => (paths.push(path), new Response(null, { status: refuses ? 500 : 204 })),
      get: async (path: string) => (path === '/session/status' ? {} : []),
    }
    const later: { store?: App['store'] } = {}
    const store = { dispatch: (action: never) => later.store!.dispatch(action) }
    const { ports, listen } = await run(blockOf('OpenCode'), { ...around, store })
    const app = createApp({ ports: as<Ports>(ports), stopScope: 'conversation' })
    later.store = app.store
    as<() => void>(listen)()
    const hear = (type: string, properties: object) =>
      sources.at(-1)!['onmessage']!({ data: JSON.stringify({ type, properties }) })
    app.store.dispatch(app.keeper.submitTurn({ conversationId, turnId: 't1', input: {} }))
    await flushMicrotasks()
    expect(paths).toEqual(['/session/c1/prompt_async'])
    hear('message.updated', { info: { id: 'm1', role: 'user', sessionID: 'c1' } })
    const answer = { id: 'm2', role: 'assistant', sessionID: 'c1', parentID: 'm1' }
    hear('message.updated', { info: { ...answer, time: {} } })
    hear('session.idle', { sessionID: 'c1' })
    expect(app.keeper.selectors.selectLiveTurn(app.store.getState(), conversationId)).toMatchObject({
      turnId: 't1',
      runs: ['m1'],
    })
    hear('message.updated', { info: { ...answer, time: { completed: 1 }, finish: 'stop' } })
    expect(app.ends()).toEqual(['t1 complete complete witnessed'])

    refuses = true
    app.store.dispatch(app.keeper.submitTurn({ conversationId, turnId: 't2', input: {} }))
    await flushMicrotasks()
    refuses = false
    app.store.dispatch(app.keeper.submitTurn({ conversationId, turnId: 't3', input: {} }))
    await flushMicrotasks()
    hear('message.updated', { info: { id: 'm3', role: 'user', sessionID: 'c1' } })
    expect(app.keeper.selectors.selectTurn(app.store.getState(), 't3')).toMatchObject({ runs: ['m3'] })

    sources[0]!['onopen']!({ data: '' })
    app.store.dispatch(index.woke({ sleptMs: 60_000 }))
    await flushMicrotasks()
    expect(sources).toHaveLength(2)
  })

  describe('AI SDK', () => {
    async function start() {
      const { bodies, asked: _asked, ...around } = createBodies()
      const later: { store?: App['store'] } = {}
      const store = { dispatch: (action: never) => later.store!.dispatch(action) }
      const { ports } = await run(blockOf('Vercel AI SDK'), { ...around, store })
      const app = createApp({ ports: as<Ports>(ports) })
      later.store = app.store
      app.store.dispatch(app.keeper.submitTurn({ conversationId, turnId: 't1', input: {} }))
      await flushMicrotasks()
      return { app, body: bodies[0]! }
    }

    test('a body that finishes, one that is stopped, one that is cut, one that is stopped before it begins', async () => {
      const finished = await start()
      await finished.body.push({ type: 'start', messageId: 'm1' })
      await finished.body.push({ type: 'finish' })
      await finished.body.close()
      expect(finished.app.ends()).toEqual(['t1 complete complete witnessed'])

      const stopped = await start()
      await stopped.body.push({ type: 'start', messageId: 'm1' })
      stopped.app.store.dispatch(stopped.app.keeper.stopTurn({ conversationId }))
      await flushMicrotasks()
      expect(stopped.app.ends()).toEqual(['t1 cancelled cancelled inferred'])

      const lost = await start()
      await lost.body.push({ type: 'start', messageId: 'm1' })
      await lost.body.cut()
      expect(lost.app.ends()).toEqual(['t1 interrupted interrupted inferred'])

      const early = await start()
      early.app.store.dispatch(early.app.keeper.stopTurn({ conversationId }))
      await flushMicrotasks()
      expect(early.app.ends()).toEqual(['t1 cancelled cancelled inferred'])
    })
  })

  test('React: the example renders', async () => {
    const app = createApp()
    const { App } = await run(blockOf('React'), app)
    expect(renderToString(createElement(as<() => null>(App)))).toBe('<button>Send</button>')
    app.store.dispatch(app.keeper.submitTurn({ conversationId, input: '' }))
    expect(renderToString(createElement(as<() => null>(App)))).toContain('Stop')
  })

  test('the assistant: a turn waits until it is up', async () => {
    const sends: string[] = []
    const ports: Ports = {
      sendTurn: async ({ turnId }) => (sends.push(turnId), { status: 'accepted' }),
    }
    let status = 'initializing'
    const fetch = async () => Response.json({ id: 'a1', status })
    const app = await run(blockOf('Assistant'), { ports, fetch, post: fetch }, [])
    const { keeper, store } = as<App>(app)
    opened.push(keeper)
    store.dispatch(keeper.submitTurn({ conversationId, turnId: 't1', input: '' }))
    await flushMicrotasks()
    expect(keeper.selectors.selectAssistantKind(store.getState())).toBe('initializing')
    expect(sends).toEqual([])
    status = 'active'
    as<() => void>(app['tryAgain'])()
    await flushMicrotasks()
    expect(keeper.selectors.selectAssistantKind(store.getState())).toBe('active')
    expect(sends).toEqual(['t1'])
  })

  describe('a reload', () => {
    const items = new Map<string, string>()
    const web = {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => void items.set(key, value),
      removeItem: (key: string) => void items.delete(key),
    }
    beforeEach(() => items.clear())

    test.each(['redux-persist', 'redux-remember', 'by hand'])('%s', async (name) => {
      const place = ['redux-persist', 'redux-remember', 'by hand'].indexOf(name)
      const load = async (): Promise<App> => {
        const app = createApp({ ports: { fetchStatus: () => new Promise(() => undefined) } })
        const storage = Object.fromEntries(
          Object.entries(web).map(([method, work]) => [
            method,
            async (key: string, value: string) => work(key, value),
          ]),
        )
        const around = { ...app, storage, localStorage: web, sessionStorage: web }
        const made = await run(
          blockOf('Reload and persistence', place),
          name === 'by hand' ? around : { ...around, store: undefined },
          name === 'by hand' ? [] : ['store'],
        )
        const loaded = { ...app, ...made }
        for (let i = 0; i < 50; i += 1) await flushMicrotasks()
        return loaded
      }
      const first = await load()
      first.store.dispatch(first.keeper.submitTurn({ conversationId, turnId: 't1', input: 'hello' }))
      first.store.dispatch(index.turnStarted({ conversationId, turnId: 't1' }))
      for (let i = 0; i < 10_000 && ![...items.values()].join().includes('t1'); i += 1)
        await flushMicrotasks()
      first.keeper.dispose()

      const second = await load()
      for (let i = 0; i < 50; i += 1) await flushMicrotasks()
      await second.clock.advanceAsync(1_000)
      const { selectIsUnverified, selectLiveTurnId } = second.keeper.selectors
      expect(selectLiveTurnId(second.store.getState(), conversationId)).toBe('t1')
      expect(selectIsUnverified(second.store.getState(), conversationId)).toBe(true)
    })
  })

  test('DevTools: the store is made', async () => {
    const { store } = await run(blockOf('DevTools and time travel'), createApp())
    expect(Object.keys(as<App['store']>(store).getState())).toEqual(['turns', 'conversations', 'assistant'])
  })

  const examples: [string, () => Promise<void>][] = []
  beforeAll(async () => {
    await run(blockOf('Testing'), {
      test: (...example: [string, () => Promise<void>]) => examples.push(example),
    })
  })
  test('the test of the section on tests', async () => {
    expect(examples).toHaveLength(1)
    await examples[0]![1]()
  })

  test('slices alone: an ending that names no turn ends one that has shown life', async () => {
    const { isBusy, end } = await run(blockOf('Slices alone'))
    expect(as<() => boolean>(isBusy)()).toBe(true)
    as<() => void>(end)()
    expect(as<() => boolean>(isBusy)()).toBe(false)
  })
})

// ---------------------------------------------------------------- tables

/** The names that an error about an unknown one lists. */
const listed = (options: object): string[] => {
  try {
    createTurnkeeper(options)
  } catch (error) {
    const [, names = ''] = /There are (.*)\.$/.exec((error as Error).message) ?? []
    return sorted(names.split(', '))
  }
  throw new Error('It was taken.')
}

describe('options', () => {
  const { rules, assistant, ...others } = resolveOptions({})
  const defaults: Readonly<Record<string, unknown>> = { ...others, ...rules, ...assistant }
  const rows = rowsOf('Options', 'option').map(
    ([name = '', value = '']) => [codesIn(name).join(), value] as const,
  )

  test('are all there, each once', () => {
    expect(sorted(rows.map(([name]) => name))).toEqual(listed({ wrong: 1 }))
  })

  const numbers = rows.filter(([, value]) => /^[\d ]+$/.test(value))
  test('there are numbers to compare', () => {
    expect(numbers.length).toBeGreaterThan(15)
  })
  test.each(numbers)('%s is %s', (name, value) => {
    expect(defaults[name]).toBe(Number(value.replaceAll(' ', '')))
  })
  test.each(rows.filter(([, value]) => /^`'/.test(value)))('%s is %s', (name, value) => {
    const words = codesIn(value).map((word) => word.slice(1, -1))
    expect([defaults[name]].flat()).toEqual(words)
  })
  test.each(rows.filter(([, value]) => value === 'none'))('%s: %s', (name) => {
    expect([null, undefined, {}]).toContainEqual(defaults[name])
  })
  test('the rest', () => {
    const rest = rows.filter(
      ([, value]) => value !== 'none' && !/^[\d ]+$/.test(value) && !value.startsWith("`'"),
    )
    expect(Object.fromEntries(rest)).toEqual({
      onProblem: '`console.warn` in development',
      onError: 'rethrown on a fresh task',
      clock: 'the real one',
      random: 'the real one',
      createId: 'nanoid',
      environment: 'the page',
      reducerPaths: '`turns`, `conversations`, `assistant`',
    })
    expect(defaults['clock']).toBe(systemClock)
    expect(defaults['random']).toBe(systemRandom)
    expect(defaults['createId']).toBe(nanoid)
    expect(Object.values(defaults['paths'] as object)).toEqual(['turns', 'conversations', 'assistant'])
  })
})

describe('tables', () => {
  const keeper = createTurnkeeper()
  const isSelector = (name: string) => name.startsWith('select')

  test('ports', () => {
    expect(sorted(namesIn('Ports', 'port'))).toEqual(listed({ ports: { wrong: 1 } }))
  })
  test('commands', () => {
    const {
      slices: _1,
      middleware: _2,
      selectors: _3,
      clock: _4,
      dispose: _5,
      disposed: _6,
      ...commands
    } = keeper
    expect(sorted(namesIn('Commands', 'command'))).toEqual(sorted(Object.keys(commands)))
  })
  test('selectors', () => {
    expect(sorted(namesIn('Selectors', 'selector'))).toEqual(sorted(Object.keys(keeper.selectors)))
    expect(sorted(Object.keys(index).filter(isSelector))).toEqual(sorted(Object.keys(keeper.selectors)))
  })
  test('hooks', () => {
    const hooks = Object.keys(react).filter((name) => name.startsWith('use'))
    expect(sorted(namesIn('React', 'hook'))).toEqual(sorted(hooks))
  })
  test('tools for tests', () => {
    expect(sorted(namesIn('Testing', 'tool'))).toEqual(sorted(Object.keys(testing)))
  })
  test('signals are exported', () => {
    for (const name of namesIn('Any other wire', 'signal')) expect(Object.keys(index)).toContain(name)
  })
  test('adapters', () => {
    const entries = readdirSync(join(root, 'src/adapters')).filter((name) => name !== 'signal.ts')
    expect(sorted(namesIn('Feed it your stream', 'entry'))).toEqual(
      sorted(entries.map((name) => `redux-turnkeeper/adapters/${name.replace('.ts', '')}`)),
    )
    for (const [entry, reads] of rowsOf('Feed it your stream', 'entry')) {
      const adapter = jest.requireActual<object>(codesIn(entry)[0]!)
      expect(Object.keys(adapter)).toContain(codesIn(reads)[0])
    }
  })
  test('phases, reasons, outcomes, grades, kinds', () => {
    const phases = keysOf<ConversationPhase>({
      idle: 1,
      queued: 1,
      submitted: 1,
      thinking: 1,
      streaming: 1,
      awaiting_input: 1,
      stopping: 1,
    })
    const outcomes = keysOf<Outcome>({
      complete: 1,
      cancelled: 1,
      error: 1,
      interrupted: 1,
      unknown: 1,
      undelivered: 1,
      merged: 1,
    })
    const reasons = keysOf<EndReason>({
      complete: 1,
      cancelled: 1,
      error: 1,
      session_error: 1,
      timeout: 1,
      rescued: 1,
      interrupted: 1,
      superseded: 1,
      undelivered: 1,
    })
    const kinds = keysOf<AssistantKind>({
      loading: 1,
      initializing: 1,
      active: 1,
      self_hosted: 1,
      cleaning_up: 1,
      retired: 1,
      awaiting_version_selection: 1,
      error: 1,
    })
    expect(sorted(namesIn('Phases', 'phase'))).toEqual(phases)
    expect(sorted(namesIn('Ends', 'outcome'))).toEqual(outcomes)
    expect(sorted(namesIn('Ends', 'reason'))).toEqual(reasons)
    expect(sorted(namesIn('Ends', 'grade'))).toEqual(keysOf<Grade>({ witnessed: 1, inferred: 1 }))
    expect(sorted(namesIn('Assistant', 'kind'))).toEqual(kinds)
  })
  test.each(rowsOf('Ends', 'reason').map((cells) => [codesIn(cells[0])[0]!, cells] as const))(
    'an end as %s has the outcome and the grade of its row',
    (reason, [, , outcome, grade]) => {
      expect(endOf({ reason: reason as EndReason })).toMatchObject({
        outcome: codesIn(outcome)[0],
        grade: codesIn(grade)[0],
      })
    },
  )
  test('problems', () => {
    const sources = ['src/middleware/index.ts', 'src/commands.ts'].map((path) =>
      readFileSync(join(root, path), 'utf8'),
    )
    const told = [...sources.join().matchAll(/problem\(\s*(?:lifted \? )?['`]([^'`$]+)/g)].map(([, kind]) =>
      kind!.trim(),
    )
    const kinds = rowsOf('Problems', '`kind`').map(([first]) => codesIn(first)[0]!.replace(/ <.*/, ''))
    expect(sorted(new Set(kinds))).toEqual(sorted(new Set([...told, 'unmounted'])))
  })
})

// ---------------------------------------------------------------- words, commands, figures

/** All words of the sources: what an API name in the text has to be one of. */
function wordsOf(folder: string): Set<string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  )
  return new Set(files.flatMap((name) => readFileSync(join(folder, name), 'utf8').match(/\w+/g) ?? []))
}

test('every name in the text is a name of the package', () => {
  const words = wordsOf(join(root, 'src'))
  /** Of neighbours and of the reader's own app. */
  const others = ['configureStore', 'readEvents', 'sessionID']
  const prose = readme.replace(/```[^]*?```/g, '')
  const names = codesIn(prose).flatMap((code) => code.match(/^[a-z]+[A-Z]\w*/g) ?? [])
  expect(names.length).toBeGreaterThan(150)
  expect(names.filter((name) => !words.has(name) && !others.includes(name))).toEqual([])
})

test('every entry in the text is one of the package', () => {
  const entries = [...readme.matchAll(/['`]redux-turnkeeper(\/[\w/]+)['`]/g)].map(([, path]) => `.${path}`)
  expect(sorted(new Set(entries))).toEqual(
    sorted(Object.keys(manifest.exports).filter((path) => /\w/.test(path) && !path.endsWith('json'))),
  )
})

test('every command in the text is one of the package', () => {
  const scripts = [...readme.matchAll(/npm (?:run )?([\w:]+)/g)].map(([, name]) => name!)
  const npm = ['ci', 'install']
  for (const name of scripts) expect([...Object.keys(manifest.scripts), ...npm]).toContain(name)
  for (const [, path] of readme.matchAll(/-- (\S+\.jsonl)/g)) expect(existsSync(join(root, path!))).toBe(true)
})

test('DevTools: the names and the length of a preview', () => {
  const section = sectionOf('DevTools and time travel')
  const named = ['actionSanitizer', 'stateSanitizer', 'isRoutine', 'createSanitizers', 'devtoolsOptions']
  expect(sorted(Object.keys(devtools))).toEqual(sorted(named))
  for (const name of named) expect(section).toContain(name)
  const long = index.turnSubmitted({ turnId: 't1', conversationId: 'c1', input: 'x'.repeat(100) })
  const { input } = devtools.actionSanitizer(long, 1).payload
  expect(section).toContain(`previews of ${String(input).indexOf('…')} characters`)
})

test('the figures of the scenarios', async () => {
  const folders = ['data', 'data-extra'].map((name) => join(root, '__tests__/scenarios', name))
  const scenarios = loadAll(folders)
  const ours = passes(await judgeAll(keeperSubject, scenarios))
  const usual = passes(await judgeAll(naiveSubject, scenarios))
  const section = sectionOf('What holds')
  const figures = [...section.matchAll(/(\d+) of (\d+) +\|/g)].map(([, held, all]) => [
    Number(held),
    Number(all),
  ])
  expect(figures).toEqual([
    [ours, scenarios.length],
    [usual, scenarios.length],
  ])
  const reported = loadAll([folders[0]!]).length
  expect(section).toContain(`${scenarios.length} scenarios, ${reported} of them`)
  expect(readme).toContain(`${reported} stuck-turn bugs`)
}, 30_000)
