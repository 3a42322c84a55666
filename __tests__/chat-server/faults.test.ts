import { createHarness, ofType, textOf, typesOf } from './client'
import type { Harness } from './client'

const MINUTE = 60_000

let chat: Harness
beforeEach(async () => {
  chat = await createHarness()
})
afterEach(() => chat.close())

/** Everything that is sent until a marker turn of another conversation has ended. */
async function heardOf(stream: Awaited<ReturnType<Harness['listen']>>, threadId: string) {
  await chat.run('marker', `marker-${chat.clock.now()}`, 'quick')
  chat.clock.advance(2_000)
  return (await stream.until(ofType('RUN_FINISHED', { threadId: 'marker' }))).filter(
    ({ metadata }) => metadata.threadId === threadId,
  )
}

test('lose the end: the turn is over, and no frame says so', async () => {
  const stream = await chat.listen()
  await chat.fault('lose_end')
  await chat.run('lisbon', 't1')
  chat.clock.advance(MINUTE)
  expect(typesOf(await heardOf(stream, 'lisbon'))).not.toContain('RUN_FINISHED')
  expect(chat.truth('lisbon').last).toMatchObject({ turnId: 't1', outcome: 'complete' })
})

test('a fault strikes once, and the panel hears of it', async () => {
  const stream = await chat.listen()
  const { body } = await chat.fault('lose_end')
  expect(body).toContainEqual(expect.objectContaining({ id: 'lose_end', armed: true }))
  await chat.run('lisbon', 't1')
  const frames = await stream.until(
    ({ name, value }) => name === 'faults' && !JSON.stringify(value).includes('"armed":true'),
  )
  expect(frames.at(-1)).toBeDefined()
  chat.clock.advance(MINUTE)
  await chat.run('lisbon', 't2')
  chat.clock.advance(MINUTE)
  expect(await stream.until(ofType('RUN_FINISHED', { turnId: 't2' }))).not.toHaveLength(0)
})

test('an armed fault can be disarmed', async () => {
  await chat.fault('fail')
  await chat.fault('fail', false)
  await chat.run('lisbon', 't1')
  chat.clock.advance(MINUTE)
  expect(chat.truth('lisbon').last).toMatchObject({ outcome: 'complete' })
})

test('go silent: running all the while, and then it goes on', async () => {
  await chat.fault('silent')
  await chat.run('lisbon', 't1')
  chat.clock.advance(25_000)
  expect(chat.truth('lisbon').status).toBe('running')
  chat.clock.advance(20_000)
  expect(chat.truth('lisbon').last).toMatchObject({ outcome: 'complete' })
})

test('refuse as busy: twice, and nothing runs', async () => {
  await chat.fault('busy')
  expect(await chat.run('lisbon', 't1')).toMatchObject({ status: 409, body: { reason: 'busy' } })
  expect(chat.truth('lisbon').status).toBe('idle')
  expect(await chat.run('lisbon', 't1')).toMatchObject({ status: 409 })
  expect(await chat.run('lisbon', 't1')).toMatchObject({ status: 202 })
})

test('accept and do nothing: taken, and idle', async () => {
  await chat.fault('swallow')
  expect(await chat.run('lisbon', 't1')).toMatchObject({ status: 202 })
  expect(chat.truth('lisbon')).toEqual({ status: 'idle', tasks: [], scheduled: null, last: null })
})

test('never answer: the request stays open, and nothing runs', async () => {
  await chat.fault('hang')
  const leave = new AbortController()
  const answered = fetch(`${chat.url}/run`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ threadId: 'lisbon', runId: 't1', messages: [{ role: 'user', content: 'x' }] }),
    signal: leave.signal,
  }).then(
    () => 'answered',
    () => 'left',
  )
  // One connection later it is certain that the server has read it.
  while (((await chat.get('/faults')).body as { armed: boolean }[]).some(({ armed }) => armed));
  expect(chat.truth('lisbon').status).toBe('idle')
  leave.abort()
  expect(await answered).toBe('left')
})

test('cut the answer: the turn runs, and the request fails', async () => {
  await chat.fault('cut_answer')
  await expect(chat.run('lisbon', 't1')).rejects.toThrow()
  expect(chat.truth('lisbon')).toMatchObject({ status: 'running', turnId: 't1' })
})

test('fail in mid-turn: an error frame that names its turn', async () => {
  const stream = await chat.listen()
  await chat.fault('fail')
  await chat.run('lisbon', 't1')
  chat.clock.advance(MINUTE)
  const frames = await stream.until(ofType('RUN_ERROR'))
  expect(frames.at(-1)).toMatchObject({
    message: expect.stringContaining('scripted'),
    metadata: { turnId: 't1' },
  })
  expect(chat.truth('lisbon').last).toMatchObject({
    outcome: 'error',
    error: { message: expect.any(String) },
  })
})

