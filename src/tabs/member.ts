/**
 * One store among several. Each is whole: it takes what a person does, asks for it, and hears the stream. What it was told it
 * tells the others, who keep it as a copy. One of them leads: it alone does what nobody has pressed a key for.
 *
 * - The claim `tab` of each store shows that it lives. Once the leading store gets it, the other is gone, and the answers to
 *   what it had asked are lost: that is told as the other would have told it, and checked.
 * - The claim `leader` passes on where its holder closes, crashes or freezes. Where something is due that its holder does not
 *   do, it is asked for it; where it does not answer, the claim is taken from it.
 * - A message that waits is sent by the leading store, once it has stored that it will, under the number of its claim. A
 *   store that has lost the claim cannot store that; one that was held up in between sees it by the time that has passed.
 */
import type { UnknownAction } from '@reduxjs/toolkit'
import * as actions from '../actions'
import * as signals from '../actions/signals'
import type { Persisted } from '../actions'
import { originOf } from '../actions/event'
import { claimFirst, claimPlaces } from '../listeners/claimPlaces'
import type { Coordinator, KeeperAndFeatureState, StoreContext } from '../middleware/types'
import { selectPersisted } from '../selectors'
import { REMEMBERED } from '../state/config'
import { leaderAsked, leaderMissed, tabRoleChanged, TABS_TYPES } from './actions'
import type { TabRole } from './actions'
import { copyOf, isEarly } from './copies'
import { createDuties } from './duties'
import type { Claim, ClaimOptions, Engine, EngineLink } from './engine'
import { visitRequests } from './lost'
import { newsOf, storedOf, welcomeOf } from './snapshot'

type Told = UnknownAction & { readonly meta?: object }
/** Actions of one store, for the others: each is heard as a copy. */
interface Message {
  readonly told: readonly Told[]
  /** The only one that it is meant for: one that has told its own state, or leads since. */
  readonly to?: string | undefined
  /** That of who tells it. */
  readonly role: TabRole
  readonly protocol: number
  readonly user: string | null
  readonly from: string
}

/**
 * Joins the other stores. `waitForUser`: not before it is known who is signed in. `undefined` where there is nothing that
 * carries them.
 */
