/** The two examples of wiring, run as they stand: a browser mirror, and a projection in Node without a DOM. */
import type { KeeperState } from 'redux-turnkeeper'
import { createManualEnvironment, createScriptedBackend } from 'redux-turnkeeper/testing'
import { rowsOf } from '../../src/state/table'
import { flushMicrotasks } from '../../src/testing/flush'
import { createRunner } from '../docs/runner'

const call = <T>(value: unknown): T => value as T

test('a browser mirror: busy from the click, sessions as pushed, a stop that fails', async () => {
  const { ports, ...backend } = createScriptedBackend()
  const { run, dispose } = createRunner({
    modules: { './ports': { ports } },
    options: { environment: createManualEnvironment() },
  })
  const app = await run('sessions', 'mirror.ts')
  const mirror = call<(event: object) => void>(app['mirror'])
  const view = () =>
    call<(id: string) => { busy: boolean; session: string; error: string | null }>(app['view'])('c1')
  const session = (status: string, updatedAt: number) =>
    mirror({ type: 'session', thread: 'c1', status, updatedAt })

  session('ready', 1)
  call<(id: string, input: string) => void>(app['send'])('c1', 'hello')
  expect(view()).toEqual({ busy: true, session: 'ready', error: null })
  session('ready', 1)
  expect(view().busy).toBe(true)
  backend.accept('send', { runId: 'r1' })
  await flushMicrotasks()
  session('running', 2)
  mirror({ type: 'turn.started', thread: 'c1', turn: 'r1' })
  mirror({ type: 'turn.delta', thread: 'c1', turn: 'r1' })
  expect(view()).toEqual({ busy: true, session: 'running', error: null })

  call<(id: string) => void>(app['stop'])('c1')
  expect(view()).toMatchObject({ busy: false, session: 'stopped' })
  backend.refuse('stopSession', { error: { message: 'no permission' } })
  await flushMicrotasks()
  expect(view()).toEqual({ busy: true, session: 'running', error: 'no permission' })

  mirror({ type: 'turn.asks', thread: 'c1', turn: 'r1', request: 'q1', prompt: 'sure?' })
  mirror({ type: 'turn.ended', thread: 'c1', turn: 'title' })
  expect(view().busy).toBe(true)
  mirror({ type: 'turn.ended', thread: 'c1', turn: 'r1' })
  expect(view()).toMatchObject({ busy: false, session: 'ready' })
  dispose()
})

describe('a projection in Node', () => {
  type Event = { type: string; conversationId: string; turnId?: string; cursor?: string; error?: object }

  async function start(kept?: object, processes: readonly string[] = []) {
    let push: (event: Event) => void = () => undefined
    const killed: string[] = []
    const ended: { turnId: string; outcome: string }[] = []
    const provider = {
      start: async () => ({ status: 'accepted' }),
      kill: async (id: string) => (killed.push(id), { status: 'refused', reason: 'no_session' }),
      processes: async () => processes.map((conversationId) => ({ conversationId })),
      subscribe: (listener: typeof push) => void (push = listener),
    }
    const journal = { append: (turn: never) => void ended.push(turn), load: () => kept }
    const { run } = createRunner({ modules: { './provider': { provider }, './journal': { journal } } })
    const app = await run('sessions', 'projection.ts')
    return {
      app,
      killed,
      ended,
      push: (event: Event) => push(event),
      state: () => call<{ getState(): { turnkeeper: KeeperState } }>(app['projection']).getState(),
      /** The sessions that are known, by conversation. */
      sessions: () =>
        Object.fromEntries(
          rowsOf(
            call<{ getState(): { turnkeeper: KeeperState } }>(app['projection']).getState().turnkeeper
              .conversations.byId,
          ).map(({ conversationId, session }) => [conversationId, session]),
        ),
      close: () => call<() => void>(app['close'])(),
    }
  }

  test('runs where there is no document and no window', async () => {
    expect([typeof document, typeof window]).toEqual(['undefined', 'undefined'])
    const process = await start()
    process.push({ type: 'up', conversationId: 'c1', cursor: 'thread-1' })
    const { turnId } = call<(id: string, input: string) => { turnId: string }>(process.app['prompt'])(
      'c1',
      'hello',
    )
    await flushMicrotasks()
    process.push({ type: 'begins', conversationId: 'c1', turnId })
    expect(process.sessions()).toMatchObject({ c1: { status: 'running', resumeCursor: 'thread-1' } })
    process.push({ type: 'ends', conversationId: 'c1', turnId })
    expect(process.ended).toMatchObject([{ turnId, outcome: 'complete' }])
    expect(process.sessions()).toMatchObject({ c1: { status: 'ready' } })
    process.close()
  })

  test('the next process stops what did not survive, and keeps what did; both are let go when idle', async () => {
    const first = await start()
    const prompt = call<(id: string, input: string) => { turnId: string }>(first.app['prompt'])
    for (const conversationId of ['c1', 'c2', 'c3']) {
      first.push({ type: 'up', conversationId, cursor: `thread of ${conversationId}` })
      if (conversationId === 'c3') continue
      const { turnId } = prompt(conversationId, 'hello')
      await flushMicrotasks()
      first.push({ type: 'begins', conversationId, turnId })
    }
    const kept = JSON.parse(JSON.stringify(first.state()))
    first.close()

    const second = await start(kept, ['c2'])
    expect(second.sessions()).toMatchObject({
      c1: { status: 'stopped', resumeCursor: 'thread of c1' },
      c2: { status: 'running', resumeCursor: 'thread of c2' },
      c3: { status: 'ready' },
    })
    expect(second.ended).toMatchObject([{ conversationId: 'c1', outcome: 'interrupted' }])

    const reap = call<(now: number) => void>(second.app['reap'])
    reap(Date.now())
    expect(second.killed).toEqual([])
    reap(Date.now() + 31 * 60_000)
    expect(second.killed).toEqual(['c3'])
    await flushMicrotasks()
    second.push({ type: 'down', conversationId: 'c2', error: { message: 'out of memory' } })
    expect(second.ended).toMatchObject([{ outcome: 'interrupted' }, { outcome: 'error' }])
    second.close()
  })
})
