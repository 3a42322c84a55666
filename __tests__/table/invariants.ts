/** What holds in every cell, whatever it says. */
import type { UnknownAction } from '@reduxjs/toolkit'
import { turnSubmitted } from 'redux-turnkeeper'
import type { KeeperState } from 'redux-turnkeeper'
import { rowsOf } from '../../src/state/table'
import { entriesOf, findTurn, turnsIn } from '../../src/state/turns'
import { createContract } from '../laws/contract'
import { doubledFacts, strayTexts, wrongPointers } from '../scenarios/facts'
import { optionsOf } from './scene'

const contracts = { checked: createContract(optionsOf(true)), unchecked: createContract(optionsOf(false)) }

/** The turn that a prompt makes; none where it is a retry that is under way already. */
const promptOf = (action: UnknownAction, before: KeeperState): readonly string[] => {
  if (!turnSubmitted.match(action)) return []
  const { turnId, retryOf } = action.payload
  return retryOf !== undefined && findTurn(before.turns, retryOf) ? [] : [turnId]
}

/** Every prompt is with its turn, a draft, or known to have arrived (law 11). No turn vanishes without a record (law 6). */
function lostPrompts({ turns, conversations }: KeeperState, prompts: readonly string[]): string[] {
  const rows = rowsOf(conversations.byId)
  const merged = new Set(
    entriesOf(turns).flatMap((entry) => turnsIn(entry).flatMap((turn) => turn.mergedTurnIds)),
  )
  return prompts.flatMap((turnId) => {
    const hasText = rows.some(({ texts }) => texts.some((text) => text.turnId === turnId))
    const turn = findTurn(turns, turnId)
    if (turn) {
      // One whose end was taken back runs on without a text, where that had arrived.
      const needsText = turn.sendState !== 'accepted' && turn.revocations === 0
      return needsText && !hasText ? [`the text of ${turnId} is lost`] : []
    }
    if (merged.has(turnId)) return []
    const record = turns.ended.find((other) => other.turnId === turnId)
    if (!record) return [`the turn ${turnId} has vanished without a record`]
    // One whose end was taken back had no text any more, where that had arrived.
    const isDraft = rows.some(({ drafts }) => drafts.some((draft) => draft.turnId === turnId))
    const hasArrived =
      record.revocations > 0 ||
      record.started === 'named' ||
      record.sendState === 'accepted' ||
      (record.grade === 'witnessed' && record.outcome === 'complete')
    // A retry has taken its text up.
    const isRetried = rows.some(({ texts }) => texts.some((text) => text.retryOf === turnId))
    return isDraft || hasArrived || isRetried ? [] : [`the text of ${turnId} is lost`]
  })
}

/** One step: what was there, what happened, and what came of it. */
export interface Step {
  readonly before: KeeperState
  readonly actions: readonly UnknownAction[]
  readonly after: KeeperState
  readonly at: number
  /** The prompts so far. */
  readonly prompts: readonly string[]
  /** Those of which the server has said, whatever came later, that it has them. */
  readonly accepted?: ReadonlySet<string>
}

/** The prompts that a step adds. */
export const promptsOf = ({ before, actions }: Pick<Step, 'before' | 'actions'>): readonly string[] =>
  actions.flatMap((action) => promptOf(action, before))

/** What is broken after a step, in words. */
export function brokenIn(step: Step, hasStatusChecks: boolean): readonly string[] {
  const { before, after, at, accepted = new Set() } = step
  const contract = hasStatusChecks ? contracts.checked : contracts.unchecked
  const broken = [
    ...doubledFacts(after),
    ...wrongPointers(after),
    ...strayTexts(after),
    ...contract(after, at),
  ]
  // Everything of another user goes.
  if (after.turns.userId !== before.turns.userId) return broken

  const prompts = [...step.prompts, ...promptsOf(step)].filter((turnId) => !accepted.has(turnId))
  broken.push(...lostPrompts(after, prompts))
  for (const record of before.turns.ended) {
    if (record.grade !== 'witnessed') continue
    const now = after.turns.ended.find(({ turnId }) => turnId === record.turnId)
    // What was taken for a turn from elsewhere was our prompt's: the record is that one's.
    if (!now && record.origin === 'remote') continue
    const said = ({ reason, outcome, grade, error, endedAt, seq }: typeof record) =>
      JSON.stringify([reason, outcome, grade, error, endedAt, seq])
    if (!now || said(now) !== said(record)) broken.push(`the witnessed record of ${record.turnId} changed`)
  }
  return broken
}
