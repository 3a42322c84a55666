/** What the timeline draws: the keeper's actions, as they came. Bounded. */
import { createSlice } from '@reduxjs/toolkit'
import type { UnknownAction } from '@reduxjs/toolkit'
import {
  conversationViewed,
  draftTaken,
  errorDismissed,
  queueResumed,
  sendingGated,
  userChanged,
} from 'redux-turnkeeper'
import type { EndedTurn, EndPayload, Meta, ProgressPayload } from 'redux-turnkeeper'
import { originOf } from 'redux-turnkeeper/tabs'

export interface Mark {
  readonly n: number
  readonly at: number
  readonly type: string
  readonly source: string
  readonly turnId: string | null
  /** The conversations that it is about; `null` where it names none and concerns all. */
  readonly conversationIds: readonly string[] | null
  /** How many signals it stands for. */
  readonly count: number
  /** What it says, in a word or two. */
  readonly note: string | null
  /** The tab that it was said in; `null` for this one. */
  readonly tab: string | null
}

const SIZE = 600
const PREFIX = 'turnkeeper/'
/** The assistant has a notice of its own, and which tab leads is shown above the turns. */
const ELSEWHERE = /^turnkeeper\/(assistant|tabs)\//

/** What says nothing about a turn. */
const OTHERS: ReadonlySet<string> = new Set(
  [conversationViewed, draftTaken, errorDismissed, queueResumed, sendingGated, userChanged].map(
    ({ type }) => type,
  ),
)

interface Told extends Partial<Omit<EndPayload, 'grade'> & ProgressPayload> {
  readonly conversationIds?: readonly string[]
  readonly answer?: { readonly status?: string; readonly last?: { readonly outcome?: string } | null }
  readonly failed?: boolean
  /** Of `keeperAttached`: nothing was taken over. */
  readonly own?: boolean
  readonly how?: string
  readonly status?: string
  /** Of `turnSettled`. */
  readonly turn?: EndedTurn
}
type KeeperAction = UnknownAction & { readonly meta: Meta; readonly payload: Told }

const isDrawn = (action: UnknownAction): action is KeeperAction =>
  action.type.startsWith(PREFIX) &&
  !ELSEWHERE.test(action.type) &&
  !OTHERS.has(action.type) &&
  typeof (action as Partial<KeeperAction>).meta?.at === 'number' &&
  (action as KeeperAction).payload.own !== true

function noteOf({ kind, reason, answer, failed, status, how, turn }: Told): string | null {
  if (turn) return `${turn.outcome}, ${turn.grade}`
  if (answer)
    return answer.last && answer.status === 'idle'
      ? `idle, last: ${answer.last.outcome}`
      : (answer.status ?? null)
  if (failed) return 'failed'
  return kind ?? reason ?? how ?? status ?? null
}

export const timeline = createSlice({
  name: 'timeline',
  initialState: { seen: 0, marks: [] as readonly Mark[] },
  reducers: {},
  extraReducers: (builder) =>
    builder.addMatcher(isDrawn, (state, action) => {
      const { payload, meta, type } = action
      const conversationId = payload.turn?.conversationId ?? payload.conversationId
      const mark: Mark = {
        n: state.seen + 1,
        at: meta.at,
        type: type.slice(PREFIX.length),
        source: meta.source,
        turnId: payload.turn?.turnId ?? payload.turnId ?? null,
        conversationIds: payload.conversationIds ?? (conversationId == null ? null : [conversationId]),
        count: payload.count ?? 1,
        note: noteOf(payload),
        tab: originOf(action),
      }
      return { seen: mark.n, marks: [...state.marks, mark].slice(-SIZE) }
    }),
})