export function createMember(
  context: StoreContext,
  engine: Engine,
  waitForUser: boolean | undefined,
): Coordinator | undefined {
  /** Raised with each change of what is told, or of what it means: stores that tell it otherwise are ignored. */
  const PROTOCOL = 1
  /** A claim that was confirmed longer ago is not relied on, ms. So long a store that has taken it from another sends nothing. */
  const TRUST = 5_000
  /** Where a check left so recently, none leaves because another store asks for it, ms. */
  const RECENT = 1_000
  const reportAlone = (error: unknown): void => context.reportProblem('tabs', 'Each tab acts alone.', error)
  let link: EngineLink
  try {
    link = engine()
  } catch (error) {
    reportAlone(error)
    return undefined
  }
  const { keeperId: me, options, dispatch, now } = context
  /** The names of claims that are waited for or held, once: those of other stores, whose end that shows. */
  const awaited = new Set<string>()
  /** Messages that are about to leave, and the numbers of the claims that they leave under. */
  const leaving = new Map<string, number>()
  let role: TabRole = 'joining'
  let user: string | null = null
  /** The sequence number of the state that told so; infinite while this store is about to join. */
  let userSeq = Infinity
  /** Aborted while this store is none of several. */
  let membership = new AbortController()
  membership.abort()
  let leadership: Claim | null = null
  /** The other store that was last heard to lead. */
  let leader: string | null = null
  /** What was said elsewhere of what is not known here yet. */
  const early: UnknownAction[] = []
  let sendsFrom = 0
  /** What the leading store was asked to check, and has not answered. */
  const asked: string[] = []
  let stored: Persisted | null = null

  const leads = (): boolean => role === 'leading' || role === 'alone'
  const duties = createDuties(context, leads)
  const nameOf = (name: string): string => JSON.stringify([name, PROTOCOL, user])
  const publish = (told: readonly Told[], to?: string): void => {
    if (!membership.signal.aborted) link.publish({ told, to, role, protocol: PROTOCOL, user, from: me })
  }
  const become = (next: TabRole): void => {
    role = next
    dispatch(tabRoleChanged({ role }))
    if (leads()) context.renew()
  }
  /** To all, or to one of them: the leading store tells that one more than its state. */
  const tellState = (to?: string): void => {
    const state = context.read()
    publish(
      to && role === 'leading' ? welcomeOf(state) : [actions.stateRestored(storedOf(state, leaving))],
      to,
    )
  }

  // ---------------------------------------------------------------- membership and claims

  /** Waits for a claim, and until it is lost. */
  async function take(name: string, options: ClaimOptions, held: (claim: Claim) => void): Promise<void> {
    const claim = await link.claim(nameOf(name), options)
    if (options.signal.aborted) return
    held(claim)
    await claim.lost
    if (leadership !== claim) return
    leadership = null
    become('following')
  }

  /** Holds a claim for as long as this store is a member, however often it is lost. */
  async function hold(name: string, options: ClaimOptions, held: (claim: Claim) => void): Promise<void> {
    try {
      for (;;) await take(name, options, held)
    } catch (error) {
      if (options.signal.aborted) return
      leave()
      reportAlone(error)
      settleLost((asker) => asker !== me)
      become('alone')
    }
  }

  /** The same once, where it is not waited for already. */
  function takeOnce(name: string, options: ClaimOptions, held: (claim: Claim) => void): void {
    if (awaited.has(name)) return
    awaited.add(name)
    take(name, options, held)
      .catch(() => undefined)
      .then(() => awaited.delete(name))
  }

  async function join(): Promise<void> {
    become('joining')
    await takeAlong().catch(() => undefined)
    if (context.signal.aborted) return
    ;({ userId: user, seq: userSeq } = context.read().turns)
    if (waitForUser && user === null) return become('alone')
    membership = new AbortController()
    void hold(`tab ${me}`, membership, () => tellState())
    void hold('leader', { signal: membership.signal, fenced: true }, lead)
  }

  /** What waited while nobody was signed in is of who is now: the tabs where still nobody is do not send it any more. */
  async function takeAlong(): Promise<void> {
    const removals = () =>
      selectPersisted(context.read()).queued!.map(({ turnId }) =>
        actions.queuedRemoved({ turnId, elsewhere: true }),
      )
    if (user !== null || context.read().turns.userId === null || !removals()[0]) return
    const claim = await link.claim(nameOf('leader'), { signal: context.signal, fenced: true, steal: true })
    const kept = (await link.load(nameOf('queue'))) as Persisted | undefined
    if (kept) dispatch(actions.stateRestored(kept))
    link.publish({ told: removals(), role, protocol: PROTOCOL, user, from: me })
    await link.save(nameOf('queue'), {}, claim)
    claim.release()
  }

  function leave(): void {
    membership.abort()
    leadership = null
    early.splice(0)
    awaited.clear()
    leaving.clear()
  }

  async function lead(claim: Claim): Promise<void> {
    leadership = claim
    stored = null
    publish([tabRoleChanged({ role: 'leading' })])
    // What was about to leave when the last one was lost is stored.
    const kept = (await link.load(nameOf('queue')).catch(() => undefined)) as Persisted | undefined
    if (leadership !== claim) return
    if (kept) dispatch(actions.stateRestored(kept))
    hearAgain()
    settleLost((asker) => asker === leader)
    leader = null
    visitRequests(context.read(), watch)
    become('leading')
    answer()
  }

  /** Waits, as the leading store, until another one is gone. */
  function watch(other: string): void {
    if (other === me || !leadership) return
    takeOnce(`tab ${other}`, membership, (claim) => {
      claim.release()
      if (leadership) settleLost((asker) => asker === other)
    })
  }

  function settleLost(isLost: (asker: string) => boolean): void {
    visitRequests(context.read(), (asker, lost) => {
      if (isLost(asker)) dispatch(lost)
    })
  }

  /** The leading store does not answer: its claim is taken from it. */
  function steal(): void {
    takeOnce('leader', { signal: membership.signal, fenced: true, steal: true }, (claim) => {
      sendsFrom = now() + TRUST
      void lead(claim)
    })
  }

  // ---------------------------------------------------------------- what is stored

  /** Stores what waits here. */
  function store(claim: Claim): Promise<boolean> {
    stored = selectPersisted(context.read())
    return link.save(nameOf('queue'), storedOf(context.read(), leaving), claim).catch((error: unknown) => {
      stored = null
      if (leadership === claim) context.reportProblem('tabs storage', 'What waits cannot be stored.', error)
      return false
    })
  }

  /** The same at the end of this task, where it has changed. */
  function save(): void {
    queueMicrotask(() => {
      if (leadership && stored !== selectPersisted(context.read())) void store(leadership)
    })
  }

  // ---------------------------------------------------------------- messages

  function hear(message: Message | undefined): void {
    if (membership.signal.aborted) return
    if (message?.protocol !== PROTOCOL)
      return context.reportProblem('another version', 'A tab of another version is ignored.')
    const { to, from } = message
    if (message.user !== user || (to && to !== me)) return
    // Who leads is welcomed by nobody: a store that was held up may not know yet that it leads no more.
    const isWelcome = to && message.role === 'leading' && !leads()
    const told: readonly Told[] =
      !to || isWelcome || role === 'joining' ? message.told : newsOf(message.told, context.read())
    watch(from)
    for (const { meta, ...action } of told) {
      const before = context.read()
      const copy = { ...action, meta: { ...meta, origin: from } }
      dispatch(copy)
      const isKept = role === 'joining' && isEarly(copy, before, context.read())
      if (isKept) early.splice(0, early.push(copy) - REMEMBERED)
    }
    if (isWelcome) {
      hearAgain()
      follow(from)
    } else if (!to && told.some(actions.stateRestored.match)) {
      // Each store does, not the leading one alone: it may hang, and others know what has not been stored.
      tellState(from)
    }
  }

  /** What was said before this store knew what it was about is newer than what it was told then. */
  function hearAgain(): void {
    for (const action of early.splice(0)) dispatch(action)
  }

  function follow(from: string): void {
    if (!leads()) {
      const unanswered = asked.splice(0)
      // A new one may not have been there when the last one was told, and asked.
      if (leader !== null && leader !== from) tellState(from)
      if (leader !== from && unanswered[0]) publish([leaderAsked({ conversationIds: unanswered })])
      become('following')
    }
    leader = from
  }

  /** Does, as the leading store, what it was asked for, and says that it is there. */
  function answer(): void {
    if (role !== 'leading') return
    check(asked.splice(0))
    publish([tabRoleChanged({ role: 'leading' })])
  }

  /** Checks what no check has just left for: several stores have the same reason at the same time. */
  function check(conversationIds: readonly string[]): void {
    const recent = new Set(
      context.read().turns.statusChecks.flatMap((check) =>
        // One that is to come was written down before the clock was set back.
        Math.abs(now() - check.at) < RECENT ? check.conversationIds : [],
      ),
    )
    // Under the keys that were asked for: who has asked may know no newer ones.
    const ids = conversationIds.filter((id) => !recent.has(id))
    if (ids.length > 0) context.statusChecks.start(ids)
  }

  /** A person looks at the viewed conversation of a visible page: that is said, where it is the one that this is about. */
  function see(about?: string): void {
    const conversationId = context.read().conversations.viewedId
    if (
      conversationId !== null &&
      (about ?? conversationId) === conversationId &&
      !options.environment.hidden()
    )
      dispatch(actions.conversationSeen({ conversationId }))
  }

  /**
   * Another user is signed in: nothing is shared with the last one's tabs, and nothing of theirs stays behind. A state that
   * was put back may be another user's; an older one, that time travel shows, is not.
   */
  function followUser({ turns }: KeeperAndFeatureState): boolean {
    if (turns.userId === user || turns.seq <= userSeq) return false
    if (leadership) link.save(nameOf('queue'), {}, leadership).catch(() => undefined)
    leave()
    userSeq = Infinity
    queueMicrotask(join)
    return true
  }

  // ---------------------------------------------------------------- actions of this store

  function reduced(action: UnknownAction, before: KeeperAndFeatureState): void {
    const after = context.read()
    if (followUser(after)) return
    const origin = originOf(action)
    if (origin === null) {
      if (TABS_TYPES.has(action.type)) duties.renew()
      if (leaderMissed.match(action)) steal()
      if (actions.keeperAttached.match(action) && !action.payload.own) tellState()
      const told = copyOf(action, before, after)
      if (told) publish([told])
    } else if (tabRoleChanged.match(action)) {
      if (role === 'joining') tellState()
      else follow(origin)
    }
    if (leaderAsked.match(action)) {
      asked.push(...action.payload.conversationIds)
      answer()
    }
    if (actions.turnSettled.match(action)) see(action.payload.turn.conversationId)
    if (actions.conversationViewed.match(action)) see()
    if (!signals.turnProgressed.match(action)) save()
  }

  /** Confirms that this store may send a message that waits: it has stored that it will. */
  async function confirm(turnId: string): Promise<boolean> {
    const claim = leadership
    const since = now()
    if (!claim) return false
    leaving.set(turnId, claim.fence)
    const isStored = await store(claim)
    // Not where the clock was set back since.
    if (isStored && leadership === claim && now() >= since && now() - since <= TRUST) return true
    leaving.delete(turnId)
    stored = null
    return false
  }

  link.subscribe((message) => {
    try {
      hear(message as Message | undefined)
    } catch (error) {
      context.reportError(error, 'tabs')
    }
  })
  claimPlaces(context, confirm)
  context.onDispose(
    options.environment.subscribe((event) => {
      if (event === 'visible') see()
    }),
  )
  context.onChange(followUser)
  context.onDispose(() => {
    leave()
    link.close()
  })
  queueMicrotask(join)

  return {
    leads,
    reduced,
    due: duties.due,
    beforeSend(turn, at) {
      if (role === 'alone') return undefined
      // Never later than when the claim was taken, also where the clock was set back since.
      sendsFrom = Math.min(sendsFrom, now() + TRUST)
      return claimFirst(turn, Math.max(at, sendsFrom))
    },
    checkElsewhere: (conversationIds) => void dispatch(leaderAsked({ conversationIds })),
    takeFence(turnId) {
      const fence = leaving.get(turnId)
      leaving.delete(turnId)
      return fence
    },
  }
}
