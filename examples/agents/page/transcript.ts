/** Brings what an agent says into the chat app's transcript. */
import type { UnknownAction } from '@reduxjs/toolkit'
import { selectActiveTurnId } from 'redux-turnkeeper'
import type { Message } from '../../chat/server/protocol'
import { textArrived, toolCalled, toolUpdated } from '../../chat/web/slices/transcripts'
import type { AppState } from '../../chat/web/store'
import type { Piece } from './pieces'

type Act =
  UnknownAction | ((dispatch: (action: UnknownAction) => unknown, getState: () => AppState) => unknown)
let dispatch: (act: Act) => unknown = () => undefined

/** Called once, with the store's `dispatch`. */
export const showIn = (given: unknown): void => void (dispatch = given as typeof dispatch)

export function read<Result>(from: (state: AppState) => Result): Result | undefined {
  let result: Result | undefined
  dispatch((_dispatch, getState) => void (result = from(getState())))
  return result
}

/** What was said in a conversation. */
export const messagesOf = (conversationId: string): readonly Message[] =>
  read(({ transcripts }) => transcripts.find(({ id }) => id === conversationId)?.messages) ?? []

export function show({ conversationId, messageId, delta, text, tool }: Piece): void {
  const known = messagesOf(conversationId).find(({ id }) => id === messageId)
  const turnId =
    known?.turnId ?? read(({ turnkeeper }) => selectActiveTurnId(turnkeeper, conversationId)) ?? ''
  const address = { conversationId, turnId, messageId }
  if (delta !== undefined) dispatch(textArrived({ ...address, delta, offset: known?.text.length ?? 0 }))
  if (text !== undefined) dispatch(textArrived({ ...address, delta: text, offset: 0 }))
  if (tool) {
    const { id: toolId, name, args, result } = tool
    if (name !== undefined) dispatch(toolCalled({ ...address, toolId, name }))
    const more = { ...(args !== undefined && { args }), ...(result !== undefined && { result }) }
    dispatch(toolUpdated({ conversationId, toolId, ...more }))
  }
}

/** What was said outlives a reload at the page's own server, which hands each transcript out once. */
export function keepTranscripts(): void {
  const threads = read((state) => state.threads.list) ?? []
  for (const { id, messages } of read(({ transcripts }) => transcripts) ?? []) {
    const title = threads.find((thread) => thread.id === id)?.title
    navigator.sendBeacon(`/transcript?id=${encodeURIComponent(id)}`, JSON.stringify({ title, messages }))
  }
}
