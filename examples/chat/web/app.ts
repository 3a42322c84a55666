/** What the app does, as thunks; and its hooks, typed. */
import { conversationViewed, signals, turnSettled } from 'redux-turnkeeper'
import { assistantInputsChanged, checkAssistant } from 'redux-turnkeeper/assistant'
import { useDispatch, useSelector } from 'react-redux'
import { fetchFaults, fetchThreads, fetchTranscript } from './api'
import { newConversationId } from './backend'
import { keepOverReloads } from './persist'
import { faultsLoaded } from './slices/connection'
import { NEW_TITLE, pageHidden, threadOpened, threadsLoaded } from './slices/threads'
import { textArrived, transcriptLoaded } from './slices/transcripts'
import { effects, keeper } from './store'
import type { AppDispatch, AppState, AppStore } from './store'
import { stream } from './stream'

export const useAppDispatch = useDispatch.withTypes<AppDispatch>()
export const useAppSelector = useSelector.withTypes<AppState>()

/** Where the server cannot be reached the page shows what it has: the stream tells about the connection. */
const orNothing = async <T>(answer: Promise<T>): Promise<T | null> => answer.catch(() => null)

export const loadTranscript =
  (conversationId: string) => async (dispatch: AppDispatch, getState: () => AppState) => {
    const transcript = await orNothing(fetchTranscript(conversationId))
    if (!transcript) return
    const { selectActiveTurnId, selectQueue } = keeper.selectors
    const active = selectActiveTurnId(getState(), conversationId)
    const queued = selectQueue(getState(), conversationId).map(({ turnId }) => turnId)
    const keep = active === null ? queued : [...queued, active]
    dispatch(transcriptLoaded({ conversationId, transcript, keep }))
  }

export const view = (conversationId: string) => (dispatch: AppDispatch) => {
  history.replaceState(null, '', `#${encodeURIComponent(conversationId)}`)
  dispatch(conversationViewed({ conversationId }))
  void dispatch(loadTranscript(conversationId))
}

export const openThread = () => async (dispatch: AppDispatch, getState: () => AppState) => {
  const empty = getState().threads.list.find(({ title }) => title === NEW_TITLE)
  const id = empty?.id ?? (await newConversationId())
  if (!empty) dispatch(threadOpened({ id, title: NEW_TITLE }))
  dispatch(view(id))
}

const refresh = () => async (dispatch: AppDispatch, getState: () => AppState) => {
  const [list, faults] = await Promise.all([orNothing(fetchThreads()), orNothing(fetchFaults())])
  if (faults) dispatch(faultsLoaded(faults))
  if (!list) return
  dispatch(threadsLoaded(list))
  const { selected } = getState().threads
  const wanted = decodeURIComponent(location.hash.slice(1))
  if (selected !== null) void dispatch(loadTranscript(selected))
  else if (list.length > 0) dispatch(view(list.some(({ id }) => id === wanted) ? wanted : list[0]!.id))
  // What started while nobody listened: one status check for all of them.
  dispatch(keeper.checkStatus(list.map(({ id }) => id)))
}

const listen = effects.startListening.withTypes<AppState, AppDispatch>()

/** What this page knows to have missed, it asks for. */
function listenForGaps(): void {
  listen({
    actionCreator: signals.streamOpened,
    effect(_action, { dispatch }) {
      void dispatch(refresh())
      void dispatch(checkAssistant())
    },
  })
  listen({
    actionCreator: turnSettled,
    effect: ({ payload }, { dispatch }) => void dispatch(loadTranscript(payload.turn.conversationId)),
  })
  listen({
    actionCreator: textArrived,
    effect({ payload: { conversationId } }, { dispatch, getState, getOriginalState }) {
      const gapsIn = ({ transcripts }: AppState) =>
        transcripts.find(({ id }) => id === conversationId)?.gaps ?? 0
      if (gapsIn(getState()) > gapsIn(getOriginalState())) void dispatch(loadTranscript(conversationId))
    },
  })
}

export function start(store: AppStore): void {
  listenForGaps()
  keepOverReloads(store)
  document.addEventListener('visibilitychange', () => {
    const { hidden } = document
    store.dispatch(pageHidden(hidden))
    // What ends behind a hidden page is seen by nobody.
    store.dispatch(conversationViewed({ conversationId: hidden ? null : store.getState().threads.selected }))
  })
  store.dispatch(assistantInputsChanged({ signedIn: true }))
  stream.start(store.dispatch)
}
