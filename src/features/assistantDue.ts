import { sendingGated, userChanged } from '../actions'
import {
  NO_ANSWER,
  assistantAttached,
  assistantClaimShown,
  assistantInitOverdue,
  assistantOf,
  isUp,
  requestKinds,
} from '../assistant'
import type { AssistantConfig, AssistantState, RequestKind } from '../assistant'
import type { DueAction, KeeperAndFeatureState, KeeperFeature, StoreContext } from '../middleware/types'
import { createAssistantView } from './assistantView'
import type { AssistantView } from './assistantView'

/** What was due, and what that was derived from: most changes of the keeper's state do not touch it. */
interface Derived {
  readonly state: AssistantState
  readonly isSendingAllowed: boolean
  readonly userId: string | null
  readonly kinds: readonly RequestKind[]
  readonly due: readonly DueAction[]
}

/**
 * What follows from the state of the assistant, and when. The reducer decides whether each of it takes.
 *
 * @param kindsOf Which requests this store makes itself: all, unless another one makes them for it.
 */
export function createAssistantDue(
  config: AssistantConfig,
  kindsOf: (state: KeeperAndFeatureState, now: number) => readonly RequestKind[] = () => requestKinds,
): NonNullable<KeeperFeature['due']> {
  const views = new WeakMap<StoreContext, AssistantView>()
  const derived = new WeakMap<StoreContext, Derived>()

  return (keeper, context) => {
    const state = assistantOf(keeper)
    const { isSendingAllowed, userId } = keeper.turns
    const kinds = kindsOf(keeper, context.now())
    const known = derived.get(context)
    if (
      known?.state === state &&
      known.isSendingAllowed === isSendingAllowed &&
      known.userId === userId &&
      known.kinds === kinds
    )
      return known.due
    derived.delete(context)
    const view = views.get(context) ?? createAssistantView()
    views.set(context, view)
    // Another keeper was at work here: what it had in flight is nobody's now.
    if (kinds === requestKinds && state.keeperId !== null && state.keeperId !== context.keeperId) {
      view.accept(state)
      return [attach(context)]
    }
    const lookAgainAt = view.lookAgainAt(state, context.now())
    if (lookAgainAt !== null) {
      // Its time is never reached: by then it is later, or the view is back.
      const look = { ...attach(context), at: lookAgainAt }
      return view.isPatienceOver()
        ? [look, ...dueClaims(config, kinds, state, view, context).map(view.trusting)]
        : [look]
    }
    // Before the last user has left, nothing is asked for the next.
    const user = dueUser(state, keeper, context)
    if (user) return [user]
    const due = [
      ...dueGate(config, state, keeper, context),
      ...dueClaims(config, kinds, state, view, context),
    ]
    const now = context.now()
    if (due.every(({ at }) => at > now)) derived.set(context, { state, isSendingAllowed, userId, kinds, due })
    return due
  }
}

const attach = ({ keeperId, now }: StoreContext): DueAction => ({
  at: now(),
  create: () => assistantAttached({ keeperId }),
  took: (next) => assistantOf(next).keeperId === keeperId,
})

function dueUser(
  { userChange, inputs }: AssistantState,
  { turns }: KeeperAndFeatureState,
  { now }: StoreContext,
): DueAction | null {
  if (userChange)
    return {
      at: now(),
      create: () => userChanged({ userId: userChange.userId }, { source: 'keeper' }),
      took: (next) => assistantOf(next).userChange !== userChange,
    }
  if (!inputs?.signedIn || inputs.loading) return null
  const { userId } = inputs
  // Turns that were restored may be another user's.
  if (userId === null || turns.userId === userId) return null
  return {
    at: now(),
    create: () => userChanged({ userId }, { source: 'keeper' }),
    took: (next) => next.turns.userId === userId,
  }
}

/** Turns wait until the assistant is up, and while it is not known who is signed in. */
function dueGate(
  { canCheck }: AssistantConfig,
  state: AssistantState,
  { turns }: KeeperAndFeatureState,
  { now }: StoreContext,
): readonly DueAction[] {
  // Where nobody says how the assistant is, the gate is the app's own.
  if (!canCheck && state.kind === 'loading') return []
  const open = isUp(state) && state.inputs?.loading !== true
  if (turns.isSendingAllowed === open) return []
  return [
    {
      at: now(),
      create: () => sendingGated({ open }, { source: 'keeper' }),
      took: (next) => next.turns.isSendingAllowed === open,
    },
  ]
}

/** What the reducer refuses where it is not due: the watchdog, and whatever is to be asked. */
const dueClaims = (
  config: AssistantConfig,
  kinds: readonly RequestKind[],
  state: AssistantState,
  view: AssistantView,
  context: StoreContext,
): readonly DueAction[] => [
  ...(kinds === requestKinds ? dueWatchdog(state) : []),
  ...kinds
    .filter(({ isPossible }) => isPossible(config))
    .flatMap((kind) => dueRequest(kind, state, view, context)),
]

function dueWatchdog({ watchdogAt, generation, inputs }: AssistantState): readonly DueAction[] {
  if (watchdogAt === null || inputs?.loading) return []
  return [
    {
      at: watchdogAt,
      create: () => assistantInitOverdue({ generation, deadline: watchdogAt }),
      took: (next) => assistantOf(next).generation !== generation,
    },
  ]
}

/** A request that is wanted is claimed; one that is not answered in time is given up. */
function dueRequest(
  { requestOf, claimed, answered }: RequestKind,
  state: AssistantState,
  view: AssistantView,
  { requests, keeperId, now }: StoreContext,
): readonly DueAction[] {
  const request = requestOf(state)
  if (request === null) return []
  const { nonce, at } = request
  const { generation, inputs } = state
  if (nonce !== null) {
    const givenUp: DueAction = {
      at,
      create: () => answered({ nonce, generation, answer: NO_ANSWER }),
      took: (next) => requestOf(assistantOf(next))?.nonce !== nonce,
    }
    const shown: DueAction = {
      at: now(),
      create: () => assistantClaimShown({ nonce, generation, keeperId }),
      took: () => view.forget(nonce),
    }
    return view.isHidden(nonce) ? [shown, givenUp] : [givenUp]
  }
  if (inputs?.loading) return []
  let issued = ''
  return [
    {
      at,
      create: () => claimed({ nonce: (issued = requests.issue()), generation, keeperId }),
      took(next) {
        const took = requestOf(assistantOf(next))?.nonce === issued
        if (!took) view.hide(issued)
        return took
      },
    },
  ]
}
