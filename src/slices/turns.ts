import { createSlice } from '@reduxjs/toolkit'
import type { Reducer, UnknownAction } from '@reduxjs/toolkit'
import { turnProgressed } from '../actions'
import { addressee, emptyLedger } from '../rules'
import type { Fold } from '../rules'
import type { Ledger } from '../types'
import { frozen } from './freeze'

/** What a live turn is doing, as far as the wire says. */
export interface Activity {
  readonly turnId: string
  /** Tool calls open, oldest first. */
  readonly openTools: readonly { readonly callId: string; readonly text: string | null }[]
  readonly statusText: string | null
}

export interface TurnsState {
  /** What is live, and the bounded history of what has ended. */
  readonly ledger: Ledger
  readonly activity: readonly Activity[]
}

export const initialTurns: TurnsState = { ledger: emptyLedger, activity: [] }

/** The reducer of the live turns: the shared ledger, and what each turn is doing. */
export function turnsReducer(fold: Fold): Reducer<TurnsState> {
  return (state = initialTurns, action) => {
    const ledger = fold(state.ledger, action)
    if (ledger === state.ledger && action.type !== turnProgressed.type) return state
    const activity = foldActivity(state.activity, ledger, action, ledger.live !== state.ledger.live)
    return ledger === state.ledger && activity === state.activity ? state : frozen({ ledger, activity })
  }
}

function foldActivity(
  activity: readonly Activity[],
  ledger: Ledger,
  action: UnknownAction,
  liveChanged: boolean,
): readonly Activity[] {
  const left =
    liveChanged && activity.length > 0 && activity.some((entry) => !isLive(ledger, entry.turnId))
      ? activity.filter((entry) => isLive(ledger, entry.turnId))
      : activity
  if (!turnProgressed.match(action)) return left
  const { kind, callId, text, replayed } = action.payload
  const opens = kind === 'tool_open' || kind === 'compaction_open'
  const closes = kind === 'tool_closed' || kind === 'compaction_closed'
  if (replayed || (!opens && !closes && (kind !== 'status' || text === undefined))) return left
  const to = addressee(ledger, action.payload)
  const turnId =
    to.kind === 'turn'
      ? to.turn.turnId
      : to.kind === 'conversation'
        ? ledger.live.find((turn) => turn.phase !== 'queued' && turn.conversationId === to.key)?.turnId
        : undefined
  if (turnId === undefined) return left
  const known = left.find((entry) => entry.turnId === turnId) ?? { turnId, openTools: [], statusText: null }
  const next = opens
    ? openTool(known, callId ?? kind.replace('_open', ''), text ?? null)
    : closes
      ? closeTool(known, callId ?? kind.replace('_closed', ''))
      : known.statusText === text
        ? known
        : { ...known, statusText: text ?? null }
  return next === known ? left : [...left.filter((entry) => entry !== known), next]
}

const isLive = (ledger: Ledger, turnId: string): boolean => ledger.live.some((turn) => turn.turnId === turnId)

const openTool = (known: Activity, callId: string, text: string | null): Activity =>
  known.openTools.some((tool) => tool.callId === callId)
    ? known
    : { ...known, openTools: [...known.openTools, { callId, text }] }

const closeTool = (known: Activity, callId: string): Activity =>
  known.openTools.some((tool) => tool.callId === callId)
    ? { ...known, openTools: known.openTools.filter((tool) => tool.callId !== callId) }
    : known

/**
 * The `turns` slice. Its reducer is a plain function over the shared fold, since Immer would cost more than the rules;
 * from outside it is a slice like any other.
 */
export function createTurnsSlice<Path extends string = 'turns'>(
  fold: Fold,
  reducerPath: Path = 'turns' as Path,
) {
  const slice = createSlice({ name: 'turns', reducerPath, initialState: initialTurns, reducers: {} })
  return { ...slice, reducerPath, reducer: turnsReducer(fold) }
}
