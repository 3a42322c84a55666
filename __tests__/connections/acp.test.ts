/** `connectAcp` against an agent of the official library, in a process of its own; these tests wait for a real process. */
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { configureStore } from '@reduxjs/toolkit'
import { createTurnkeeper, stateRestored } from 'redux-turnkeeper'
import { connectAcp } from 'redux-turnkeeper/connections/acp'
import type { ConnectAcpOptions } from 'redux-turnkeeper/connections/acp'
import { createManualEnvironment } from 'redux-turnkeeper/testing'
import { woke } from '../../src/actions'
import { openPage } from './requestWorld'
import { overStdio } from './stdio'

const AGENT = join(__dirname, 'acpAgent.mjs')
const opened: { close(): void }[] = []
afterEach(() => opened.splice(0).forEach((app) => app.close()))

/** Resolves when it holds. */
async function until(holds: () => boolean, what: () => unknown = () => undefined): Promise<void> {
  for (let n = 0; n < 1_000; n++) {
    if (holds()) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error(`It does not hold within 10 s: ${JSON.stringify(what())}`)
}

function open(options: Partial<ConnectAcpOptions> = {}) {
  const children: ChildProcess[] = []
  const heard: string[] = []
  const problems: unknown[] = []
  const connection = connectAcp({
    openTransport: overStdio(AGENT, (child) => void children.push(child)),
    sessionParams: () => ({ cwd: '/', mcpServers: [] }),
    onEvent: ({ method }, { isReplay }) => void heard.push(isReplay ? `${method} again` : method),
    ...options,
  })
  const keeper = createTurnkeeper({
    connection,
    environment: createManualEnvironment(),
    onProblem: (problem) => void problems.push(problem),
    onError: (error) => void problems.push(String(error)),
  })
  const store = configureStore({
    reducer: { [keeper.reducerPath]: keeper.reducer },
    middleware: (getDefault) => getDefault().prepend(keeper.middleware),
  })
  const { selectors } = keeper
  const ends = () =>
    selectors
      .selectHistory(store.getState())
      .map(({ turnId, reason, outcome, grade }) => `${turnId} ${reason} ${outcome} ${grade}`)
  const app = {
    connection,
    keeper,
    store,
    children,
    heard,
    problems,
    ends,
    newSession: async () =>
      ((await connection.request('session/new', { cwd: '/', mcpServers: [] })) as { sessionId: string })
        .sessionId,
    submit: (conversationId: string, turnId: string, input: string) =>
      store.dispatch(keeper.submitTurn({ conversationId, turnId, input })),
    phase: (id: string) => selectors.selectPhase(store.getState(), id),
    /** When so many turns have ended. */
    over: (count = 1) => until(() => ends().length === count, ends),
    questions: (id: string) => selectors.selectPendingInputs(store.getState(), id),
    close() {
      keeper.dispose()
      children.forEach((child) => child.kill())
    },
  }
  opened.push(app)
  return app
}
async function openSession() {
  const app = open()
  return { ...app, id: await app.newSession() }
}

test.each([
  ['hello', 't1 complete complete witnessed'],
  ['long', 't1 interrupted interrupted witnessed'],
  ['fail', 't1 error error witnessed'],
  ['refuse', 't1 error error inferred'],
])('"%s": the answer to the prompt is the end', async (input, end) => {
  const { submit, id, over, ends, problems } = await openSession()
  submit(id, 't1', input)
  await over()

  expect(ends()).toEqual([end])
  expect(problems).toEqual([])
})

test.each(['hang', 'silent'])(
  'a stop is a cancel, also where the agent has shown nothing: "%s"',
  async (input) => {
    const { submit, id, over, ends, store, keeper, phase } = await openSession()
    submit(id, 't1', input)
    if (input === 'hang') await until(() => phase(id) === 'streaming')
    else await new Promise((resolve) => setTimeout(resolve, 100))
    store.dispatch(keeper.stopTurn({ conversationId: id }))
    await over()

    expect(ends()).toEqual(['t1 cancelled cancelled witnessed'])
  },
)

describe('a permission', () => {
  async function ask() {
    const app = await openSession()
    app.submit(app.id, 't1', 'ask')
    await until(() => app.phase(app.id) === 'awaiting_input')
    return { ...app, requestId: app.questions(app.id)[0]!.requestId! }
  }

  test('is a question that an option answers', async () => {
    const { id, store, keeper, requestId, over, ends, questions } = await ask()
    expect(questions(id)[0]).toMatchObject({ kind: 'session/request_permission', prompt: { toolCall: {} } })
    await store.dispatch(keeper.answerInput({ conversationId: id, requestId, answer: 'yes' }))
    await over()

    expect([ends(), questions(id)]).toEqual([['t1 complete complete witnessed'], []])
  })

  test('is cancelled by a stop, before the cancel: the agent waits for it', async () => {
    const { id, store, keeper, over, ends, questions } = await ask()
    store.dispatch(keeper.stopTurn({ conversationId: id }))
    await over()

    expect([ends(), questions(id)]).toEqual([['t1 cancelled cancelled witnessed'], []])
  })

  test('of an agent that has gone is gone', async () => {
    const { children, over, ends, questions, id } = await ask()
    children[0]!.kill('SIGKILL')
    await over()

    expect([ends(), questions(id)]).toEqual([['t1 interrupted interrupted inferred'], []])
  })
})

test('what the agent asks of the client is answered by the app, or refused', async () => {
  const onRequest = (method: string) =>
    method === 'fs/read_text_file' ? { content: 'notes' } : Promise.reject(new Error('no'))
  const served = open({ onRequest })
  served.submit(await served.newSession(), 't1', 'read')
  await served.over()
  expect(served.ends()).toEqual(['t1 complete complete witnessed'])

  const alone = open()
  alone.submit(await alone.newSession(), 't1', 'read')
  await alone.over()
  expect(alone.ends()).toEqual(['t1 error error witnessed'])
})

test('the agent dies: its turns end, inferred; the next prompt finds a new one, with the session loaded', async () => {
  const { submit, id, over, ends, children, heard, phase } = await openSession()
  const other = 'kept-2'
  submit(other, 't2', 'hang')
  await until(() => phase(other) === 'streaming')
  submit(id, 't1', 'exit')
  await over(2)
  expect([...ends()].sort()).toEqual([
    't1 interrupted interrupted inferred',
    't2 interrupted interrupted inferred',
  ])
  submit(id, 't3', 'hello')
  await over(3)

  expect(ends().at(-1)).toBe('t3 complete complete witnessed')
  expect(children).toHaveLength(2)
  expect(heard).toContain('session/update again')
})

test('a session that the agent does not have takes no prompt: the text comes back', async () => {
  const { submit, over, ends, store, keeper } = open()
  submit('lost', 't1', 'hello')
  await over()

  expect(ends()).toEqual(['t1 undelivered undelivered inferred'])
  expect(keeper.selectors.selectDrafts(store.getState(), 'lost')).toMatchObject([{ input: 'hello' }])
})

test('a turn that a reload brought back went with the page', async () => {
  const first = await openSession()
  first.submit(first.id, 't1', 'hang')
  await until(() => first.phase(first.id) === 'streaming')
  const kept = first.keeper.selectors.selectPersisted(first.store.getState())
  first.close()
  const second = open()
  second.store.dispatch(stateRestored(JSON.parse(JSON.stringify(kept)) as typeof kept))
  await second.over()

  expect(second.ends()).toEqual(['t1 interrupted interrupted inferred'])
})

test('after a sleep a connection that answers is kept, and its turns with it', async () => {
  const { submit, id, children, phase, store, keeper, over, ends } = await openSession()
  submit(id, 't1', 'hang')
  await until(() => phase(id) === 'streaming')
  store.dispatch(woke({ shiftMs: 60_000 }))
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(children).toHaveLength(1)
  store.dispatch(keeper.stopTurn({ conversationId: id }))
  await over()

  expect(ends()).toEqual(['t1 cancelled cancelled witnessed'])
})

test('after a sleep an agent that does not answer is replaced, and its turns are over', async () => {
  const app = open({ aliveTimeout: 100 })
  const id = await app.newSession()
  app.submit(id, 't1', 'hang')
  await until(() => app.phase(id) === 'streaming')
  app.children[0]!.kill('SIGSTOP')
  app.store.dispatch(woke({ shiftMs: 60_000 }))
  await app.over()
  app.children[0]!.kill('SIGKILL')

  expect(app.ends()).toEqual(['t1 interrupted interrupted inferred'])
  expect(app.children).toHaveLength(2)
})

test('an agent that starts slowly is waited for; one that does not answer for 30 s is started again', async () => {
  const answers: ((message: object) => void)[] = []
  const page = openPage(
    connectAcp({
      openTransport: (on) => {
        answers.push((message) => on.message(message))
        return { send: () => undefined, close: () => undefined }
      },
      sessionParams: () => ({ cwd: '/', mcpServers: [] }),
    }) as never,
  )
  opened.push(page)
  await page.clock.advanceAsync(29_000)
  expect(answers).toHaveLength(1)
  await page.clock.advanceAsync(2_000)
  expect(answers).toHaveLength(2)
  await page.clock.advanceAsync(25_000)
  answers[1]!({ jsonrpc: '2.0', id: 1, result: { protocolVersion: 1 } })
  await page.clock.advanceAsync(60_000)
  expect(answers).toHaveLength(2)
})

test('options that are wrong or missing are named', () => {
  expect(() => connectAcp({ sessionParams: () => ({}) })).toThrow(
    'option "url" or "openTransport" is missing',
  )
  expect(() => connectAcp({ url: 'ws://agent' } as never)).toThrow('option "sessionParams" is missing')
  expect(() => connectAcp({ url: 'ws://agent', sessionParams: {} } as never)).toThrow('"sessionParams"')
})
