/**
 * The entry `redux-turnkeeper/sharedAssistant`: one assistant for several tabs. Beside the feature `tabs` it takes the place of
 * `assistant`: one tab checks status, starts and probes for all.
 */
import { assistantChecked, assistantOf, checkRequest, requestKinds } from '../assistant'
import type { AssistantConfig, RequestKind } from '../assistant'
import {
  COMMAND_TYPES,
  commandOf,
  malformedTold,
  nextAtOf,
  sharedAssistantReducer,
  sharingOf,
  toldOf,
} from '../assistant/sharing'
import type { ToldOfAssistant } from '../assistant/sharing'
import type {
  DueAction,
  KeeperAndFeatureState,
  KeeperFeature,
  RegisterListener,
  StoreContext,
} from '../middleware/types'
import { featureTold, leaderAsked, tabsOf } from '../tabs/actions'
import type { TabRole } from '../tabs/actions'
import { createAssistantDue } from './assistantDue'
import { ASSISTANT_TYPES, createAssistantFeature } from './assistantFeature'
import type { AssistantFeature, AssistantFeatureOptions } from './assistantFeature'

/** How long another tab has for something that is due, or to tell how it is, ms. */
const GRACE = 1_000
/** A leading tab that has told nothing for so long after it was asked does not check for this one, ms. */
const PATIENCE = 10_000

const NONE: readonly RequestKind[] = []
const ASKED_HERE: readonly RequestKind[] = [checkRequest]

/** Without the feature `tabs` a tab is by itself. */
const roleOf = (state: KeeperAndFeatureState): TabRole =>
  (tabsOf(state) as ReturnType<typeof tabsOf> | null | undefined)?.role ?? 'alone'

const isFollowing = (state: KeeperAndFeatureState): boolean =>
  ['joining', 'following'].includes(roleOf(state))

/** Which requests this tab makes itself. */
function kindsOf(keeper: KeeperAndFeatureState, now: number): readonly RequestKind[] {
  const { led, askedAt } = sharingOf(assistantOf(keeper))
  const role = roleOf(keeper)
  if (role === 'joining') return NONE
  if (role !== 'following') return requestKinds
  if (led) return askedAt !== null && now >= askedAt + PATIENCE ? requestKinds : ASKED_HERE
  return askedAt !== null && now >= askedAt + GRACE ? requestKinds : NONE
}

/** What else follows: the leading tab tells the others how it is; they ask it where it does not. */
function createSharingDue(config: AssistantConfig): NonNullable<KeeperFeature['due']> {
  const due = createAssistantDue(config, kindsOf)
  /** The newest state that each store has seen: an older one, which time travel shows, is not told. */
  const newest = new WeakMap<StoreContext, number>()
  /** For which silence of the leading tab it was seen to that it is still there. */
  const pinged = new WeakMap<StoreContext, number | null>()

  const tell = (told: ToldOfAssistant, at: number, took: DueAction['took']): DueAction => ({
    at,
    create: () => featureTold(told),
    took,
  })

  function dueToldOf(keeper: KeeperAndFeatureState, context: StoreContext): readonly DueAction[] {
    const state = assistantOf(keeper)
    const { toldSeq } = sharingOf(state)
    if (state.seq < (newest.get(context) ?? 0) || toldSeq === state.seq) return []
    newest.set(context, state.seq)
    const isTold: DueAction['took'] = (next) => sharingOf(assistantOf(next)).toldSeq === assistantOf(next).seq
    return [tell(toldOf(state), context.now(), isTold)]
  }

  function dueAskedOf(keeper: KeeperAndFeatureState, context: StoreContext): readonly DueAction[] {
    const state = assistantOf(keeper)
    const { led, askedAt } = sharingOf(state)
    const now = context.now()
    const ask = (at: number) =>
      tell(
        { feature: 'assistant', kind: 'asked' },
        at,
        (next) => sharingOf(assistantOf(next)).askedAt !== askedAt,
      )
    /** One that does not answer this either is replaced. */
    const ping = (at: number, since: number | null): readonly DueAction[] =>
      tabsOf(keeper).askedAt !== null || pinged.get(context) === since
        ? []
        : [
            {
              at,
              create() {
                pinged.set(context, since)
                return leaderAsked({ conversationIds: [] })
              },
              took: (next) => tabsOf(next).askedAt !== null,
            },
          ]
    if (roleOf(keeper) === 'joining') {
      const nextAt = nextAtOf(state)
      return nextAt === null ? [] : ping(nextAt + GRACE, nextAt)
    }
    if (askedAt === null) {
      if (led) return led.nextAt === null ? [] : [ask(led.nextAt + GRACE)]
      return state.inputs?.signedIn ? [ask(now)] : []
    }
    // Looked at again when its time is over.
    const over = askedAt + (led ? PATIENCE : GRACE)
    return [...ping(askedAt + GRACE, askedAt), ...(over > now ? [ask(over)] : [])]
  }

  return (keeper, context) => {
    const role = roleOf(keeper)
    if (role === 'leading') return [...due(keeper, context), ...dueToldOf(keeper, context)]
    return isFollowing(keeper)
      ? [...due(keeper, context), ...dueAskedOf(keeper, context)]
      : due(keeper, context)
  }
}

/** Tells the leading tab what was asked for in this one, and what this one was answered. */
const registerCommands: RegisterListener = ({ startListening, options, read, dispatch }) => {
  for (const type of COMMAND_TYPES)
    startListening({
      type,
      effect: (action, { getOriginalState }) => {
        const before = options.stateIn(getOriginalState())
        const state = assistantOf(read())
        if (!before || !isFollowing(before) || !sharingOf(state).led) return
        const isOutdated =
          assistantChecked.match(action) && assistantOf(before).check?.nonce !== action.payload.nonce
        if (!isOutdated) dispatch(featureTold(commandOf(action, state)))
      },
    })
}

/**
 * The assistant of several tabs, in place of `assistant`: `features: [tabs(browserEngine()), sharedAssistant({ ports })]`. The
 * leading tab checks status, starts and probes, and tells the others its state. A check that is asked for in another tab is
 * made there. Each tab asks for the token of a connection itself: it is not told.
 *
 * Without the feature `tabs`, and where it cannot work, it does what `assistant` does.
 *
 * @throws TypeError for an option that is out of its range, naming the option and what it takes.
 */
export function sharedAssistant(options: AssistantFeatureOptions = {}): AssistantFeature {
  const feature = createAssistantFeature(options, sharedAssistantReducer, createSharingDue)
  return {
    ...feature,
    actionTypes: new Set([...ASSISTANT_TYPES, featureTold.type]),
    malformed: (action) => malformedTold(action) ?? feature.malformed?.(action) ?? null,
    listeners: [...feature.listeners, registerCommands],
  }
}
