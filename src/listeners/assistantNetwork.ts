import { networkChanged } from '../assistant'
import type { RegisterListener } from '../middleware/types'

/** Says when the page loses its network, and has it back. */
export const registerAssistantNetwork: RegisterListener = ({ options, dispatch, onDispose }) =>
  onDispose(
    options.environment.subscribe((event) => {
      if (event === 'online' || event === 'offline') dispatch(networkChanged({ online: event === 'online' }))
    }),
  )
