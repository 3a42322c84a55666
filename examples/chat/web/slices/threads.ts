/** The conversations of the sidebar, which one is on screen, and what is new in the others. */
import { createSlice } from '@reduxjs/toolkit'
import type { PayloadAction } from '@reduxjs/toolkit'
import { conversationViewed, signals, turnSettled, turnSubmitted } from 'redux-turnkeeper'
import type { EndedTurn } from 'redux-turnkeeper'
import { conversationSeen } from 'redux-turnkeeper/tabs'
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
  /** While the page is in the background nothing is seen. */
  readonly isPageHidden: boolean
  readonly toasts: readonly Toast[]
}

const initialState: ThreadsState = { list: [], selected: null, isPageHidden: false, toasts: [] }

const isKnown = (list: readonly ThreadSummary[], id: string) => list.some((thread) => thread.id === id)

const TEXTS: Partial<Record<EndedTurn['outcome'], string>> = {
  complete: 'has a new answer',
  error: 'ran into an error',
  interrupted: 'was interrupted',
  undelivered: 'did not get your message',
  unknown: 'has ended, and how is not known',
}

const toastOf = ({ list }: ThreadsState, { turnId, conversationId, outcome }: EndedTurn): Toast | null => {
  const text = TEXTS[outcome]
  if (!text) return null
  const title = list.find(({ id }) => id === conversationId)?.title ?? 'A conversation'
  const tone = outcome === 'complete' ? 'good' : 'bad'
  return { id: turnId, conversationId, text: `“${title}” ${text}.`, tone }
}

export const threads = createSlice({
  name: 'threads',
  initialState,
  reducers: {
    threadsLoaded(state, { payload }: PayloadAction<readonly ThreadSummary[]>) {
      const local = state.list.filter((thread) => !isKnown(payload, thread.id))
      return { ...state, list: [...payload, ...local] }
    },
    threadOpened: (state, { payload }: PayloadAction<ThreadSummary>) => ({
      ...state,
      list: [...state.list, payload],
    }),
    pageHidden: (state, { payload }: PayloadAction<boolean>) => ({ ...state, isPageHidden: payload }),
    toastDismissed: (state, { payload }: PayloadAction<string>) => ({
      ...state,
      toasts: state.toasts.filter(({ id }) => id !== payload),
    }),
  },
  // The keeper's actions are events: this slice joins in.
  extraReducers: (builder) =>
    builder
      .addCase(turnSettled, (state, { payload: { turn, correction } }): ThreadsState => {
        const { conversationId, turnId } = turn
        const toast = toastOf(state, turn)
        // Told once for each turn. What is set right later changes the toast while it shows.
        const isShown = state.toasts.some(({ id }) => id === turnId)
        const isSeen = !state.isPageHidden && conversationId === state.selected
        if (!toast || (correction ? !isShown : isSeen)) return state
        return {
          ...state,
          toasts: [...state.toasts.filter(({ id }) => id !== turnId), toast].slice(-4),
        }
      })
      .addCase(conversationViewed, (state, { payload: { conversationId } }) => ({
        ...state,
        selected: conversationId ?? state.selected,
        toasts: state.toasts.filter((toast) => toast.conversationId !== conversationId),
      }))
      // Whichever tab a person looks at it in.
      .addCase(conversationSeen, (state, { payload: { conversationId } }) => ({
        ...state,
        toasts: state.toasts.filter((toast) => toast.conversationId !== conversationId),
      }))
      // A new conversation gets its name from its first message.
      .addCase(turnSubmitted, (state, { payload: { conversationId, input } }) => ({
        ...state,
        list: state.list.map((thread) =>
          thread.id === conversationId && thread.title === NEW_TITLE
            ? { ...thread, title: String(input).slice(0, 60) }
            : thread,
        ),
      }))
      // Work from elsewhere may come in a conversation that nobody has opened here.
      .addCase(signals.turnStarted, (state, { payload: { conversationId: id } }) =>
        id == null || isKnown(state.list, id)
          ? state
          : { ...state, list: [...state.list, { id, title: 'From elsewhere' }] },
      ),
})

export const NEW_TITLE = 'New conversation'
export const { threadsLoaded, threadOpened, pageHidden, toastDismissed } = threads.actions
