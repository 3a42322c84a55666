/** JSON-RPC over a WebSocket: every answer finds its request, and every request has an end. */
import { createJsonRpc } from '../../src/connections/jsonRpc'
import type { RpcMessage } from '../../src/connections/jsonRpc'
import { openWebSocket } from '../../src/connections/webSocket'
import { createFakeWebSocket } from './fakes'

function createRpc(envelope?: object) {
  const sent: object[] = []
  const messages: RpcMessage[] = []
  const rpc = createJsonRpc(
    (message) => sent.push(message),
    (message) => messages.push(message),
    envelope,
  )
  return { rpc, sent, messages }
}

describe('JSON-RPC', () => {
  test('answers find their requests in any order; what is no answer is handed on', async () => {
    const { rpc, sent, messages } = createRpc()
    const first = rpc.request('a', { x: 1 })
    const second = rpc.request('b', {})
    rpc.receive({ id: 2, error: { message: 'no' } })
    rpc.receive({ id: 0, method: 'ask', params: {} })
    rpc.receive({ method: 'note' })
    rpc.receive({ id: 1, result: 'yes' })
    expect(await first).toMatchObject({ result: 'yes' })
    expect(await second).toMatchObject({ error: { message: 'no' } })
    expect(messages).toEqual([{ id: 0, method: 'ask', params: {} }, { method: 'note' }])
    expect(sent[0]).toEqual({ id: 1, method: 'a', params: { x: 1 } })
  })

  test('an answer has the id that the request had, and the envelope of the protocol', () => {
    const { rpc, sent } = createRpc({ jsonrpc: '2.0' })
    rpc.reply(0, { result: { decision: 'accept' } })
    rpc.reply('0', { error: { message: 'no', code: -1 } })
    rpc.reply(1, {})
    rpc.notify('initialized')
    expect(sent).toEqual([
      { jsonrpc: '2.0', id: 0, result: { decision: 'accept' } },
      { jsonrpc: '2.0', id: '0', error: { message: 'no', code: -1 } },
      { jsonrpc: '2.0', id: 1, result: null },
      { jsonrpc: '2.0', method: 'initialized' },
    ])
  })

  test('requests that are open when it closes reject, and later ones too', async () => {
    const { rpc, sent } = createRpc()
    const open = rpc.request('a', {})
    rpc.close()
    await expect(open).rejects.toThrow('closed before the answer came')
    await expect(rpc.request('b', {})).rejects.toThrow('"b" was not sent')
    expect(sent).toHaveLength(1)
  })

  test('a request that is given up rejects, and its late answer is nobody’s', async () => {
    const { rpc } = createRpc()
    const controller = new AbortController()
    const open = rpc.request('a', {}, controller.signal)
    controller.abort()
    await expect(open).rejects.toThrow('"a" was given up')
    rpc.receive({ id: 1, result: 'late' })
    await expect(rpc.request('b', {}, controller.signal)).rejects.toThrow('was not sent')
  })

  test.each([undefined, null, 7, 'text', [], {}, { id: 9, result: 1 }])('%j is ignored', (message) => {
    const { rpc, messages } = createRpc()
    rpc.receive(message)
    expect(messages).toEqual([])
  })
})

describe('WebSocket', () => {
  function start() {
    const { WebSocket, sockets } = createFakeWebSocket()
    const told: unknown[] = []
    const opening = openWebSocket(
      'ws://agent',
      WebSocket,
    )({ message: (message) => told.push(message), close: () => told.push('closed') })
    return { socket: sockets[0]!, told, opening: Promise.resolve(opening) }
  }

  test('carries messages both ways, and tells of its end once', async () => {
    const { socket, told, opening } = start()
    socket.open()
    const transport = await opening
    transport.send({ id: 1 })
    socket.tell({ id: 1, result: 2 })
    socket.onmessage!({ data: 'no JSON' } as never)
    const { onclose, onerror } = socket
    onerror!({} as never)
    expect(socket.onclose).toBeNull()
    expect(onclose).not.toBeNull()
    expect([socket.sent, told]).toEqual([[{ id: 1 }], [{ id: 1, result: 2 }, undefined, 'closed']])
  })

  test('one that cannot be opened rejects', async () => {
    const { socket, told, opening } = start()
    socket.drop()
    await expect(opening).rejects.toThrow('The WebSocket ws://agent could not be opened.')
    expect(told).toEqual([])
  })

  test('closed by its user it tells nothing more: a dead connection is not waited for', async () => {
    const { socket, told, opening } = start()
    socket.open()
    const transport = await opening
    transport.close()
    expect([socket.isClosed, socket.onclose, told]).toEqual([true, null, []])
  })
})
