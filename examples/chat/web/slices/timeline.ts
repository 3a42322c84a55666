/** What the timeline draws: every event of the keeper's, as it came in. Bounded. */
import { createSlice } from '@reduxjs/toolkit'
import type { UnknownAction } from '@reduxjs/toolkit'
import type { EndPayload, Meta, ProgressPayload } from 'redux-turnkeeper'

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
}

const SIZE = 600
const FOLDERS = ['turns/', 'stream/', 'conversations/session', 'keeper/']

type Told = UnknownAction & {
  readonly meta: Meta
  readonly payload: Partial<EndPayload & ProgressPayload> & {
    readonly conversationIds?: readonly string[]
    readonly answer?: { readonly status?: string; readonly last?: { readonly outcome?: string } | null }
    readonly failed?: boolean
    readonly how?: string
  }
}

const isTold = (action: UnknownAction): action is Told =>
  FOLDERS.some((folder) => action.type.startsWith(folder)) &&
  typeof (action as Partial<Told>).meta?.at === 'number'

function noteOf({ payload }: Told): string | null {
  const { kind, reason, answer, failed, status, how } = payload as Told['payload'] & { status?: string }
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
    builder.addMatcher(isTold, (state, action) => {
      const { payload, meta, type } = action
      const mark: Mark = {
        n: state.seen + 1,
        at: meta.at,
        type,
        source: meta.source,
        turnId: payload.turnId ?? null,
        conversationIds:
          payload.conversationIds ?? (payload.conversationId == null ? null : [payload.conversationId]),
        count: payload.count ?? 1,
        note: noteOf(action),
      }
      return { seen: mark.n, marks: [...state.marks, mark].slice(-SIZE) }
    }),
})
