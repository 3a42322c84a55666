import { requestEnded, turnEnded, turnProgressed, turnStarted } from 'redux-turnkeeper'
import type { Address, SendResult } from 'redux-turnkeeper'
import { aiSdkSignals } from 'redux-turnkeeper/adapters/aiSdk'
import type { AiSdkChunk } from 'redux-turnkeeper/adapters/aiSdk'
import type { App, Exchange } from '../app'
import type { Line, Message } from '../recording'
import type { Player } from './player'

interface Body {
  address: Address
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
    bodies.set(stream, { address: { conversationId: id, turnId }, send })
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
    app.emit(aiSdkSignals(chunk, body.address))
  }

  /** A body that nobody was seen to ask for: a turn of its own, in a conversation named after the stream. */
  function adopted(stream: string): Body {
    const body: Body = { address: { conversationId: stream, turnId: app.newTurnId() }, send: null }
    bodies.set(stream, body)
    return body
  }

  function ended({ stream = '', ended: how = '' }: Message): void {
    const body = bodies.get(stream)
    bodies.delete(stream)
    if (!body) return
    body.send?.reject()
    const left = how === 'client closed'
    // To close the request is the only stop that this protocol has.
    if (left) app.stop(body.address.conversationId ?? '').resolve({ status: 'acknowledged' })
    app.emit([
      requestEnded({ ...body.address, how: left ? 'cancelled' : how === 'clean' ? 'clean_end' : 'failed' }),
    ])
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
    if (role === 'assistant' && id !== undefined) app.emit([turnStarted({ ...youngest, runId: id })])
    if (status === 'streaming') app.emit([turnProgressed({ ...youngest, kind: 'output' })])
    if (onError !== undefined)
      app.emit([turnEnded({ ...eldest, reason: 'error', error: { message: onError } })])
    if (!onFinish) return
    open.shift()
    if (onFinish.isAbort) app.stop(conversationId).resolve({ status: 'acknowledged' })
    app.emit([
      onFinish.finishReason === undefined
        ? requestEnded({ ...eldest, how: onFinish.isAbort ? 'cancelled' : 'fulfilled' })
        : turnEnded({ ...eldest, reason: 'complete' }),
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
