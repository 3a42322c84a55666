/** `connectClaudeAgent`: a query to a turn, with the `query` and the stored messages of an SDK that the test plays. */
import { stateRestored } from 'redux-turnkeeper'
import { connectClaudeAgent } from 'redux-turnkeeper/connections/claudeAgent'
import type {
  ClaudeAgentMessage,
  ClaudeAgentPrompt,
  ClaudeAgentQueryOptions,
  ClaudeAgentStoredMessage,
} from 'redux-turnkeeper/connections/claudeAgent'
import { flushMicrotasks } from 'redux-turnkeeper/testing'
import { conversationId, openPage } from './requestWorld'
import type { Page } from './requestWorld'

const pages: Page[] = []
afterEach(() => pages.splice(0).forEach((page) => page.close()))

/** A query whose messages the test says. It ends as the real one does: when the prompt ends, or it is torn. */
function createQuery(prompt: AsyncIterable<ClaudeAgentPrompt>, options: ClaudeAgentQueryOptions) {
  const prompts: ClaudeAgentPrompt[] = []
  const waiting: (ClaudeAgentMessage | Error | null)[] = []
  let wake: () => void = () => undefined
  const push = async (message: ClaudeAgentMessage | Error | null): Promise<void> => {
    waiting.push(message)
    wake()
    await flushMicrotasks()
  }
  void (async () => {
    for await (const message of prompt) prompts.push(message)
    await push(null)
  })()
  async function* messages(): AsyncGenerator<ClaudeAgentMessage> {
    for (;;) {
      const next = waiting.shift()
      if (next === null) return
      if (next instanceof Error) throw next
      if (next) yield next
      else await new Promise<void>((resolve) => (wake = resolve))
    }
  }
  const query = Object.assign(messages(), {
    interrupts: 0,
    interrupt: async () => void query.interrupts++,
    tasksStopped: [] as string[],
    stopTask: async (taskId: string) => void query.tasksStopped.push(taskId),
  })
  return { query, options, prompts, tell: push }
}

function createSdk() {
  const queries: ReturnType<typeof createQuery>[] = []
  const stored: ClaudeAgentStoredMessage[] = []
  return { queries, stored, last: () => queries.at(-1)! }
}
function open(sdk = createSdk(), clock?: Page['clock']) {
  const heard: string[] = []
  const connection = connectClaudeAgent({
    query({ prompt, options }) {
      sdk.queries.push(createQuery(prompt, options))
      return sdk.last().query
    },
    getSessionMessages: async () => sdk.stored,
    onEvent: ({ type }, { turnId }) => void heard.push(`${type} ${turnId}`),
  })
  const page = openPage(connection as never, clock)
  pages.push(page)
  return { ...page, sdk, heard }
}
const init: ClaudeAgentMessage = { type: 'system', subtype: 'init' }
const result: ClaudeAgentMessage = {
  type: 'result',
  subtype: 'success',
  stop_reason: 'end_turn',
  terminal_reason: 'completed',
  user_message_uuids: ['t1'],
}
async function begin() {
  const world = open()
  await world.submit('t1')
  await world.sdk.last().tell(init)
  return world
}
const stored = (type: string, uuid: string, message: object) => ({ type, uuid, message })

test('a prompt is a query of its own; its first message says that it arrived, its result that it is over', async () => {
  const { sdk, submit, phase, ends, heard } = open()
  await submit('t1')
  expect(sdk.last().options).toMatchObject({ sessionId: conversationId })
  expect(sdk.last().prompts).toEqual([
    {
      type: 'user',
      uuid: 't1',
      session_id: conversationId,
      parent_tool_use_id: null,
      message: { role: 'user', content: 'text of t1' },
    },
  ])
  expect(phase()).toBe('submitted')
  await sdk.last().tell(init)
  expect(phase()).toBe('thinking')
  await sdk.last().tell(result)

  expect(ends()).toEqual(['t1 complete complete witnessed'])
  expect(heard).toEqual(['system t1', 'result t1'])
})

test('a session that has messages is resumed; the next prompt waits for the process of the one before', async () => {
  const { sdk, submit, ends } = await begin()
  sdk.stored.push(stored('user', 't1', { content: 'hello' }))
  await submit('t2')
  expect(sdk.queries).toHaveLength(1)
  await sdk.last().tell(result)
  expect(ends()).toHaveLength(1)

  expect(sdk.queries).toHaveLength(2)
  expect(sdk.last().options).toMatchObject({ resume: conversationId })
  expect(sdk.last().prompts).toMatchObject([{ uuid: 't2' }])
})

test('a stop interrupts the query, whose result says so', async () => {
  const { sdk, stop, ends } = await begin()
  await stop()
  expect(sdk.last().query.interrupts).toBe(1)
  await sdk
    .last()
    .tell({ ...result, subtype: 'error_during_execution', terminal_reason: 'aborted_streaming' })

  expect(ends()).toEqual(['t1 cancelled cancelled witnessed'])
})

