/** What happens where actions and frames come in any order. */
import { ADAPTER_READINGS } from './adapterReadings'
import { ANY_ACTIONS } from './anyActions'
import { ASSISTANT_WALKS } from './assistantWalks'
import { KEEPERS } from './keepers'
import type { Recorded } from './types'

export const BY_CHANCE: readonly Recorded[] = [
  ...ANY_ACTIONS,
  ...ASSISTANT_WALKS,
  ...ADAPTER_READINGS,
  ...KEEPERS,
]
