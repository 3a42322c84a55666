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
import { signals } from '../actions'
import type { Persisted } from '../actions'
import { originOf } from '../actions/event'
import { claimFirst, claimPlaces } from '../listeners/claimPlaces'
import type { Coordinator, KeeperAndFeatureState, StoreContext } from '../middleware/types'
import { selectPersisted } from '../selectors'
import { REMEMBERED } from '../state/config'
import { keyOf } from '../state/conversations'
import { leaderAsked, leaderMissed, tabRoleChanged } from './actions'
import type { TabRole } from './actions'
import { copyOf, heardLate } from './copies'
import { createDuties } from './duties'
import type { Claim, Engine, EngineLink } from './engine'
import { visitRequests } from './lost'
import { storedOf, welcomeOf } from './snapshot'

/** Raised with each change of what is told, or of what it means: stores that tell it otherwise are ignored. */
const PROTOCOL = 1
/** A claim that was confirmed longer ago is not relied on, ms. So long a store that has taken it from another sends nothing. */
const TRUST = 5_000
/** Where a check left so recently, none leaves because another store asks for it, ms. */
const RECENT = 1_000

interface Values {
  /** Something was said. */
  readonly action: UnknownAction
  /** A store is new, and has kept this. */
  readonly hello: UnknownAction
  /** What the new store is told. */
  readonly welcome: readonly UnknownAction[]
  /** The leading store is asked to check these conversations. */
  readonly ask: readonly string[]
  /** The sender leads. */
  readonly leading: null
}
type Kind = keyof Values
type Message = {
  readonly [Name in Kind]: {
    readonly kind: Name
    readonly value: Values[Name]
    /** The only one that it is meant for. */
    readonly to?: string | undefined
    readonly protocol: number
    readonly user: string | null
    readonly from: string
  }
}[Kind]

/**
 * Joins the other stores. `waitForUser`: not before it is known who is signed in. `undefined` where there is nothing that
 * carries them.
 */
