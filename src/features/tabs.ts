/**
 * The entry `redux-turnkeeper/tabs`: several tabs of one browser, or processes of one service, as one. What waits in one
 * shows in the others, and one of them sends it, checks status and tells of ends for all.
 */
import { conversationViewed, queueClaimStarted, turnSettled } from '../actions'
import { claimPlaces, registerQueue } from '../listeners/queue'
import { ALONE } from '../middleware/types'
import type { DueAction, KeeperFeature, RegisterListener, StoreContext } from '../middleware/types'
import { hasMethods } from '../options/optionChecks'
import { findTurn } from '../state/turns'
import { TABS_TYPES, tabsReducer } from '../tabs/actions'
import type { TabsState } from '../tabs/actions'
import type { Engine, EngineLink } from '../tabs/engine'
import { createMember, reportAlone } from '../tabs/member'
import type { Member } from '../tabs/member'
import type { SharedQueuePort, Turn } from '../types'

/** A place in the queue that was asked for and not granted is asked for again after this time, ms. */
const CLAIM_PAUSE = 10_000

const METHODS: Readonly<Record<keyof SharedQueuePort, 1>> = {
  publish: 1,
  withdraw: 1,
  claim: 1,
  subscribe: 1,
}

/** Asks for the place of a message before it is sent. */
const claimFirst = ({ turnId, conversationId }: Turn, at: number): DueAction => {
  const retryAt = at + CLAIM_PAUSE
  return {
    at,
    create: () => queueClaimStarted({ turnId, conversationId, retryAt }),
    took: ({ turns }) => findTurn(turns, turnId, conversationId)?.notBefore === retryAt,
  }
}

function connect(context: StoreContext, engine: Engine): EngineLink | null {
  try {
    return engine()
  } catch (error) {
    reportAlone(context, error)
    return null
  }
}

/** Options of the feature `tabs`. */
export interface TabsOptions {
  /**
   * Nothing is shared before `userChanged` has told who is signed in. Set it in an app where that is told after the start:
   * what is kept over a reload is then never shown to another user. Default false.
   */
  readonly waitForUser?: boolean | undefined
}

/**
 * The feature that makes several tabs or processes act as one: `createTurnkeeper({ features: [tabs(browserEngine())] })`.
 *
 * What a person does in one shows in the others, as copies of its actions (`originOf` tells), from which no request follows.
 * One of them leads: it checks status, sends what waits in the queue, and calls `onTurnEnded`. Tabs of different users, as
 * `userChanged` tells, share nothing.
 *
 * @param engine What carries them: `browserEngine()`, or another.
 * @throws TypeError for an engine that is no function.
 */
export function tabs(
  engine: Engine,
  { waitForUser = false }: TabsOptions = {},
): KeeperFeature<'tabs', TabsState> {
  if (typeof engine !== 'function')
    throw new TypeError('tabs: it takes an engine, such as browserEngine() makes.')
  const members = new Map<string, Member>()
  const registerClaims: RegisterListener = (context) =>
    claimPlaces(context, {
      claim: async (turnId) => (await members.get(context.keeperId)?.confirm(turnId)) ?? false,
    })
  const registerViews: RegisterListener = (context) => {
    const member = members.get(context.keeperId)
    const { environment } = context.options
    const seeViewed = (): void => {
      const { viewedId } = context.read().conversations
      if (viewedId !== null) member?.see(viewedId)
    }
    context.startListening({ actionCreator: conversationViewed, effect: seeViewed })
    context.startListening({
      actionCreator: turnSettled,
      effect: ({ payload }) => member?.see(payload.turn.conversationId),
    })
    context.onDispose(environment.subscribe((event) => (event === 'visible' ? seeViewed() : undefined)))
  }
  return {
    name: 'tabs',
    reducer: tabsReducer,
    actionTypes: TABS_TYPES,
    coordinate(context) {
      const link = connect(context, engine)
      if (!link) return ALONE
      const member = createMember(context, link, waitForUser)
      members.set(context.keeperId, member)
      context.onDispose(() => members.delete(context.keeperId))
      return member
    },
    listeners: [registerClaims, registerViews],
    due: (state, { keeperId }) => members.get(keeperId)?.due(state) ?? [],
    beforeSend(turn, at, { keeperId }) {
      const from = members.get(keeperId)?.sendsFrom() ?? null
      return from === null ? undefined : claimFirst(turn, Math.max(at, from))
    },
  }
}

/**
 * The feature that shares the queue alone, through a queue of the app's own: `createTurnkeeper({ features: [sharedQueue(port)] })`.
 * Each tab checks status and tells of ends for itself. Where there are Web Locks, `tabs` does more.
 *
 * It has no state of its own: what waits stands in the turns.
 *
 * @param port The stored queue.
 * @throws TypeError for a port without its methods, naming them.
 */
export function sharedQueue(port: SharedQueuePort): KeeperFeature<'tabs', null> {
  const methods = Object.keys(METHODS)
  if (!hasMethods(port, methods))
    throw new TypeError(`sharedQueue: it takes an object with ${methods.join(', ')}.`)
  return {
    name: 'tabs',
    reducer: () => null,
    listeners: [registerQueue(port)],
    // One that was refused as busy has its place.
    beforeSend: (turn, at) => (turn.refusals > 0 ? undefined : claimFirst(turn, at)),
  }
}

export { conversationSeen, originOf } from '../tabs/actions'
export type { TabRole, TabsState } from '../tabs/actions'
export { browserEngine } from '../tabs/browserEngine'
export type { BrowserEngineOptions } from '../tabs/browserEngine'
export type { Claim, ClaimOptions, Engine, EngineLink } from '../tabs/engine'
export type { SharedMessage, SharedQueueEvent, SharedQueuePort } from '../types'