test('end late: the end comes in the middle of the next turn, with an idle that names nobody', async () => {
  const stream = await chat.listen()
  await chat.fault('late_end')
  await chat.run('lisbon', 't1')
  chat.clock.advance(MINUTE)
  expect(typesOf(await heardOf(stream, 'lisbon'))).not.toContain('RUN_FINISHED')
  expect(chat.truth('lisbon').last).toMatchObject({ turnId: 't1' })

  await chat.run('lisbon', 't2', 'long')
  chat.clock.advance(10_000)
  const frames = await stream.until(ofType('RUN_FINISHED', { turnId: 't1' }))
  expect(frames.some(ofType('RUN_STARTED', { turnId: 't2' }))).toBe(true)
  expect(await stream.next()).toMatchObject({
    name: 'status',
    value: { status: 'idle' },
    metadata: { threadId: 'lisbon' },
  })
  expect(chat.truth('lisbon')).toMatchObject({ status: 'running', turnId: 't2' })
})

test('refuse to stop: the turn runs on', async () => {
  await chat.run('lisbon', 't1', 'long')
  await chat.fault('refuse_stop')
  expect((await chat.post('/stop', { threadId: 'lisbon', turnId: 't1' })).body).toMatchObject({
    reason: 'unreachable',
  })
  chat.clock.advance(5_000)
  expect(chat.truth('lisbon').status).toBe('running')
})

test('drop the stream: cut, refused for three seconds, and what was said meanwhile is lost', async () => {
  const stream = await chat.listen()
  await chat.run('lisbon', 't1')
  chat.clock.advance(2_000)
  await chat.fault('drop_stream')
  await expect(stream.until(() => false)).rejects.toThrow()
  expect((await chat.listen()).status).toBe(503)
  chat.clock.advance(3_000)
  const again = await chat.listen()
  expect(await again.next()).toMatchObject({ value: { boot: 'boot-1' } })
  chat.clock.advance(MINUTE)
  const frames = await again.until(ofType('RUN_FINISHED'))
  expect(typesOf(frames)).not.toContain('RUN_STARTED')
  expect(textOf(frames)).not.toBe('')
})

test('restart: another boot, and what ran was interrupted without a word', async () => {
  await chat.run('lisbon', 't1')
  await chat.fault('restart')
  await expect(chat.get('/status?ids=lisbon')).rejects.toThrow()
  chat.clock.advance(1_500)
  expect((await chat.get('/status?ids=lisbon')).body).toMatchObject({
    boot: 'boot-2',
    threads: { lisbon: { status: 'idle', last: { turnId: 't1', outcome: 'interrupted' } } },
  })
})

test('work from elsewhere runs in an idle conversation, and every stream hears of it', async () => {
  const stream = await chat.listen()
  await chat.run('lisbon', 't1', 'long')
  await chat.fault('elsewhere')
  const [, started] = await stream
    .until((frame) => ofType('RUN_STARTED')(frame) && frame.metadata.turnId !== 't1')
    .then((all) => [0, all.at(-1)!] as const)
  expect(started).toMatchObject({ metadata: { threadId: 'flaky' } })
})

describe('the assistant', () => {
  const look = () => chat.get('/assistant')

  test('slow start: eight seconds, and no turn before', async () => {
    await chat.fault('slow_assistant')
    chat.clock.advance(2_000)
    expect((await look()).body).toMatchObject({ status: 'initializing' })
    expect(await chat.run('lisbon', 't1')).toMatchObject({ status: 409, body: { reason: 'error' } })
    chat.clock.advance(6_000)
    expect((await look()).body).toMatchObject({ status: 'active' })
  })

  test('stuck start: never by itself; retired and hatched anew it comes up', async () => {
    await chat.fault('stuck_assistant')
    chat.clock.advance(60 * MINUTE)
    const { id, status } = (await look()).body as { id: string; status: string }
    expect(status).toBe('initializing')
    expect((await chat.post('/assistant/retire', { id })).status).toBe(200)
    expect((await look()).status).toBe(404)
    expect((await chat.post('/assistant/hatch', {})).body).toMatchObject({ status: 'initializing' })
    chat.clock.advance(3_000)
    expect((await look()).body).toMatchObject({ status: 'active' })
  })

  test('no start at all: nor do the three that are hatched in its place; the next one does', async () => {
    await chat.fault('dead_assistant')
    const seen: unknown[] = []
    for (let tries = 0; tries < 5; tries++) {
      chat.clock.advance(60 * MINUTE)
      const { id, status } = (await look()).body as { id: string; status: string }
      seen.push(status)
      await chat.post('/assistant/retire', { id })
      await chat.post('/assistant/hatch', {})
    }
    expect(seen).toEqual(['initializing', 'initializing', 'initializing', 'initializing', 'active'])
  })
})
