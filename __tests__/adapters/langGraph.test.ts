/** LangGraph: recordings of the official server for Node, and what that server does not send. */
import { createReader, readStatus } from 'redux-turnkeeper/adapters/langGraph'
import type { LangGraphEvent, LangGraphRun, LangGraphThread } from 'redux-turnkeeper/adapters/langGraph'
import { readLines } from './recordings'
import { said } from './said'

const address = { conversationId: 'th', turnId: 't1' }
const metadata = (runId = 'r1', attempt = 1): LangGraphEvent => ({
  event: 'metadata',
  data: { run_id: runId, attempt },
})
const interrupt = (...ids: string[]): LangGraphEvent => ({
  event: 'updates',
  data: { __interrupt__: ids.map((id) => ({ id, value: 'ok?' })) },
})
const end = (status?: string, runId = 'r1'): LangGraphEvent => ({
  event: 'end',
  data: status === undefined ? null : { run_id: runId, status },
})
const reading = (...events: LangGraphEvent[]) => {
  const reader = createReader(address)
  const lines = events.map((event) => said(reader.read(event)))
  return {
    reader,
    lines,
    last: lines.at(-1)!,
    closed: (how = 'clean_end' as const) => said(reader.close(how)),
  }
}

// ---------------------------------------------------------------- recordings

/** What the streams of a recording say, one list a response; the runs by the order in which they came. */
function play(name: string, resumes = false) {
  const runs: string[] = []
  const lists: string[][] = []
  let reader = createReader(address)
  for (const { dir, msg } of readLines(name)) {
    if (dir !== 'in') continue
    if (msg.stream && msg.status === 200) {
      if (msg.location) reader = createReader(address, { resumes: resumes && lists.length > 0 })
      lists.push([])
    }
    const { ev, closed } = msg
    if (ev) {
      const { data } = ev as { data?: { run_id?: string } }
      if (data?.run_id && !runs.includes(data.run_id)) runs.push(data.run_id)
      lists.at(-1)?.push(...said(reader.read(ev as LangGraphEvent)))
    }
    if (closed && closed !== 'cancelled') lists.at(-1)?.push(...said(reader.close(closed)))
  }
  const short = (line: string) => runs.reduce((text, id, n) => text.replace(id, `r${n + 1}`), line)
  return lists.map((list) => [...new Set(list.map(short))])
}

/** What the bodies of the status check say, one a check. */
function checks(name: string) {
  const answers: unknown[] = []
  let thread: LangGraphThread | null = null
  for (const { dir, msg } of readLines(name)) {
    if (dir !== 'in' || !msg.http?.startsWith('GET')) continue
    if (!msg.http.includes('/runs')) thread = msg.status === 404 ? null : (msg.body as LangGraphThread)
    else {
      const runs = msg.body as LangGraphRun[]
      const ids = Array.isArray(runs) ? runs.map(({ run_id }) => run_id) : []
      const text = JSON.stringify(readStatus(thread, runs))
      answers.push(JSON.parse(ids.reduce((told, id, n) => told.replaceAll(id, `r${n + 1}`), text)))
    }
  }
  return answers
}

describe('recordings of the official server', () => {
  test('a run: the stream is closed without a word, and the check names its end', () => {
    expect(play('langgraph-normal')).toEqual([
      [
        'turnStarted th t1 r1',
        'turnProgressed th t1 r1 output',
        'turnProgressed th t1 r1 step_done',
        'requestEnded th t1 r1 clean_end',
      ],
    ])
    expect(checks('langgraph-normal')).toEqual([
      { status: 'idle', last: { runId: 'r1', turnId: 't1', outcome: 'complete' } },
    ])
  })

  test('a run that fails', () => {
    expect(play('langgraph-error')).toEqual([
      ['turnStarted th t1 r1', 'errorReported th t1 r1 no quota', 'turnEnded th t1 r1 error no quota'],
    ])
    expect(checks('langgraph-error')).toEqual([
      { status: 'idle', last: { runId: 'r1', turnId: 't1', outcome: 'error' } },
    ])
  })

  test('a run that is cancelled is closed as one that is done: only the check tells', () => {
    expect(play('langgraph-interrupted')).toEqual([
      ['turnStarted th t1 r1', 'requestEnded th t1 r1 clean_end'],
    ])
    expect(checks('langgraph-interrupted')).toEqual([
      { status: 'running', turnId: 't1', runId: 'r1' },
      { status: 'idle', last: { runId: 'r1', turnId: 't1', outcome: 'cancelled' } },
    ])
  })

  test('a pause is not an end: the run that answers carries the turn on', () => {
    const [first, second] = play('langgraph-question', true)

    expect(first!.at(-1)).toMatch(/^inputRequested th t1 r1 [0-9a-f]{32}$/)
    expect(first!.join()).not.toContain('turnEnded')
    expect(second!.slice(0, 2)).toEqual(['inputResolved th t1', 'turnStarted th t1 r2'])
    expect(checks('langgraph-question')).toMatchObject([
      {
        status: 'awaiting_input',
        turnId: 't1',
        runId: 'r1',
        questions: [{ kind: 'interrupt', prompt: { question: 'ok?' } }],
      },
      { status: 'idle', last: { runId: 'r2', turnId: 't1', outcome: 'complete' } },
    ])
  })

  test('a run that waits behind another is not the one that runs', () => {
    expect(checks('langgraph-busy')).toEqual([
      { status: 'running', turnId: 't1', runId: 'r1' },
      { status: 'idle', last: { runId: 'r2', turnId: 't3', outcome: 'complete' } },
    ])
  })

  test('a stream that was dropped is read on after its last event', () => {
    const [before, after] = play('langgraph-drop-rejoin')

    expect(before).toContain('turnStarted th t1 r1')
    expect(after!.at(-1)).toBe('requestEnded th t1 r1 clean_end')
  })

  test('a thread that is not there is absent', () => {
    expect(checks('langgraph-unknown-thread')).toEqual([{ status: 'absent' }])
  })
})

