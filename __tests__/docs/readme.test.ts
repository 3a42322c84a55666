/** The README's code does what the README says. */
import { flushMicrotasks } from 'redux-turnkeeper/testing'
import { conversationId, watch } from './app'
import type { Made } from './app'
import { createPlatform } from './platform'

type Transcript = { readonly transcript: Readonly<Record<string, readonly object[]>> }

test('the ten lines: busy until it is over', async () => {
  const platform = createPlatform()
  platform.server.answer = () => Response.json({ runId: 'r1' }, { status: 202 })
  const app = watch(await platform.run<Made>('README', 1))
  await flushMicrotasks()
  expect(platform.requests).toMatchObject([{ path: '/threads/c1/runs', body: { text: 'hello' } }])
  expect(app.isBusy()).toBe(true)
  await app.dispatch({
    type: 'turnkeeper/signals/turnEnded',
    payload: { runId: 'r1', conversationId, reason: 'complete' },
  })
  expect(app.isBusy()).toBe(false)
  expect(app.ends()).toHaveLength(1)
  platform.dispose()
})

describe('the complete example', () => {
  async function start() {
    const platform = createPlatform()
    platform.server.answer = ({ path }) =>
      path.endsWith('/runs') ? Response.json({ runId: 'r1' }, { status: 202 }) : Response.json({})
    const made = await platform.run<Made>('README', 'store.ts')
    const app = watch(made)
    const [source] = platform.sources
    source!.onopen!()
    await app.dispatch(app.keeper.submitTurn({ conversationId, turnId: 't1', input: 'hello' }))
    source!.tell({ type: 'start', thread: 'c1', run: 'r1' })
    source!.tell({ type: 'text', thread: 'c1', run: 'r1', text: 'Hi, ' })
    source!.tell({ type: 'text', thread: 'c1', run: 'r1', text: 'you.' })
    return {
      platform,
      app,
      source: source!,
      messages: () => (app.store.getState() as Transcript).transcript['c1'],
    }
  }

  test('a turn streams into the transcript and ends with its event', async () => {
    const { platform, app, source, messages } = await start()
    expect([app.phase(), messages()]).toEqual([
      'streaming',
      [
        { id: 't1', role: 'user', text: 'hello' },
        { id: 'r1', role: 'agent', text: 'Hi, you.' },
      ],
    ])
    source.tell({ type: 'end', thread: 'c1', run: 'r1', error: 'out of memory' })
    expect(app.ends()).toEqual(['t1 error error witnessed'])
    expect(messages()).toMatchObject([{ outcome: 'error' }, { outcome: 'error' }])
    platform.dispose()
  })

  test('the stream drops, the end is lost: the stream is opened again, and the status check ends the turn', async () => {
    const { platform, app, source, messages } = await start()
    platform.server.answer = () =>
      Response.json({ c1: { running: null, last: { run: 'r1', failed: false } } })
    source.onerror!()
    await platform.clock.advanceAsync(0)
    expect([app.isBusy(), source.isClosed]).toEqual([true, true])
    await platform.clock.advanceAsync(10_000)
    expect(platform.sources.length).toBeGreaterThan(1)
    expect(app.ends()).toEqual(['t1 rescued complete witnessed'])
    expect(messages()).toMatchObject([{ outcome: 'complete' }, { outcome: 'complete' }])
    platform.dispose()
  })

  test('after a sleep the stream is opened anew', async () => {
    const { platform, source } = await start()
    platform.clock.jump(600_000)
    platform.clock.runDue()
    await flushMicrotasks()
    expect([platform.sources.length, source.isClosed]).toEqual([2, true])
    platform.dispose()
  })

  test('stop, busy, gone, and a gateway that fails', async () => {
    const { platform, app } = await start()
    await app.dispatch(app.keeper.stopTurn({ conversationId }))
    expect(platform.requests.at(-1)).toMatchObject({ path: '/threads/c1/stop', body: { runId: 'r1' } })
    expect(app.phase()).toBe('stopping')
    const answers = [404, 502, 409]
    platform.server.answer = ({ path }) =>
      path.endsWith('/runs') ? new Response('{}', { status: answers.shift() ?? 500 }) : Response.json({})
    for (const turnId of ['t2', 't3', 't4'])
      await app.dispatch(app.keeper.submitTurn({ conversationId: turnId, turnId, input: turnId }))
    const { selectPhase, selectDrafts } = app.selectors
    const phases = ['t2', 't3', 't4'].map((id) => selectPhase(app.store.getState(), id))
    expect(phases).toEqual(['idle', 'submitted', 'queued'])
    expect(selectDrafts(app.store.getState(), 't2')).toMatchObject([{ input: 't2', arrived: 'no' }])
    platform.dispose()
  })
})
