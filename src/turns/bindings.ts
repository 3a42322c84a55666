/** Whose run is it: a run is bound to one turn, and is then neither of unknown origin nor another's. */
import { RUNS_PER_TURN } from '../state/config'
import { without } from '../state/lists'
import { entryOf, findHelper, findTurnByRun, patchEntry } from '../state/turns'
import type { Turn, TurnsState } from '../types'
import { changeTurn } from './turn'

/** The run is placed: it is neither of unknown origin any more, nor an unlabelled one beside a turn. */
export function forgetRun(turns: TurnsState, key: string, runId: string): TurnsState {
  const entry = entryOf(turns, key)
  if (!entry || (entry.unplacedRuns.length === 0 && entry.backgroundRuns.length === 0)) return turns
  const unplacedRuns = without(entry.unplacedRuns, (run) => run.runId === runId)
  const backgroundRuns = without(
    entry.backgroundRuns,
    (run) => run.runId === runId && run.role === 'unlabelled',
  )
  return unplacedRuns === entry.unplacedRuns && backgroundRuns === entry.backgroundRuns
    ? turns
    : patchEntry(turns, key, { unplacedRuns, backgroundRuns })
}

/** The run is this turn's: it is no other's. */
function takeRun(turns: TurnsState, { turnId, conversationId }: Turn, runId: string): TurnsState {
  const other = findTurnByRun(turns, runId, conversationId)
  if (!other || other.turnId === turnId) return turns
  const guessedRun = other.guessedRun === runId ? null : other.guessedRun
  return changeTurn(turns, other, { runs: without(other.runs, (run) => run === runId), guessedRun })
}

/** Whether the run is a helper's or another turn's: then nobody guesses that it is this turn's. */
export function isTaken(turns: TurnsState, { turnId, conversationId }: Turn, runId: string): boolean {
  if (findHelper(turns, conversationId, runId)) return true
  const holder = findTurnByRun(turns, runId, conversationId)
  return holder !== undefined && holder.turnId !== turnId
}

/** Gives a run to a turn for certain. What was only guessed gives way; a helper's run stays the helper's. */
export function bindRun(turns: TurnsState, turn: Turn, runId: string): TurnsState {
  if (findHelper(turns, turn.conversationId, runId)) return turns
  const wasGuess = turn.guessedRun === runId
  return changeTurn(takeRun(forgetRun(turns, turn.conversationId, runId), turn, runId), turn, {
    runs: turn.runs.includes(runId) ? turn.runs : [...turn.runs, runId].slice(-RUNS_PER_TURN),
    guessedRun: null,
    unconfirmedEnd: wasGuess || turn.unconfirmedEnd?.runId == null ? turn.unconfirmedEnd : null,
  })
}
