import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Provider } from 'react-redux'
import { TurnkeeperProvider } from 'redux-turnkeeper/react'
import { start } from './app'
import { App } from './components/App'
import { keeper, store } from './store'
import './styles.css'

start(store)
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Provider store={store}>
      <TurnkeeperProvider keeper={keeper}>
        <App />
      </TurnkeeperProvider>
    </Provider>
  </StrictMode>,
)
