/** This package, with a connection and a transcript slice of the app, as the README has it. */
import { configureStore, createSlice } from '@reduxjs/toolkit'
import { conversationClosed, createTurnkeeper, turnSubmitted } from 'redux-turnkeeper'

const transcript = createSlice({
  name: 'transcript',
  initialState: {},
  reducers: {
    textArrived(state, { payload: { conversationId, id, text } }) {
      const messages = (state[conversationId] ??= [])
      const answer = messages.find((message) => message.id === id)
      if (answer) answer.text += text
      else messages.push({ id, role: 'agent', text })
    },
  },
  extraReducers: (builder) =>
    builder
      .addCase(turnSubmitted, (state, { payload: { conversationId, turnId: id, input } }) => {
        ;(state[conversationId] ??= []).push({ id, role: 'user', text: String(input) })
      })
      .addCase(conversationClosed, (state, { payload }) => void delete state[payload.conversationId]),
})

/** `connect` is given what each event of the wire goes to, and `textOf` says what text it brings. */
export function keeperClient(connect, textOf) {
  const onEvent = (event, { conversationId, turnId }) => {
    const text = textOf(event)
    if (text !== undefined)
      store.dispatch(transcript.actions.textArrived({ conversationId, id: `answer-${turnId}`, text }))
  }
  const keeper = createTurnkeeper({ connection: connect(onEvent), runWithoutPage: true })
  const store = configureStore({
    reducer: { [keeper.reducerPath]: keeper.reducer, [transcript.reducerPath]: transcript.reducer },
    middleware: (getDefault) => getDefault().prepend(keeper.middleware),
  })
  const { selectIsBusy } = keeper.selectors
  return {
    open(id, update) {
      const isBusy = () => selectIsBusy(store.getState(), id)
      let over
      const stop = store.subscribe(() => {
        update()
        if (!isBusy()) over?.()
      })
      return {
        isBusy,
        answer: () => store.getState().transcript[id]?.at(-1).text ?? '',
        turn: (input) =>
          new Promise((resolve) => {
            store.dispatch(keeper.submitTurn({ conversationId: id, input }))
            over = resolve
          }),
        close() {
          stop()
          store.dispatch(conversationClosed({ conversationId: id }))
        },
      }
    },
  }
}
