/** Every fact once: walks the keeper's state, and tells of each turn, run, question or session that stands in two places. */
import type { KeeperState } from 'redux-turnkeeper'
import { isTurnless } from '../../src/state/conversations'
import { rowsOf } from '../../src/state/table'
import { entriesOf, turnsIn } from '../../src/state/turns'

export function doubledFacts({ turns, conversations }: KeeperState): string[] {
  const found: string[] = []
  const seen = new Map<string, string>()
  const once = (kind: string, id: string, where: string): void => {
    const key = `${kind} ${id}`
    const known = seen.get(key)
    if (known !== undefined) found.push(`${key} stands in two places: ${known}, and ${where}`)
    seen.set(key, where)
  }
  for (const entry of entriesOf(turns)) {
    const key = entry.conversationId
    once('entry', key, 'turns')
    for (const turn of turnsIn(entry)) {
      once('turn', turn.turnId, key)
      if (turn.conversationId !== key)
        found.push(`turn ${turn.turnId} of ${turn.conversationId} stands in ${key}`)
      for (const run of new Set([...turn.runs, ...(turn.guessedRun === null ? [] : [turn.guessedRun])]))
        once(`run of ${key}`, run, `turn ${turn.turnId}`)
      for (const merged of turn.mergedTurnIds) once('turn', merged, `merged into ${turn.turnId}`)
    }
    for (const run of entry.unplacedRuns) once(`run of ${key}`, run.runId, 'unplaced')
    for (const run of entry.backgroundRuns) once(`run of ${key}`, run.runId, 'background')
  }
  for (const record of turns.ended) once('turn', record.turnId, 'the records')
  for (const row of rowsOf(conversations.byId)) {
    once('conversation', row.conversationId, 'conversations')
    for (const { askerId, requestId } of row.questions)
      once('question', JSON.stringify([row.conversationId, askerId, requestId]), row.conversationId)
    for (const { turnId } of row.texts) once('text', turnId, row.conversationId)
    for (const { turnId } of row.drafts) once('text', turnId, `the drafts of ${row.conversationId}`)
  }
  return found
}

/** Texts that stand where their turn is not: they would never be given back. */
export function strayTexts({ turns, conversations }: KeeperState): string[] {
  const homes = new Map<string, string>()
  for (const entry of entriesOf(turns))
    for (const turn of turnsIn(entry))
      for (const id of [turn.turnId, ...turn.mergedTurnIds]) homes.set(id, entry.conversationId)
  return rowsOf(conversations.byId).flatMap(({ conversationId, texts }) =>
    texts
      .filter((text) => !isTurnless(text) && homes.get(text.turnId) !== conversationId)
      .map(
        ({ turnId }) => `the text of ${turnId} stands in ${conversationId}, its turn in ${homes.get(turnId)}`,
      ),
  )
}

/** What a conversation says of a turn that moved on from there, and is not so. */
export function wrongPointers({ turns }: KeeperState): string[] {
  return entriesOf(turns).flatMap(({ conversationId, movedTurn }) => {
    if (!movedTurn) return []
    const { turnId, conversationId: target } = movedTurn
    const turn = entriesOf(turns)
      .flatMap(turnsIn)
      .find((other) => other.turnId === turnId)
    const where = `${conversationId} points at the turn ${turnId} in ${target}`
    if (!turn) return [`${where}, which is no more`]
    if (turn.conversationId !== target) return [`${where}, which is in ${turn.conversationId}`]
    return turn.otherKeys.includes(conversationId) ? [] : [`${where}, which knows nothing of it`]
  })
}
