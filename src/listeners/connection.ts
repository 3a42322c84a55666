import type { RegisterListener } from '../middleware/types'

/** Lets the connection of the option `connection` begin to listen. */
export const registerConnection: RegisterListener = ({ options, portContext, signal, reportError }) => {
  try {
    options.connection?.open?.(portContext(signal))
  } catch (error) {
    reportError(error, 'connection')
  }
}
