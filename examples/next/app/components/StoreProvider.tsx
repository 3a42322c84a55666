'use client'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { Provider } from 'react-redux'
import type { KeeperState } from 'redux-turnkeeper'
import { TurnkeeperProvider } from 'redux-turnkeeper/react'
import { keeper, makeStore } from '../../lib/makeStore'

export function StoreProvider({
  state,
  children,
}: {
  state: { turnkeeper: KeeperState }
  children: ReactNode
}) {
  const [store] = useState(() => makeStore(state))
  return (
    <Provider store={store}>
      <TurnkeeperProvider keeper={keeper}>{children}</TurnkeeperProvider>
    </Provider>
  )
}
