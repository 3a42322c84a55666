import type {
  Address,
  BackgroundRun,
  ConversationsState,
  EndedTurn,
  Turn,
  TurnsState,
  UnplacedRun,
} from '../types'
import { keyOf, parentOf, rootOf } from './conversations'
import {
  activeOf,
  endedRunKey,
  entryOf,
  findBackground,
  findEnded,
  findHost,
  findTurn,
  findTurnByRun,
  findUnplaced,
} from './turns'

/**
 * What an address names. `unknown`: a turn or run that nobody here has heard of. `conversation`: no turn, only a
 * conversation. `unaddressed`: nothing that can be placed.
 */
export type Target =
  | { readonly kind: 'turn'; readonly turn: Turn }
  | { readonly kind: 'ended'; readonly ended: EndedTurn }
  | {
      readonly kind: 'background'
      readonly run: BackgroundRun | undefined
      readonly runId: string
      readonly key: string
      /** It has ended already: a late signal does not open it again. */
      readonly isOver: boolean
    }
  | { readonly kind: 'unplaced'; readonly run: UnplacedRun; readonly key: string }
  | { readonly kind: 'unknown'; readonly key: string | null }
  | { readonly kind: 'conversation'; readonly key: string }
  | { readonly kind: 'unaddressed' }

const UNADDRESSED: Target = { kind: 'unaddressed' }

/** Whether a person has a turn of their own in a conversation that was announced as a helper's. */
const hasOwnTurn = (turns: TurnsState, key: string): boolean => {
  const entry = entryOf(turns, key)
  return entry !== undefined && (entry.active !== null || entry.queue.length > 0)
}

const background = (turns: TurnsState, key: string, runId: string): Target => {
  const run = findBackground(turns, key, runId)
  const isOver =
    run === undefined && turns.endedRuns.length > 0 && turns.endedRuns.includes(endedRunKey(key, runId))
  return { kind: 'background', run, runId, key, isOver }
}

/** The turn that goes by one of these names. One that nobody had named goes by its run, whatever name it is given then. */
function turnNamed(
  turns: TurnsState,
  turnId: string | null,
  runId: string | null,
  key: string | null,
): Turn | undefined {
  const named = turnId === null ? undefined : findTurn(turns, turnId, key)
  if (named || runId === null) return named
  const byRun = findTurnByRun(turns, runId, key)
  return turnId === null || byRun?.origin === 'remote' ? byRun : undefined
}

/** Resolves what a signal names. A signal that names turn X is never anything but X's (law 2). */
export function resolveAddress(
  turns: TurnsState,
  conversations: ConversationsState,
  address: Address,
): Target {
  const { turnId = null, runId = null, role } = address
  const named = address.conversationId ?? null
  const own = named === null ? null : keyOf(conversations, named)
  const isHelper = named !== null && conversations.children.length > 0 && !!parentOf(conversations, named)

  if (role === 'child' || role === 'auxiliary') {
    const id = isHelper ? named : (runId ?? turnId ?? named)
    return id === null || named === null ? UNADDRESSED : background(turns, rootOf(conversations, named), id)
  }
  if (isHelper && own !== null && !hasOwnTurn(turns, own)) {
    // The conversation of a helper is one background run, whatever it calls its own. A turn of a person's in it is a turn.
    const ended = turnId === null && runId === null ? undefined : findEnded(turns, turnId, runId, own)
    return ended ? { kind: 'ended', ended } : background(turns, rootOf(conversations, named), named)
  }
  if (turnId === null && runId === null)
    return own === null ? UNADDRESSED : { kind: 'conversation', key: own }

  const turn = turnNamed(turns, turnId, runId, own)
  if (turn) return { kind: 'turn', turn }
  // A prompt that the server added to the turn that runs is no turn of its own any more.
  const host = turnId === null ? undefined : findHost(turns, turnId)
  if (host) return { kind: 'conversation', key: host.conversationId }
  // A run that only ever named its turn goes by that name.
  const name = runId ?? turnId
  const run = name === null || own === null ? undefined : findBackground(turns, own, name)
  if (run) return { kind: 'background', run, runId: run.runId, key: own!, isOver: false }
  const ended = findEnded(turns, turnId, runId, own)
  if (ended) return { kind: 'ended', ended }
  if (own !== null) {
    const unplaced = findUnplaced(turns, own, runId, turnId)
    if (unplaced) return { kind: 'unplaced', run: unplaced, key: own }
    if (runId !== null && turns.endedRuns.includes(endedRunKey(own, runId)))
      return { kind: 'background', run: undefined, runId, key: own, isOver: true }
  }
  return { kind: 'unknown', key: own }
}

/** The id by which a question names its asker, and the conversation where a person sees it. */
export interface Asker {
  readonly askerId: string
  readonly key: string
}

/** Who asks: the turn or run that the signal names, else the active turn of the conversation. */
export function askerOf(
  turns: TurnsState,
  conversations: ConversationsState,
  address: Address,
): Asker | undefined {
  const target = resolveAddress(turns, conversations, address)
  switch (target.kind) {
    case 'turn':
      return { askerId: target.turn.turnId, key: rootOf(conversations, target.turn.conversationId) }
    case 'background':
      return target.run && { askerId: target.runId, key: target.key }
    case 'unplaced':
      return { askerId: target.run.runId, key: target.key }
    case 'conversation': {
      const active = activeOf(turns, target.key)
      return active
        ? { askerId: active.turnId, key: rootOf(conversations, active.conversationId) }
        : undefined
    }
    case 'ended':
    case 'unknown':
    case 'unaddressed':
      return undefined
  }
}