export function createMember(
  context: StoreContext,
  engine: Engine,
  waitForUser: boolean | undefined,
): Coordinator | undefined {
  const reportAlone = (error: unknown): void =>
    context.reportProblem('tabs', 'Each tab acts for itself.', error)
  let link: EngineLink
  try {
    link = engine()
  } catch (error) {
    reportAlone(error)
    return undefined
  }
  const { keeperId: me, options, dispatch, now } = context
  /** The other stores whose end is waited for. */
  const watched = new Set<string>()
  /** Messages that are about to leave, and the numbers of the claims that they leave under. */
  const leaving = new Map<string, number>()
  let role: TabRole = 'joining'
  let user: string | null = null
  /** The sequence number of the state that told so. */
  let userSeq = 0
  /** Aborted while this store is none of several. */
  let membership = new AbortController()
  membership.abort()
  let leadership: Claim | null = null
  let leader: string | null = null
  /** What was said elsewhere of what is not known here yet. */
  const early: UnknownAction[] = []
  let sendsFrom = 0
  let isStealing = false
  /** What the leading store was asked to check, and has not answered. */
  const asked: string[] = []
  let stored: Persisted | null = null

  const leads = (): boolean => role === 'leading' || role === 'alone'
  const duties = createDuties(context, leads)
  const nameOf = (name: string): string => `${name} ${PROTOCOL} ${JSON.stringify(user)}`
  const publish = <Name extends Kind>(kind: Name, value: Values[Name], to?: string): void => {
    if (!membership.signal.aborted) link.publish({ kind, value, to, protocol: PROTOCOL, user, from: me })
  }
  const become = (next: TabRole): void => {
    role = next
    duties.renew()
    dispatch(tabRoleChanged({ role }))
    if (leads()) context.renew()
  }
  const hello = (): void => publish('hello', actions.stateRestored(storedOf(context.read(), leaving)))

  // ---------------------------------------------------------------- membership and claims

  /** Holds a claim for as long as this store is a member, however often it is lost. */
  async function hold(name: string, held: (claim: Claim) => void): Promise<void> {
    const { signal } = membership
    while (!signal.aborted) {
      const claim = await link.claim(nameOf(name), { signal, fenced: held === lead })
      if (!signal.aborted) held(claim)
      await claim.lost
    }
  }

  function join(): void {
    // Two changes of the user at once lead here twice.
    if (!membership.signal.aborted || context.signal.aborted) return
    ;({ userId: user, seq: userSeq } = context.read().turns)
    if (waitForUser && user === null) return become('alone')
    membership = new AbortController()
    become('joining')
    const { signal } = membership
    Promise.all([hold(`tab ${me}`, hello), hold('leader', lead)]).catch((error: unknown) => {
      if (signal.aborted) return
      leave()
      reportAlone(error)
      settleLost((asker) => asker !== me)
      become('alone')
    })
  }

  function leave(): void {
    membership.abort()
    leadership = leader = null
    early.length = 0
    watched.clear()
    leaving.clear()
  }

  async function lead(claim: Claim): Promise<void> {
    const previous = leader
    leadership = claim
    leader = me
    publish('leading', null)
    void claim.lost.then(() => {
      if (leadership !== claim) return
      leadership = leader = null
      become('following')
    })
    // What was about to leave when the last one was lost is stored.
    const kept = (await link.load(nameOf('queue')).catch(() => undefined)) as Persisted | undefined
    if (leadership !== claim) return
    if (kept) dispatch(actions.stateRestored(kept))
    hearAll([], previous ?? me)
    settleLost((asker) => asker === previous)
    visitRequests(context.read(), watch)
    become('leading')
    check(asked.splice(0))
  }

  /** Waits, as the leading store, until another one is gone. */
  function watch(other: string): void {
    if (other === me || watched.has(other) || !leadership) return
    watched.add(other)
    const gone = (claim: Claim): void => {
      claim.release()
      watched.delete(other)
      if (leadership) settleLost((asker) => asker === other)
    }
    link.claim(nameOf(`tab ${other}`), membership).then(gone, () => undefined)
  }

  function settleLost(isLost: (asker: string) => boolean): void {
    visitRequests(context.read(), (asker, lost) => {
      if (isLost(asker)) dispatch(lost)
    })
  }

  /** The leading store does not answer: its claim is taken from it. */
  async function steal(): Promise<void> {
    if (isStealing) return
    isStealing = true
    const { signal } = membership
    const claim = await link
      .claim(nameOf('leader'), { signal, fenced: true, steal: true })
      .catch(() => undefined)
    isStealing = false
    if (!claim || signal.aborted) return
    sendsFrom = now() + TRUST
    void lead(claim)
  }

  // ---------------------------------------------------------------- what is stored

  const store = (claim: Claim): Promise<boolean> =>
    link.save(nameOf('queue'), storedOf(context.read(), leaving), claim).catch((error: unknown) => {
      const text = 'What waits cannot be stored, and is not sent.'
      if (leadership === claim) context.reportProblem('tabs storage', text, error)
      return false
    })

  /** Stores what waits here, at the end of this task. */
  function save(): void {
    queueMicrotask(() => {
      const persisted = selectPersisted(context.read())
      if (!leadership || persisted === stored) return
      stored = persisted
      void store(leadership).then((isStored) => {
        if (!isStored) stored = null
      })
    })
  }

  // ---------------------------------------------------------------- messages

  function hear(message: Message | undefined): void {
    if (membership.signal.aborted) return
    if (message?.protocol !== PROTOCOL) {
      const text = 'A tab of another version is ignored.'
      return context.reportProblem('another version', text, message?.protocol)
    }
    const { kind, value, to = me, from } = message
    if (message.user !== user || to !== me) return
    watch(from)
    switch (kind) {
      case 'action':
      case 'hello': {
        const before = context.read()
        copy(value, from)
        const late = role === 'joining' && heardLate(value, before, context.read())
        if (late && early.push(late) > REMEMBERED) early.shift()
        if (kind === 'hello' && role === 'leading') publish('welcome', welcomeOf(context.read()), from)
        return
      }
      case 'welcome':
        hearAll(value, from)
        return follow(from)
      case 'ask':
        if (!leadership) return
        check(value)
        return publish('leading', null)
      case 'leading':
        if (role === 'joining') hello()
        else follow(from)
    }
  }

  function follow(from: string): void {
    leader = from
    if (leads()) return
    asked.length = 0
    become('following')
  }

  /** What was said elsewhere is said here, as a copy. */
  function copy(action: UnknownAction, origin: string): void {
    dispatch({ ...action, meta: { ...(action as { readonly meta?: object }).meta, origin } })
  }

  /** What was said before this store knew what it was about is newer than what it is told then. */
  function hearAll(told: readonly UnknownAction[], origin: string): void {
    for (const action of [...told, ...early.splice(0)]) copy(action, origin)
  }

  /** Checks what no check has just left for: several stores have the same reason at the same time. */
  function check(conversationIds: readonly string[]): void {
    const { turns, conversations } = context.read()
    // One that is to come was written down before the clock was set back.
    const isChecked = (key: string): boolean =>
      turns.statusChecks.some((one) => Math.abs(now() - one.at) < RECENT && one.conversationIds.includes(key))
    const ids = conversationIds.filter((id) => !isChecked(keyOf(conversations, id)))
    if (ids.length > 0) context.statusChecks.start(ids)
  }

  /** A person looks at the viewed conversation of a visible page: that is said, where it is the one that this is about. */
  function see(about?: string): void {
    const { viewedId: conversationId } = context.read().conversations
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
    queueMicrotask(join)
    return true
  }

  // ---------------------------------------------------------------- actions of this store

  function reduced(action: UnknownAction, before: KeeperAndFeatureState): void {
    const after = context.read()
    if (followUser(after)) return
    if (originOf(action) === null) {
      if (leaderAsked.match(action)) {
        publish('ask', action.payload.conversationIds)
      } else if (leaderMissed.match(action)) {
        duties.renew()
        void steal()
      }
      const isRestored =
        actions.stateRestored.match(action) ||
        (actions.keeperAttached.match(action) && action.payload.own !== true)
      if (isRestored && before.turns !== after.turns) hello()
      const told = copyOf(action, before, after)
      if (told) publish('action', told)
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
    stored = null
    const isHeld = (await store(claim)) && leadership === claim
    // Not where the clock was set back since.
    const isGranted = isHeld && now() >= since && now() - since <= TRUST
    if (!isGranted) leaving.delete(turnId)
    return isGranted
  }

  link.subscribe((message) => {
    try {
      hear(message as Message | undefined)
    } catch (error) {
      context.reportError(error, 'tabs')
    }
  })
  claimPlaces(context, confirm)
  context.onDispose(options.environment.subscribe((event) => (event === 'visible' ? see() : undefined)))
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
    checkElsewhere(conversationIds) {
      asked.push(...conversationIds)
      dispatch(leaderAsked({ conversationIds }))
    },
    takeFence(turnId) {
      const fence = leaving.get(turnId)
      leaving.delete(turnId)
      return fence
    },
  }
}
