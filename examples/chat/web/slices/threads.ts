/** The conversations of the sidebar, which one is on screen, and what the others have to tell. */
import { createSlice } from '@reduxjs/toolkit'
import type { PayloadAction } from '@reduxjs/toolkit'
import { conversationViewed, turnStarted, turnSubmitted } from 'redux-turnkeeper'
import type { EndedTurn } from 'redux-turnkeeper'
import type { ThreadSummary } from '../../server/protocol'

export interface Toast {
  readonly id: string
  readonly conversationId: string
  readonly text: string
  readonly tone: 'good' | 'bad'
}

interface ThreadsState {
  readonly list: readonly ThreadSummary[]
  readonly selected: string | null
  /** Conversations with news that nobody has looked at. */
  readonly unread: readonly string[]
  readonly toasts: readonly Toast[]
}

const initialState: ThreadsState = { list: [], selected: null, unread: [], toasts: [] }

const known = (list: readonly ThreadSummary[], id: string) => list.some((thread) => thread.id === id)

const TEXTS: Partial<Record<EndedTurn['outcome'], string>> = {
  complete: 'has a new answer',
  error: 'ran into an error',
  interrupted: 'was interrupted',
  undelivered: 'did not get your message',
  unknown: 'is over, and nobody knows how',
}

export const threads = createSlice({
  name: 'threads',
  initialState,
  reducers: {
    threadsLoaded(state, { payload }: PayloadAction<readonly ThreadSummary[]>) {
      const local = state.list.filter((thread) => !known(payload, thread.id))
      return { ...state, list: [...payload, ...local] }
    },
    threadOpened: (state, { payload }: PayloadAction<ThreadSummary>) => ({
      ...state,
      list: [...state.list, payload],
    }),
    /** A turn has ended: the keeper's own word, told once for each. */
    turnSettled(state, { payload: { ended, seen } }: PayloadAction<{ ended: EndedTurn; seen: boolean }>) {
      const { conversationId, turnId, outcome } = ended
      const text = TEXTS[outcome]
      if (seen || !text) return state
      const title = state.list.find((thread) => thread.id === conversationId)?.title ?? 'A conversation'
      const toast: Toast = {
        id: turnId,
        conversationId,
        text: `“${title}” ${text}.`,
        tone: outcome === 'complete' ? 'good' : 'bad',
      }
      return {
        ...state,
        unread: state.unread.includes(conversationId) ? state.unread : [...state.unread, conversationId],
        toasts: [...state.toasts.filter(({ id }) => id !== turnId), toast].slice(-4),
      }
    },
    toastDismissed: (state, { payload }: PayloadAction<string>) => ({
      ...state,
      toasts: state.toasts.filter(({ id }) => id !== payload),
    }),
  },
  extraReducers: (builder) =>
    builder
      .addCase(conversationViewed, (state, { payload: { conversationId } }) => ({
        ...state,
        selected: conversationId ?? state.selected,
        unread: state.unread.filter((id) => id !== conversationId),
        toasts: state.toasts.filter((toast) => toast.conversationId !== conversationId),
      }))
      // A draft gets its name from its first message; work from elsewhere brings conversations that nobody here has opened.
      .addCase(turnSubmitted, (state, { payload: { conversationId, input } }) => ({
        ...state,
        list: state.list.map((thread) =>
          thread.id === conversationId && thread.title === NEW_TITLE
            ? { ...thread, title: String(input).slice(0, 60) }
            : thread,
        ),
      }))
      .addCase(turnStarted, (state, { payload: { conversationId: id } }) =>
        id == null || known(state.list, id)
          ? state
          : { ...state, list: [...state.list, { id, title: 'From elsewhere' }] },
      ),
})

export const NEW_TITLE = 'New conversation'
export const { threadsLoaded, threadOpened, turnSettled, toastDismissed } = threads.actions
