/** RTK Query: a query of the conversation, and a mutation that reads the body and puts each piece into its cache. */
import { configureStore } from '@reduxjs/toolkit'
import { createApi, fakeBaseQuery } from '@reduxjs/toolkit/query/react'
import { createFetch, eventsOf } from '../wire.mjs'

const fetch = createFetch('aiSdk')
const api = createApi({
  baseQuery: fakeBaseQuery(),
  keepUnusedDataFor: 0,
  endpoints: (build) => ({
    messages: build.query({ queryFn: () => ({ data: [] }) }),
    send: build.mutation({
      async queryFn({ id, text }, { dispatch }) {
        const change = (recipe) => dispatch(api.util.updateQueryData('messages', id, recipe))
        change((messages) => void messages.push({ role: 'user', text }, { role: 'agent', text: '' }))
        const response = await fetch('/api/chat', { body: JSON.stringify({ id, text }) })
        for await (const event of eventsOf(response))
          if (event.type === 'text-delta') change((messages) => void (messages.at(-1).text += event.delta))
        return { data: null }
      },
    }),
  }),
})
const store = configureStore({
  reducer: { [api.reducerPath]: api.reducer },
  middleware: (getDefault) => getDefault().concat(api.middleware),
})

export default {
  async open(id, update) {
    const query = store.dispatch(api.endpoints.messages.initiate(id))
    await query
    const selectMessages = api.endpoints.messages.select(id)
    let selectSend
    const stop = store.subscribe(update)
    return {
      isBusy: () => selectSend?.(store.getState()).isLoading ?? false,
      answer: () => selectMessages(store.getState()).data.at(-1)?.text ?? '',
      async turn(text) {
        const sent = store.dispatch(api.endpoints.send.initiate({ id, text }))
        selectSend = api.endpoints.send.select(sent.requestId)
        await sent
      },
      close() {
        stop()
        query.unsubscribe()
      },
    }
  },
}
