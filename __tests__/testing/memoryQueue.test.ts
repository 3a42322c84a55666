import { createMemoryQueue, flushMicrotasks } from 'redux-turnkeeper/testing'
import type { SharedQueueEvent } from 'redux-turnkeeper'

const message = (turnId: string) => ({ conversationId: 'c1', turnId, input: turnId, hidden: false })

const tabOf = (queue: ReturnType<typeof createMemoryQueue>) => {
  const port = queue.port()
  const heard: string[] = []
  const unsubscribe = port.subscribe((event: SharedQueueEvent) =>
    heard.push(
      event.type === 'published' ? `+${event.message.turnId}` : `-${event.turnId}${event.taken ? '!' : ''}`,
    ),
  )
  return { port, heard, unsubscribe }
}

describe('memory queue', () => {
  test('a tab hears of the messages of others, later, and not of its own', async () => {
    const queue = createMemoryQueue()
    const [one, two] = [tabOf(queue), tabOf(queue)]
    one.port.publish(message('t1'))
    expect(two.heard).toEqual([])
    await flushMicrotasks()
    expect([one.heard, two.heard]).toEqual([[], ['+t1']])
  })

  test('a late subscriber hears of what is stored first, once', async () => {
    const queue = createMemoryQueue()
    const one = tabOf(queue)
    one.port.publish(message('t1'))
    one.port.publish(message('t2'))
    const two = tabOf(queue)
    one.port.publish(message('t3'))
    await flushMicrotasks()
    expect(two.heard).toEqual(['+t1', '+t2', '+t3'])
  })

  test('exactly one of the tabs that ask gets a message, and the others see it taken', async () => {
    const queue = createMemoryQueue()
    const [one, two, three] = [tabOf(queue), tabOf(queue), tabOf(queue)]
    one.port.publish(message('t1'))
    const claims = await Promise.all([
      two.port.claim('t1', 'two'),
      one.port.claim('t1', 'one'),
      two.port.claim('t1', 'two'),
    ])
    expect(claims).toEqual([true, false, true])
    two.port.withdraw('t1')
    await flushMicrotasks()
    expect([one.heard, two.heard, three.heard]).toEqual([['-t1!'], ['+t1'], ['+t1', '-t1!']])
    expect(queue.messages).toEqual([])
  })

  test('a withdrawn message cannot be claimed, nor published again', async () => {
    const queue = createMemoryQueue()
    const [one, two] = [tabOf(queue), tabOf(queue)]
    one.port.publish(message('t1'))
    one.port.withdraw('t1')
    one.port.publish(message('t1'))
    await expect(two.port.claim('t1', 'two')).resolves.toBe(false)
    expect(two.heard).toEqual(['+t1', '-t1'])
  })

  test('an unsubscribed tab hears nothing more', async () => {
    const queue = createMemoryQueue()
    const [one, two] = [tabOf(queue), tabOf(queue)]
    one.port.publish(message('t1'))
    two.unsubscribe()
    await flushMicrotasks()
    expect(two.heard).toEqual([])
  })
})
