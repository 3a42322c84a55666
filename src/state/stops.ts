/** Stops in flight, and the turns that they are about. */
import type { StopInFlight, Turn, TurnsState } from '../types'
import { NONE } from './lists'
import { entriesOf, entryOf, findTurn, turnsIn } from './turns'

/** The stops in flight of one turn. */
export const stopsOf = (turns: TurnsState, { turnId, conversationId }: Turn): readonly StopInFlight[] => {
  const stops = entryOf(turns, conversationId)?.stopsInFlight ?? NONE
  return stops.length === 0 ? NONE : stops.filter((stop) => stop.turnId === turnId)
}

/**
 * The turn that the answer to a stop is about: that of its id or, where what came in from elsewhere has turned out to be
 * our own prompt since, the one that goes on with this stop under another name.
 */
export function findStopped(turns: TurnsState, turnId: string, nonce: string | undefined): Turn | undefined {
  const named = findTurn(turns, turnId)
  if (named || nonce === undefined) return named
  const entry = entriesOf(turns).find(({ stopsInFlight }) =>
    stopsInFlight.some((stop) => stop.nonce === nonce),
  )
  return entry && turnsIn(entry).find(({ stop }) => stop?.nonce === nonce)
}