// ---------------------------------------------------------------- a run’s stream

describe('`end`, of servers that send it', () => {
  test.each([
    ['success', 'complete'],
    ['error', 'error'],
    ['rollback', 'cancelled'],
    ['timeout', 'interrupted timeout'],
  ])('%s', (status, reason) => {
    const { last, closed } = reading(metadata(), end(status))

    expect(last).toEqual([`turnEnded th t1 r1 ${reason}`])
    expect(closed()).toEqual([])
  })

  test('an error is told with the end', () => {
    const error = { event: 'error', data: { error: 'RateLimitError', message: 'no quota' } }

    expect(reading(metadata(), error, end('error')).last).toEqual(['turnEnded th t1 r1 error no quota'])
  })

  test('interrupted: a question where one was seen, else only a reason to check', () => {
    expect(reading(metadata(), interrupt('q1', 'q2'), end('interrupted')).last).toEqual([
      'inputRequested th t1 r1 q1',
      'inputRequested th t1 r1 q2',
    ])
    const { last, closed } = reading(metadata(), end('interrupted'))
    expect(last).toEqual([])
    expect(closed()).toEqual(['requestEnded th t1 r1 clean_end'])
  })

  test('without its status it says no more than the close', () => {
    const { last, closed } = reading(metadata(), end())

    expect(last).toEqual([])
    expect(closed()).toEqual(['requestEnded th t1 r1 clean_end'])
  })

  test('of another run it says nothing', () => {
    expect(reading(metadata(), end('success', 'r2')).last).toEqual([])
  })
})

test('one interrupt that two modes tell of is one question', () => {
  const values = { event: 'values', data: { __interrupt__: [{ id: 'q1', value: 'ok?' }] } }

  expect(reading(metadata(), interrupt('q1'), values, end('success')).last).toEqual([
    'inputRequested th t1 r1 q1',
  ])
})

test('a second attempt shows that the run goes on, and forgets the error of the first', () => {
  const error = { event: 'error', data: { error: 'Error', message: 'gone' } }
  const { last, closed } = reading(metadata(), error, metadata('r1', 2))

  expect(last).toEqual(['turnRetrying th t1 r1'])
  expect(closed()).toEqual(['requestEnded th t1 r1 clean_end'])
})

test('a stream that breaks off was lost, whatever it had told', () => {
  const reader = createReader(address)
  ;[metadata(), interrupt('q1')].forEach((event) => reader.read(event))

  expect(said(reader.close('failed'))).toEqual(['requestEnded th t1 r1 failed'])
})

test('tools and subgraphs open and close; text of a subgraph is text', () => {
  const tool = (event: string) => ({ event: 'tools', data: { event, toolCallId: 'k1', name: 'bash' } })
  const chunk = { id: 'k1', name: 'bash', args: '' }

  expect(reading(tool('on_tool_start')).last).toEqual(['turnProgressed th t1 tool_open k1 bash'])
  expect(reading(tool('on_tool_error')).last).toEqual(['turnProgressed th t1 tool_closed k1 bash'])
  expect(
    reading({
      event: 'messages',
      data: [{ type: 'AIMessageChunk', content: '', tool_call_chunks: [chunk] }, {}],
    }).last,
  ).toEqual(['turnProgressed th t1 tool_open k1 bash'])
  expect(reading({ event: 'messages', data: [{ type: 'tool', tool_call_id: 'k1' }, {}] }).last).toEqual([
    'turnProgressed th t1 tool_closed k1',
  ])
  expect(
    reading({ event: 'lifecycle|scout:1', data: { event: 'started', namespace: ['scout:1'] } }).last,
  ).toEqual(['turnProgressed th t1 tool_open scout:1'])
  expect(reading({ event: 'messages|scout:1', data: [{ type: 'ai', content: 'Hi' }, {}] }).last).toEqual([
    'turnProgressed th t1 output',
  ])
  expect(reading({ event: 'error|scout:1', data: { message: 'x' } }).last).toEqual([
    'turnProgressed th t1 reasoning',
  ])
})

