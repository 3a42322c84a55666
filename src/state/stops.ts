/** Stops in flight, and the turns and background runs that they are about. */
import type { BackgroundRun, ConversationsState, StopInFlight, Turn, TurnsState } from '../types'
import { rootOf } from './conversations'
import { NONE } from './lists'
import { entriesOf, entryOf, findBackground, findTurn, turnsIn } from './turns'

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

/** A background run, by its id and the conversation where a person sees it. */
export interface RunName {
  readonly conversationId: string
  readonly runId: string
}

/** The background run of this name; `undefined` where it does not run. */
export const backgroundRunNamed = (
  turns: TurnsState,
  conversations: ConversationsState,
  { conversationId, runId }: RunName,
): BackgroundRun | undefined => findBackground(turns, rootOf(conversations, conversationId), runId)

/** The background run that waits for the answer to this stop. */
export function backgroundRunAnswered(
  turns: TurnsState,
  conversations: ConversationsState,
  payload: RunName & { readonly nonce: string },
): BackgroundRun | undefined {
  const run = backgroundRunNamed(turns, conversations, payload)
  return run?.stop?.nonce === payload.nonce ? run : undefined
}
