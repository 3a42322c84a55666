/** A position of the explorer: the keeper's state, the time, and what is remembered of the way there. */
import type { UnknownAction } from '@reduxjs/toolkit'
import { sendAccepted, turnSubmitted, userChanged } from 'redux-turnkeeper'
import type { KeeperState } from 'redux-turnkeeper'
import { queuedRemoved, statusCheckStarted } from '../../src/actions'
import { resolveOptions } from '../../src/options'
import { dueIn } from '../../src/middleware/due'
import { ALONE } from '../../src/middleware/types'
import type { StoreContext } from '../../src/middleware/types'
import { entriesOf, findTurn } from '../../src/state/turns'
import { nextCheckOf } from '../../src/turns'
import { optionsOf, reducerOf, stamped } from '../table/scene'
import { brokenIn, promptsOf } from '../table/invariants'

export interface Position {
  readonly state: KeeperState
  readonly now: number
  /** The prompts so far. */
  readonly prompts: readonly string[]
  /** Those whose text is certainly not ours to keep any more. */
  readonly accepted: ReadonlySet<string>
}

/** What may happen next: some time passes, then these actions come. */
export interface Move {
  readonly name: string
  readonly actions: readonly UnknownAction[]
  readonly ms?: number
}

export const START = 1_000_000

export const startPosition = (hasStatusChecks: boolean): Position => ({
  state: reducerOf(hasStatusChecks)(undefined, userChanged({ userId: 'user' })),
  now: START,
  prompts: [],
  accepted: new Set(),
})

/** Prompts that the server has said it has although their turn has ended, and those that a retry took up. */
function safePrompts(
  actions: readonly UnknownAction[],
  before: KeeperState,
  after: KeeperState,
): readonly string[] {
  // Whose end says that it had arrived has no text any more, even where that end is taken back.
  const arrived =
    before.turns.ended === after.turns.ended
      ? []
      : after.turns.ended.filter(({ sendState, started }) => sendState === 'accepted' || started === 'named')
  const told = actions.flatMap((action) => {
    if (sendAccepted.match(action) && !findTurn(after.turns, action.payload.turnId))
      return [action.payload.turnId]
    if (turnSubmitted.match(action) && action.payload.retryOf !== undefined && before !== after)
      return [action.payload.retryOf]
    // Another tab has it.
    if (queuedRemoved.match(action) && action.payload.elsewhere) return [action.payload.turnId]
    return []
  })
  return [...told, ...arrived.map(({ turnId }) => turnId)]
}

export interface Played {
  readonly position: Position
  /** What holds no more, in words. */
  readonly broken: readonly string[]
}

/** Plays a move, and checks what must hold after it. */
export function play(from: Position, { actions, ms = 0 }: Move, hasStatusChecks: boolean): Played {
  const now = from.now + ms
  const sent = actions.map((action) => stamped(action, now))
  const before = from.state
  const after = sent.reduce(reducerOf(hasStatusChecks), before)
  if (after === before) return { position: { ...from, now }, broken: [] }
  const isAnotherUser = after.turns.userId !== before.turns.userId
  const safe = safePrompts(sent, before, after)
  const accepted = safe.length === 0 ? from.accepted : new Set([...from.accepted, ...safe])
  const broken = brokenIn(
    { before, actions: sent, after, at: now, prompts: from.prompts, accepted },
    hasStatusChecks,
  )
  const prompts = isAnotherUser ? [] : [...from.prompts, ...promptsOf({ before, actions: sent })]
  return { position: { state: after, now, prompts, accepted }, broken }
}

const resolved = { checked: resolveOptions(optionsOf(true)), unchecked: resolveOptions(optionsOf(false)) }

/** What the keeper itself would do next, and when; `null` where it waits for others alone. */
export function nextDue({ state, now }: Position, hasStatusChecks: boolean, nonce: string): Move | null {
  const options = hasStatusChecks ? resolved.checked : resolved.unchecked
  // What is due follows from the state: of the context only this is read.
  const context = {
    options,
    requests: { issue: () => nonce },
    coordinator: ALONE,
  } as unknown as StoreContext
  let first: { readonly at: number; readonly create: () => UnknownAction } | null = null
  const isInFlight = (key: string) =>
    state.turns.statusChecks.some(({ conversationIds }) => conversationIds.includes(key))
  for (const entry of entriesOf(state.turns)) {
    for (const due of dueIn(context, state, entry, now)) if (!first || due.at < first.at) first = due
    const at = hasStatusChecks && !isInFlight(entry.conversationId) ? nextCheckOf(entry) : null
    if (at !== null && (!first || at < first.at))
      first = { at, create: () => statusCheckStarted({ nonce, conversationIds: [entry.conversationId] }) }
  }
  if (!first) return null
  const action = first.create()
  return { name: `due: ${action.type}`, ms: Math.max(first.at - now, 0), actions: [action] }
}
