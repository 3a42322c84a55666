import { connection } from 'next/server'
import { signals } from 'redux-turnkeeper'
import { makeStore } from '../lib/makeStore'
import { Status } from './components/Status'
import { StoreProvider } from './components/StoreProvider'

/** What the server knew when the page was asked for: a turn was running. */
export default async function Page() {
  await connection()
  const store = makeStore()
  store.dispatch(signals.turnStarted({ conversationId: 'c1', runId: 'r1' }))
  return (
    <StoreProvider state={store.getState()}>
      <Status conversationId="c1" />
    </StoreProvider>
  )
}
