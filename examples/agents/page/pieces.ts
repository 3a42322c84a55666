/** The events of the four protocols, as far as a transcript shows them. The keeper does not need this. */
import type { AgUiEvent } from 'redux-turnkeeper/connections/agUi'
import type { AiSdkChunk } from 'redux-turnkeeper/connections/aiSdk'
import type { EventOrigin } from 'redux-turnkeeper/connections/agUi'

/** A piece of what an agent says or does. */
export interface Piece {
  readonly conversationId: string
  /** Text of one message or part of it. */
  readonly messageId: string
  /** More text. */
  readonly delta?: string | undefined
  /** All of its text. */
  readonly text?: string | undefined
  readonly tool?: {
    readonly id: string
    readonly name?: string | undefined
    readonly args?: string | undefined
    readonly result?: string | undefined
  }
}

const jsonOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? ''))

export function codexPieces(event: { readonly method: string; readonly params?: unknown }): Piece[] {
  const { threadId, itemId, delta, item } = (event.params ?? {}) as {
    threadId: string
    itemId: string
    delta?: string
    item?: { id: string; type: string; text?: string; command?: string; aggregatedOutput?: string | null }
  }
  if (event.method === 'item/agentMessage/delta')
    return [{ conversationId: threadId, messageId: itemId, delta }]
  if (event.method !== 'item/started' && event.method !== 'item/completed') return []
  const isOver = event.method === 'item/completed'
  if (item?.type === 'agentMessage' && isOver)
    return [{ conversationId: threadId, messageId: item.id, text: item.text }]
  if (item?.type !== 'commandExecution') return []
  const result = isOver ? (item.aggregatedOutput ?? 'no output') : undefined
  const tool = { id: item.id, name: 'command', args: item.command, result }
  return [{ conversationId: threadId, messageId: `${item.id}.tool`, tool }]
}

export function openCodePieces(event: { readonly type?: string; readonly properties?: unknown }): Piece[] {
  const { sessionID, partID, field, delta, part } = (event.properties ?? {}) as {
    sessionID: string
    partID: string
    field?: string
    delta?: string
    part?: {
      id: string
      type: string
      text?: string
      time?: { end?: number }
      tool?: string
      callID?: string
      state?: { status: string; input?: unknown; output?: string; error?: string }
    }
  }
  const conversationId = sessionID
  if (event.type === 'message.part.delta' && field === 'text')
    return [{ conversationId, messageId: partID, delta }]
  if (event.type !== 'message.part.updated' || !part) return []
  // Parts of the user's own message have no time.
  if (part.type === 'text' && part.time?.end !== undefined)
    return [{ conversationId, messageId: part.id, text: part.text }]
  const { callID, state } = part
  if (part.type !== 'tool' || callID === undefined) return []
  const result = state?.output ?? state?.error
  const tool = { id: callID, name: part.tool, args: jsonOf(state?.input), result }
  return [{ conversationId, messageId: part.id, tool }]
}

export function agUiPieces(event: AgUiEvent, { conversationId, isReplay }: EventOrigin): Piece[] {
  const { type, messageId, parentMessageId, toolCallId, toolCallName, delta, content } = event as {
    type: string
    messageId?: string
    parentMessageId?: string
    toolCallId?: string
    toolCallName?: string
    delta?: string
    content?: unknown
  }
  if (type === 'TEXT_MESSAGE_START' && messageId && isReplay) return [{ conversationId, messageId, text: '' }]
  if (type === 'TEXT_MESSAGE_CONTENT' && messageId) return [{ conversationId, messageId, delta }]
  if (toolCallId === undefined) return []
  const inMessage = `${parentMessageId ?? toolCallId}.tool`
  if (type === 'TOOL_CALL_START')
    return [{ conversationId, messageId: inMessage, tool: { id: toolCallId, name: toolCallName } }]
  if (type === 'TOOL_CALL_RESULT')
    return [{ conversationId, messageId: inMessage, tool: { id: toolCallId, result: jsonOf(content) } }]
  return []
}

export function aiSdkPieces(chunk: AiSdkChunk, { conversationId, turnId, isReplay }: EventOrigin): Piece[] {
  const { type, id, delta, toolCallId, toolName, input, output } = chunk as {
    type: string
    id?: string
    delta?: string
    toolCallId?: string
    toolName?: string
    input?: unknown
    output?: unknown
  }
  // The id of a text is only unique in its body.
  const messageId = `${turnId ?? ''} ${id ?? toolCallId ?? ''}`
  if (type === 'text-start' && isReplay) return [{ conversationId, messageId, text: '' }]
  if (type === 'text-delta') return [{ conversationId, messageId, delta }]
  if (toolCallId === undefined) return []
  if (type === 'tool-input-available')
    return [{ conversationId, messageId, tool: { id: toolCallId, name: toolName, args: jsonOf(input) } }]
  if (type === 'tool-output-available')
    return [{ conversationId, messageId, tool: { id: toolCallId, result: jsonOf(output) } }]
  return []
}
