import { assistantInputsChanged, assistantOf, renewToken } from '../assistant'
import type { RegisterListener } from '../middleware/types'

/**
 * Takes over the new token of a gateway that the app tells of again. Tokens are no part of the state: to the reducer these
 * were the same inputs.
 */
export const registerConnectionTokens: RegisterListener = ({ startListening, read }) => {
  startListening({
    actionCreator: assistantInputsChanged,
    effect: ({ payload }) => {
      const given = payload.gatewayAuth?.connection
      const { inputs, connection } = assistantOf(read())
      const kept = inputs?.gatewayAuth ? connection : null
      if (given && kept && given !== kept && given.url === kept.url) renewToken(kept, given)
    },
  })
}
