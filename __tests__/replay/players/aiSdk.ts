import { signals } from 'redux-turnkeeper'
import type { Address, SendResult } from 'redux-turnkeeper'
import { createReader } from 'redux-turnkeeper/adapters/aiSdk'
import type { AiSdkChunk } from 'redux-turnkeeper/adapters/aiSdk'
import type { App, Exchange } from '../app'
import type { Line, Message } from '../recording'
import type { Player } from './player'

interface Body {
  readonly conversationId: string
  readonly reader: ReturnType<typeof createReader>
  readonly send: Exchange<SendResult> | null
}

/** A server of UI message streams: a response body to a turn. Also what the official client shows of itself. */
export function playAiSdk(app: App): Player {
  const bodies = new Map<string, Body>()
  let chats = 0
  let open: Address[] = []

  function sent({ stream = '', body }: Message): void {
    const { id = '', messages = [] } = (body ?? {}) as { id?: string; messages?: readonly unknown[] }
    const turnId = app.newTurnId()
    const send = app.send(id, turnId, messages.at(-1) ?? null)
    const reader = createReader({ conversationId: id, turnId })
    bodies.set(stream, { conversationId: id, reader, send })
  }

  async function came({ stream = '', status, ev }: Message): Promise<void> {
    const body = bodies.get(stream) ?? adopted(stream)
    if (typeof status === 'number' && status >= 400) {
      body.send?.resolve({ status: 'refused', reason: 'error', error: { message: `HTTP ${status}` } })
    }
    if (ev === undefined) return
    const chunk = ev as AiSdkChunk
    body.send?.resolve({ status: 'accepted', runId: chunk.messageId ?? null })
    await app.settle()
    app.emit(body.reader.read(chunk))
  }

  /** A body that nobody was seen to ask for: a turn of its own, in a conversation named after the stream. */
  function adopted(stream: string): Body {
    const reader = createReader({ conversationId: stream, turnId: app.newTurnId() })
    const body: Body = { conversationId: stream, reader, send: null }
    bodies.set(stream, body)
    return body
  }

  function ended({ stream = '', ended: how = '' }: Message): void {
    const body = bodies.get(stream)
    bodies.delete(stream)
    if (!body) return
    body.send?.reject()
    const hasLeft = how === 'client closed'
    // To close the request is the only stop that this protocol has.
    if (hasLeft) app.stop(body.conversationId).resolve({ status: 'acknowledged' })
    app.emit(body.reader.close(hasLeft ? 'cancelled' : how === 'clean' ? 'clean_end' : 'failed'))
  }

  /** What the official client shows: its messages, its status, how each request ended. It has no ids of the wire's. */
  function shown({ push, status, onFinish, onError }: Message): void {
    const conversationId = `chat-${chats}`
    const [role, id] = push ?? []
    if (role === 'user') {
      const turnId = app.newTurnId()
      open.push({ conversationId, turnId })
      app.send(conversationId, turnId, id).resolve({ status: 'accepted' })
    }
    // Requests of one chat run side by side: what is new is about the youngest, what ends is the eldest.
    const youngest = open.at(-1)
    const eldest = open[0]
    if (!youngest || !eldest) return
    if (role === 'assistant' && id !== undefined) app.emit([signals.turnStarted({ ...youngest, runId: id })])
    if (status === 'streaming') app.emit([signals.turnProgressed({ ...youngest, kind: 'output' })])
    if (onError !== undefined)
      app.emit([signals.turnEnded({ ...eldest, reason: 'error', error: { message: onError } })])
    if (!onFinish) return
    open.shift()
    if (onFinish.isAbort) app.stop(conversationId).resolve({ status: 'acknowledged' })
    app.emit([
      onFinish.finishReason === undefined
        ? signals.requestEnded({ ...eldest, how: onFinish.isAbort ? 'cancelled' : 'fulfilled' })
        : signals.turnEnded({ ...eldest, reason: 'complete' }),
    ])
  }

  return ({ dir, msg }: Line) => {
    if (dir === 'out') return sent(msg)
    if (dir === 'in') return came(msg)
    if (dir === 'client') return shown(msg)
    if (dir !== 'meta') return
    if (msg.ended !== undefined) return ended(msg)
    if (msg.clientCase === undefined) return
    chats += 1
    open = []
  }
}