test('a prompt of the person, and what nobody knows, is no sign of work', () => {
  expect(reading({ event: 'messages', data: [{ type: 'human', content: 'Hi' }, {}] }).last).toEqual([])
  expect(reading({ event: 'feedback', data: {} }).last).toEqual([])
})

// ---------------------------------------------------------------- the status check

describe('the status check', () => {
  const run = (id: string, status: string, rest: Partial<LangGraphRun> = {}): LangGraphRun => ({
    run_id: id,
    status,
    created_at: `2026-01-01T00:00:0${id.slice(1)}Z`,
    metadata: { turn_id: `t${id.slice(1)}` },
    ...rest,
  })

  test('the order of the list does not matter', () => {
    const runs = [run('r1', 'success'), run('r2', 'error')]

    for (const list of [runs, runs.toReversed()]) {
      expect(readStatus({ status: 'idle' }, list)).toEqual({
        status: 'idle',
        last: { runId: 'r2', turnId: 't2', outcome: 'error' },
      })
    }
  })

  test('a run without a time is older than those that have one', () => {
    const runs = [run('r1', 'error'), run('r2', 'success', { created_at: undefined as never })]

    expect(readStatus({ status: 'idle' }, runs).last?.runId).toBe('r1')
  })

  test('a run that answers belongs to the turn of the run before it: that one is not over', () => {
    const runs = [
      run('r1', 'success'),
      run('r2', 'success'),
      run('r3', 'running', { metadata: null, kwargs: { command: { resume: 'yes' } } }),
    ]

    expect(readStatus({ status: 'busy' }, runs)).toEqual({
      status: 'running',
      runId: 'r3',
      turnId: 't2',
      continues: 'r2',
      last: { runId: 'r1', turnId: 't1', outcome: 'complete' },
    })
  })

  test('a turn that waits is not over, and the one before it is', () => {
    const thread = { status: 'interrupted', interrupts: { task: [{ id: 'q1', value: 'ok?' }] } }

    expect(readStatus(thread, [run('r1', 'success'), run('r2', 'interrupted')])).toEqual({
      status: 'awaiting_input',
      runId: 'r2',
      turnId: 't2',
      questions: [{ requestId: 'q1', kind: 'interrupt', prompt: 'ok?' }],
      last: { runId: 'r1', turnId: 't1', outcome: 'complete' },
    })
  })

  test('a breakpoint waits without a question; a cancelled run leaves its thread interrupted and does not wait', () => {
    expect(readStatus({ status: 'interrupted', interrupts: {} }, [run('r1', 'success')])).toEqual({
      status: 'awaiting_input',
      runId: 'r1',
      turnId: 't1',
    })
    expect(readStatus({ status: 'interrupted', interrupts: {} }, [run('r1', 'interrupted')])).toEqual({
      status: 'idle',
      last: { runId: 'r1', turnId: 't1', outcome: 'cancelled' },
    })
  })

  test('a run that was taken for steering was added to another; one that ran out of time was cut off', () => {
    const taken = run('r1', 'interrupted', { cancel_reason: 'taken:r2' })

    expect(readStatus({ status: 'idle' }, [taken]).last?.outcome).toBe('merged')
    expect(readStatus({ status: 'idle' }, [run('r1', 'timeout')]).last).toMatchObject({
      outcome: 'interrupted',
      error: { message: 'timeout', code: 'timeout' },
    })
  })

  test('the words of a failed run are those of its thread', () => {
    const error = { error: 'RateLimitError', message: 'no quota' }

    expect(readStatus({ status: 'error', error }, [run('r1', 'error')]).last?.error).toEqual({
      message: 'no quota',
      code: 'RateLimitError',
    })
  })

  test('a busy thread runs, also where the list does not have its run', () => {
    expect(readStatus({ status: 'busy' }, [])).toEqual({ status: 'running' })
    expect(readStatus({ detail: 'Internal error' } as never, [run('r1', 'success')])).toEqual({
      status: 'no_status',
      last: { runId: 'r1', turnId: 't1', outcome: 'complete' },
    })
  })
})