describe('a task', () => {
  const task = (subtype: string, rest: object = {}): ClaudeAgentMessage => ({
    type: 'system',
    subtype,
    task_id: 'k7',
    ...rest,
  })
  async function withTask() {
    const world = await begin()
    await world.sdk.last().tell(task('task_started', { description: 'Explore' }))
    const runs = () =>
      world.keeper.selectors
        .selectBackgroundRuns(world.store.getState(), conversationId)
        .map(({ name, phase }) => `${name}: ${phase}`)
    const stopTask = () => world.dispatch(world.keeper.stopBackgroundRun({ conversationId, runId: 'k7' }))
    return { ...world, runs, stopTask }
  }

  test('is stopped by its id; it is over when it says so', async () => {
    const { sdk, runs, stopTask, phase } = await withTask()
    expect(runs()).toEqual(['Explore: running'])
    await stopTask()
    expect([sdk.last().query.tasksStopped, runs()]).toEqual([['k7'], ['Explore: stopping']])
    await sdk.last().tell(task('task_notification', { status: 'stopped' }))
    expect([runs(), phase()]).toEqual([[], 'thinking'])
  })

  test('is gone with the process of its query', async () => {
    const { sdk, runs, stopTask } = await withTask()
    await sdk.last().tell(result)
    await flushMicrotasks()
    expect(runs()).toEqual([])
    await stopTask()
    expect(sdk.last().query.tasksStopped).toEqual([])
  })
})

describe('a permission', () => {
  async function ask(signal = new AbortController().signal) {
    const world = await begin()
    const decided = world.sdk
      .last()
      .options.canUseTool('Bash', { command: 'ls' }, { signal, toolUseID: 'k1' })
    await flushMicrotasks()
    return { ...world, decided }
  }

  test('is a question, and its answer is the decision', async () => {
    const { answer, decided, phase, questions, store, keeper } = await ask()
    expect([phase(), questions()]).toEqual(['awaiting_input', ['k1 open']])
    const [asked] = keeper.selectors.selectPendingInputs(store.getState(), conversationId)
    expect(asked).toMatchObject({
      kind: 'can_use_tool',
      prompt: { toolName: 'Bash', input: { command: 'ls' } },
    })
    await answer('k1', { behavior: 'allow', updatedInput: { command: 'ls -a' } })

    expect(await decided).toEqual({ behavior: 'allow', updatedInput: { command: 'ls -a' } })
    expect([phase(), questions()]).toEqual(['thinking', []])
  })

  test('that the agent gives up is no question any more', async () => {
    const withdrawn = new AbortController()
    const { decided, questions } = await ask(withdrawn.signal)
    withdrawn.abort()
    await flushMicrotasks()

    expect(questions()).toEqual([])
    expect(await decided).toMatchObject({ behavior: 'deny' })
  })
})

describe('a query that is lost', () => {
  test('is over; its stored messages tell how', async () => {
    const { sdk, clock, ends } = await begin()
    sdk.stored.push(
      stored('user', 't1', { content: 'hello' }),
      stored('assistant', 'a1', { content: [], stop_reason: 'end_turn' }),
    )
    await sdk.last().tell(new Error('the process was killed'))
    await clock.advanceAsync(1)

    expect(ends()).toEqual(['t1 rescued complete witnessed'])
  })

  test('without a word of how it ended, that is not known', async () => {
    const { sdk, clock, ends } = await begin()
    await sdk.last().tell(new Error('the process was killed'))
    await clock.advanceAsync(1)

    expect(ends()).toEqual(['t1 rescued unknown inferred'])
  })

  test('so is one that a reload brought back', async () => {
    const world = await begin()
    const kept = world.kept()
    world.close()
    const next = open(world.sdk, world.clock)
    await next.dispatch(stateRestored(kept))
    await next.clock.advanceAsync(1)

    expect(next.ends()).toEqual(['t1 rescued unknown inferred'])
  })
})

test('an open query that is silent ends nothing: only it can tell', async () => {
  const { clock, isBusy, problems } = await begin()
  await clock.advanceAsync(10 * 60_000)

  expect(isBusy()).toBe(true)
  expect(problems).toEqual([])
})

test('turns are given UUIDs, and options that are missing are named', () => {
  const sdk = { query: () => undefined as never, getSessionMessages: async () => [] }
  expect(connectClaudeAgent(sdk).options!.createId!()).toMatch(/^[0-9a-f-]{36}$/)
  expect(() => connectClaudeAgent({ query: sdk.query } as never)).toThrow(
    'option "getSessionMessages" is missing',
  )
  expect(() => connectClaudeAgent({} as never)).toThrow('option "query" is missing')
})
