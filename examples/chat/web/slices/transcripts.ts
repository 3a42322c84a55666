/** What was said, by conversation. The server has the whole of it; here is what this page has seen. */
import { createSlice } from '@reduxjs/toolkit'
import type { PayloadAction } from '@reduxjs/toolkit'
import { draftTaken, turnSettled, turnSubmitted } from 'redux-turnkeeper'
import type { Message, Transcript } from '../../server/protocol'

type Writable<T> = {
  -readonly [K in keyof T]: T[K] extends readonly (infer Item)[] ? Writable<Item>[] : T[K]
}

interface Entry {
  readonly id: string
  messages: Writable<Message>[]
  /** Turns of which nobody knows what became: their message stays, even if the server does not list it. */
  unknownTurnIds: string[]
  /** How often text was missed: the page then asks for the whole. */
  gaps: number
}

const initialState: Entry[] = []

const entryOf = (state: Entry[], id: string): Entry => {
  const found = state.find((entry) => entry.id === id)
  if (found) return found
  state.push({ id, messages: [], unknownTurnIds: [], gaps: 0 })
  return state.at(-1)!
}

/** The answer that this frame adds to; made where the frame is the first of it. */
const answerOf = (entry: Entry, messageId: string, turnId: string): Writable<Message> => {
  const found = entry.messages.find(({ id }) => id === messageId)
  if (found) return found
  entry.messages.push({ id: messageId, role: 'assistant', text: '', tools: [], turnId })
  return entry.messages.at(-1)!
}

interface Piece {
  readonly conversationId: string
  readonly turnId: string
  readonly messageId: string
}

export const transcripts = createSlice({
  name: 'transcripts',
  initialState,
  reducers: {
    transcriptLoaded(
      state,
      { payload }: PayloadAction<{ conversationId: string; transcript: Transcript; keep: readonly string[] }>,
    ) {
      const { conversationId, transcript, keep } = payload
      const entry = entryOf(state, conversationId)
      const before = new Map(entry.messages.map((message) => [message.id, message]))
      // What has been streamed since the answer left is longer than what it says.
      entry.messages = transcript.messages.map((message) => {
        const streamed = before.get(message.id)
        before.delete(message.id)
        return (
          streamed?.text.startsWith(message.text) ? streamed : structuredClone(message)
        ) as Writable<Message>
      })
      const kept = [...keep, ...entry.unknownTurnIds]
      for (const message of before.values()) if (kept.includes(message.turnId)) entry.messages.push(message)
    },
    userMessageArrived(
      state,
      { payload: { conversationId, message } }: PayloadAction<{ conversationId: string; message: Message }>,
    ) {
      const { messages } = entryOf(state, conversationId)
      if (!messages.some(({ id }) => id === message.id))
        messages.push(structuredClone(message) as Writable<Message>)
    },
    textArrived(state, { payload }: PayloadAction<Piece & { delta: string; offset: number }>) {
      const entry = entryOf(state, payload.conversationId)
      const message = answerOf(entry, payload.messageId, payload.turnId)
      if (payload.offset > message.text.length) entry.gaps++
      else message.text = message.text.slice(0, payload.offset) + payload.delta
    },
    toolCalled(state, { payload }: PayloadAction<Piece & { toolId: string; name: string }>) {
      const { tools } = answerOf(entryOf(state, payload.conversationId), payload.messageId, payload.turnId)
      if (tools.some(({ id }) => id === payload.toolId)) return
      tools.push({ id: payload.toolId, name: payload.name, args: '', result: null })
    },
    toolUpdated(
      state,
      { payload }: PayloadAction<{ conversationId: string; toolId: string; args?: string; result?: string }>,
    ) {
      for (const message of entryOf(state, payload.conversationId).messages) {
        const tool = message.tools.find(({ id }) => id === payload.toolId)
        if (!tool) continue
        if (payload.args !== undefined) tool.args = payload.args
        if (payload.result !== undefined) tool.result = payload.result
      }
    },
  },
  // The keeper's actions are events: this slice joins in.
  extraReducers: (builder) =>
    builder
      .addCase(turnSubmitted, (state, { payload: { conversationId, turnId, input, retryOf } }) => {
        const entry = entryOf(state, conversationId)
        entry.messages = entry.messages.filter(({ id }) => id !== retryOf)
        entry.messages.push({ id: turnId, role: 'user', text: String(input), tools: [], turnId })
      })
      .addCase(turnSettled, (state, { payload: { turn } }) => {
        const { conversationId, turnId, outcome } = turn
        const entry = entryOf(state, conversationId)
        entry.unknownTurnIds = entry.unknownTurnIds.filter((id) => id !== turnId)
        if (outcome === 'unknown') entry.unknownTurnIds.push(turnId)
      })
      .addCase(draftTaken, (state, { payload: { conversationId, turnId } }) => {
        const entry = entryOf(state, conversationId)
        entry.messages = entry.messages.filter(({ id }) => id !== turnId)
      }),
})

export const { transcriptLoaded, userMessageArrived, textArrived, toolCalled, toolUpdated } =
  transcripts.actions
