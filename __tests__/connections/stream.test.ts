/** One stream for each store: opened, replaced, waited for, closed. */
import { createStoreStreams } from '../../src/connections/stream'
import type { Backend } from '../../src/connections/stream'
import type { PortContext } from 'redux-turnkeeper'
import { flushMicrotasks } from 'redux-turnkeeper/testing'

function createStreams() {
  const opened: {
    resolve(backend: Backend): Promise<void>
    reject(): Promise<void>
    dropped(): void
    isClosed: boolean
  }[] = []
  const streams = createStoreStreams((_context, dropped) => {
    let settle!: { resolve(backend: Backend): void; reject(error: Error): void }
    const promise = new Promise<Backend>((resolve, reject) => (settle = { resolve, reject }))
    const own = {
      async resolve(backend: Backend) {
        settle.resolve(backend)
        await flushMicrotasks()
      },
      async reject() {
        settle.reject(new Error('refused'))
        await flushMicrotasks()
      },
      dropped,
      isClosed: false,
    }
    opened.push(own)
    return { opened: promise, close: () => void (own.isClosed = true) }
  })
  return { streams, opened }
}

function createContext() {
  const told: string[] = []
  const controller = new AbortController()
  const dispatch = ((action: { type: string; payload: object }) =>
    void told.push(`${action.type.split('/').at(-1)} ${JSON.stringify(action.payload)}`)) as never
  const context: PortContext = { dispatch, getState: () => undefined, signal: controller.signal }
  return { context, told, controller, request: (signal = controller.signal) => ({ ...context, signal }) }
}

test('a store is told when its stream is open, and once when it has dropped', async () => {
  const { streams, opened } = createStreams()
  const { context, told } = createContext()
  streams.open(context)
  expect(streams.current(context)).toBeUndefined()
  await opened[0]!.resolve({ boot: 'b1' })
  expect(streams.current(context)).toBeDefined()
  opened[0]!.dropped()
  opened[0]!.dropped()
  expect(told).toEqual(['streamOpened {"boot":"b1"}', 'streamDropped {}'])
  expect([opened[0]!.isClosed, streams.current(context)]).toEqual([true, undefined])
})

test('a first opening that fails is told as a drop; a later one rejects, so that the keeper waits longer', async () => {
  const { streams, opened } = createStreams()
  const { context, told } = createContext()
  streams.open(context)
  await opened[0]!.reject()
  expect(told).toEqual(['streamDropped {}'])
  const again = expect(streams.openStream({ why: 'dropped' }, context)).rejects.toThrow('refused')
  await opened[1]!.reject()
  await again
  expect(told).toHaveLength(1)
})

test('a new stream takes the place of the old one, which tells nothing more', async () => {
  const { streams, opened } = createStreams()
  const { context, told } = createContext()
  streams.open(context)
  await opened[0]!.resolve({})
  void streams.openStream({ why: 'wake' }, context)
  expect(opened[0]!.isClosed).toBe(true)
  opened[0]!.dropped()
  expect(told).toEqual(['streamOpened {}'])
})

test('who needs an open stream waits for it, as long as its signal lets it', async () => {
  const { streams, opened } = createStreams()
  const { context, request } = createContext()
  const patient = streams.whenOpen(context)
  const own = new AbortController()
  const impatient = streams.whenOpen(request(own.signal))
  own.abort()
  await expect(impatient).rejects.toThrow('There was no connection.')
  streams.open(context)
  await opened[0]!.resolve({})
  expect(await patient).toBe(streams.current(context))
  expect(await streams.whenOpen(context)).toBe(streams.current(context))
})

test('each store has its own; one that is disposed of closes it', async () => {
  const { streams, opened } = createStreams()
  const one = createContext()
  const other = createContext()
  streams.open(one.context)
  streams.open(other.context)
  await opened[0]!.resolve({})
  await opened[1]!.resolve({})
  one.controller.abort()
  expect(opened.map(({ isClosed }) => isClosed)).toEqual([true, false])
  expect(streams.current(other.context)).toBeDefined()
})
