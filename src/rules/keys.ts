import type { Ledger, LiveTurn } from '../types'
import { findTurn, keyOf, patch, replaceTurn } from './ledger'
import { amend } from './turn'

/** The conversation is known by another key: everything of it moves, and later signals under the old key find it. */
export function rekey(
  ledger: Ledger,
  payload: { readonly from: string; readonly to: string; readonly turnId?: string },
): Ledger {
  const from = keyOf(ledger, payload.from)
  // Back to a name that it went by before: the old name is the new one.
  const to = keyOf(ledger, payload.to) === from ? payload.to : keyOf(ledger, payload.to)
  if (from === to) return ledger
  if (payload.turnId !== undefined) {
    const turn = findTurn(ledger, payload.turnId)
    return turn
      ? replaceTurn(ledger, turn, {
          conversationId: to,
          keys: [...turn.keys, turn.conversationId].filter((key) => key !== to),
        })
      : ledger
  }
  const renamed = (turn: LiveTurn): LiveTurn =>
    turn.keys.includes(to) ? amend(turn, { keys: turn.keys.filter((key) => key !== to) }) : turn
  const move = <T extends { readonly conversationId: string }>(list: readonly T[]): readonly T[] =>
    list.some((entry) => entry.conversationId === from)
      ? list.map((entry) => (entry.conversationId === from ? { ...entry, conversationId: to } : entry))
      : list
  return patch(ledger, {
    aliases: [
      ...ledger.aliases
        .filter((alias) => alias.from !== to)
        .map((alias) => (alias.to === from ? { ...alias, to } : alias)),
      { from, to },
    ].slice(-256),
    live: move(ledger.live).map((turn) => (turn.conversationId === to ? renamed(turn) : turn)),
    settled: move(ledger.settled),
    sides: move(ledger.sides),
    checks: move(ledger.checks),
    stops: move(ledger.stops),
    owed: move(ledger.owed),
    held: ledger.held.map((id) => (id === from ? to : id)),
    foreground: ledger.foreground === from ? to : ledger.foreground,
  })
}
