/** A stream of server-sent events: its opening and its silence have a time limit, and it tells of its end once. */
import { createManualClock, flushMicrotasks } from 'redux-turnkeeper/testing'
import { openEventStream, overEventSource, overFetch } from '../../src/connections/eventStream'
import type { EventStreamOptions } from '../../src/connections/eventStream'
import { createHttp } from '../../src/connections/http'
import { createBody, createFakeEventSource, createFakeFetch, silence } from './fakes'
import type { FakeBody } from './fakes'

function createListener(options: Partial<EventStreamOptions> = {}) {
  const clock = createManualClock()
  const told: unknown[] = []
  const listen: EventStreamOptions = {
    clock,
    openingTimeout: 5_000,
    onData: (text) => told.push(text),
    onDropped: () => told.push('dropped'),
    ...options,
  }
  return { clock, told, listen }
}

/** How a promise stands, in words. */
async function stateOf(promise: Promise<unknown>): Promise<string> {
  let state = 'pending'
  promise.then(
    () => (state = 'open'),
    (error: Error) => (state = error.message),
  )
  await flushMicrotasks()
  return state
}

describe('over fetch', () => {
  function start(options: Partial<EventStreamOptions> = {}) {
    const { fetch, requests, server } = createFakeFetch('http://agent')
    let body!: FakeBody
    server.answer = ({ signal }) => (body = createBody(signal)).response
    const listener = createListener(options)
    const http = createHttp({ baseUrl: 'http://agent/', fetch, headers: () => ({ authorization: 'token' }) })
    const open = () => openEventStream(overFetch(http, '/event'), listener.listen)
    return { ...listener, requests, server, open, body: () => body }
  }

  test('tells each event, in whatever pieces it comes, and the end once', async () => {
    const { open, told, body, requests } = start()
    const stream = open()
    expect(await stateOf(stream.opened)).toBe('open')
    expect(requests[0]).toMatchObject({ path: '/event', headers: { authorization: 'token' } })
    await body().write('data: {"a"')
    await body().write(':1}\n\n: a comment\n\ndata: 2\n\n')
    await body().end()
    expect(told).toEqual(['{"a":1}', '2', 'dropped'])
  })

  test('a body that is cut has dropped', async () => {
    const { open, told, body } = start()
    await open().opened
    await body().cut()
    expect(told).toEqual(['dropped'])
  })

  test('a server that never answers is given up after the opening time-out', async () => {
    const { open, told, clock, server, requests } = start()
    server.answer = silence
    const { opened } = open()
    await clock.advanceAsync(4_999)
    expect(await stateOf(opened)).toBe('pending')
    await clock.advanceAsync(1)
    expect(await stateOf(opened)).toBe('The event stream was not opened within 5000 ms.')
    expect(requests[0]!.signal.aborted).toBe(true)
    expect(told).toEqual([])
    expect(clock.pending).toBe(0)
  })

  test.each([
    [404, 'The event stream /event was answered with HTTP 404.'],
    [502, 'GET /event was answered with HTTP 502.'],
  ])('an answer of %i is no stream', async (status, message) => {
    const { open, server, told } = start()
    server.answer = () => new Response('no', { status })
    expect(await stateOf(open().opened)).toBe(message)
    expect(told).toEqual([])
  })

  test('a stream that falls silent has dropped; a comment is a sign of life', async () => {
    const { open, told, body, clock } = start({ silenceTimeout: () => 30_000 })
    await open().opened
    await clock.advanceAsync(29_000)
    await body().write(': alive\n\n')
    await clock.advanceAsync(29_000)
    expect(told).toEqual([])
    await clock.advanceAsync(1_000)
    expect(told).toEqual(['dropped'])
  })

  test('closed by its user it tells nothing more', async () => {
    const { open, told, requests, clock } = start({ silenceTimeout: () => 30_000 })
    const stream = open()
    await stream.opened
    stream.close()
    await flushMicrotasks()
    expect(requests[0]!.signal.aborted).toBe(true)
    expect(told).toEqual([])
    expect(clock.pending).toBe(0)
  })

  test('closed while it opens, it rejects', async () => {
    const { open, server } = start()
    server.answer = silence
    const stream = open()
    stream.close()
    expect(await stateOf(stream.opened)).toBe('The event stream was closed.')
  })
})

describe('over an EventSource', () => {
  test('an error closes it for good: it is not left to open itself again', async () => {
    const { EventSource, sources } = createFakeEventSource()
    const { listen, told } = createListener()
    const stream = openEventStream(overEventSource(EventSource, 'http://agent/event'), listen)
    const [source] = sources
    source!.onopen!({} as never)
    expect(await stateOf(stream.opened)).toBe('open')
    source!.tell({ a: 1 })
    source!.onerror!({} as never)
    expect(source!.isClosed).toBe(true)
    source!.tell({ a: 2 })
    expect(told).toEqual(['{"a":1}', 'dropped'])
  })
})
