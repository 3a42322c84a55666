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
import { claimFirst, claimPlaces } from '../listeners/claimPlaces'
import type { Coordinator, KeeperAndFeatureState, StoreContext } from '../middleware/types'
import { selectPersisted } from '../selectors'
import { REMEMBERED } from '../state/config'
import { keyOf } from '../state/conversations'
import { leaderAsked, leaderMissed, originOf, tabRoleChanged } from './actions'
import type { TabRole } from './actions'
import { copyOf, heardLate } from './copies'
import { createDuties } from './duties'
import type { Claim, ClaimOptions, Engine, EngineLink } from './engine'
import { openRequests } from './lost'
import { storedOf, welcomeOf } from './snapshot'

/** Raised with each change of what is told, or of what it means: stores that tell it otherwise are ignored. */
const PROTOCOL = 1
/** A claim that was confirmed longer ago is not relied on, ms. So long a store that has taken it from another sends nothing. */
const TRUST = 5_000
/** What was checked so recently is not checked again because another store asks for it, ms. */
const RECENT = 1_000

type Content =
  | { readonly kind: 'action'; readonly action: UnknownAction }
  | { readonly kind: 'hello'; readonly persisted: Persisted }
  | { readonly kind: 'welcome'; readonly to: string; readonly actions: readonly UnknownAction[] }
  | { readonly kind: 'ask'; readonly conversationIds: readonly string[] }
  | { readonly kind: 'leading' }
type Message = Content & { readonly protocol: number; readonly user: string | null; readonly from: string }

/**
 * Joins the other stores. `waitForUser`: not before it is known who is signed in. `undefined` where there is nothing that
 * carries them.
 */
export function createMember(
  context: StoreContext,
  engine: Engine,
  waitForUser: boolean,
): Coordinator | undefined {
  const reportAlone = (error: unknown): void =>
    context.reportProblem('tabs', 'Tabs can share nothing here: each one acts for itself.', error)
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
  /** When each conversation was checked last. */
  const checkedAt = new Map<string, number>()
  let role: TabRole = 'joining'
  let user: string | null = null
  /** The sequence number of the state that told so. */
  let userSeq = 0
  /** Aborted while this store is none of several. */
  let membership = new AbortController()
  membership.abort()
  let leadership: Claim | null = null
  let leader: string | null = null
  let isWelcome = false
  /** What was said elsewhere of what is not known here yet. */
  let early: readonly UnknownAction[] = []
  let sendsFrom = 0
  let isStealing = false
  /** What the leading store was asked to check, and has not answered. */
  let asked: readonly string[] = []
  let stored: Persisted | null = null
  let isSaving = false

  const leads = (): boolean => role === 'leading' || role === 'alone'
  const duties = createDuties(context, leads)
  const nameOf = (name: string): string => `${name} ${PROTOCOL} ${JSON.stringify(user)}`
  const publish = (content: Content): void => {
    if (!membership.signal.aborted)
      link.publish({ ...content, protocol: PROTOCOL, user, from: me } satisfies Message)
  }
  const become = (next: TabRole): void => {
    role = next
    duties.renew()
    dispatch(tabRoleChanged({ role }))
  }
  const hello = (): void => publish({ kind: 'hello', persisted: storedOf(context.read()) })

  // ---------------------------------------------------------------- membership and claims

  /** Gives a claim back where this store is no member any more. */
  function releaseWith(signal: AbortSignal, claim: Claim): void {
    const release = (): void => claim.release()
    if (signal.aborted) return release()
    signal.addEventListener('abort', release)
    void claim.lost.then(() => signal.removeEventListener('abort', release))
  }

  /** Holds a claim for as long as this store is a member, however often it is lost. */
  async function hold(
    name: string,
    more: Omit<ClaimOptions, 'signal'>,
    held: (claim: Claim) => void,
  ): Promise<void> {
    const { signal } = membership
    while (!signal.aborted) {
      const claim = await link.claim(nameOf(name), { signal, ...more })
      releaseWith(signal, claim)
      if (!signal.aborted) held(claim)
      await claim.lost
    }
  }

  function joinSoon(): void {
    queueMicrotask(() => {
      if (!context.signal.aborted) join()
    })
  }

  function actAlone(): void {
    become('alone')
    context.renew()
  }

  function readUser(): void {
    ;({ userId: user, seq: userSeq } = context.read().turns)
  }

  function join(): void {
    // Two changes of the user at once lead here twice.
    if (!membership.signal.aborted) return
    readUser()
    if (waitForUser && user === null) return actAlone()
    membership = new AbortController()
    become('joining')
    const { signal } = membership
    const fail = (error: unknown): void => {
      if (signal.aborted) return
      membership.abort()
      reportAlone(error)
      actAlone()
    }
    hold(`tab ${me}`, {}, hello).catch(fail)
    hold('leader', { fenced: true }, (claim) => void lead(claim)).catch(fail)
  }

  function leave(): void {
    membership.abort()
    leadership = leader = null
    isWelcome = false
    early = []
    watched.clear()
    leaving.clear()
  }

  async function lead(claim: Claim): Promise<void> {
    const previous = leader
    leadership = claim
    leader = me
    publish({ kind: 'leading' })
    void claim.lost.then(() => {
      if (leadership !== claim) return
      leadership = leader = null
      if (!membership.signal.aborted) become('following')
    })
    // What was about to leave when the last one was lost is stored.
    const kept = (await link.load(nameOf('queue')).catch(() => undefined)) as Persisted | undefined
    if (leadership !== claim) return
    if (kept) dispatch(actions.stateRestored(kept))
    hearAgain(previous ?? me)
    if (previous !== null) settleLost(previous)
    isWelcome = true
    become('leading')
    for (const { asker } of openRequests(context.read())) watch(asker)
    context.renew()
    check(asked)
    asked = []
    save()
  }

  /** Waits, as the leading store, until another one is gone. */
  function watch(other: string): void {
    if (other === me || watched.has(other) || !leadership) return
    const { signal } = membership
    watched.add(other)
    const gone = (claim: Claim): void => {
      claim.release()
      watched.delete(other)
      if (leadership && !signal.aborted) settleLost(other)
    }
    link.claim(nameOf(`tab ${other}`), { signal }).then(gone, () => undefined)
  }

  function settleLost(other: string): void {
    for (const { asker, lost } of openRequests(context.read())) if (asker === other) dispatch(lost)
  }

  /** The leading store does not answer: its claim is taken from it. */
  function steal(): void {
    if (isStealing) return
    isStealing = true
    const { signal } = membership
    link
      .claim(nameOf('leader'), { signal, fenced: true, steal: true })
      .then((claim) => {
        releaseWith(signal, claim)
        if (signal.aborted) return
        sendsFrom = now() + TRUST
        return lead(claim)
      })
      .catch(() => undefined)
      .finally(() => (isStealing = false))
  }

  // ---------------------------------------------------------------- what is stored

  const store = (claim: Claim): Promise<boolean> =>
    link.save(nameOf('queue'), storedOf(context.read(), leaving), claim).catch((error: unknown) => {
      context.reportProblem(
        'tabs storage',
        'What waits cannot be stored, and is not sent until it can.',
        error,
      )
      return false
    })

  /** Stores what waits here, at the end of this task. */
  function save(): void {
    if (isSaving) return
    isSaving = true
    queueMicrotask(() => {
      isSaving = false
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
      const text = 'A tab with another version of redux-turnkeeper is open: it is ignored.'
      return context.reportProblem('another version', text, message?.protocol)
    }
    if (message.user !== user) return
    const { from } = message
    watch(from)
    switch (message.kind) {
      case 'action': {
        const before = context.read()
        copy(message.action, from)
        const late = isWelcome ? null : heardLate(message.action, before, context.read())
        if (late) early = [...early, late].slice(-REMEMBERED)
        return
      }
      case 'hello':
        copy(actions.stateRestored(message.persisted), from)
        if (role === 'leading')
          publish({ kind: 'welcome', to: from, actions: welcomeOf(context.read(), `${me}:welcome`) })
        return
      case 'welcome':
        if (message.to !== me) return
        isWelcome = true
        for (const action of message.actions) copy(action, from)
        hearAgain(from)
        return follow(from)
      case 'ask':
        if (!leadership) return
        check(message.conversationIds)
        return publish({ kind: 'leading' })
      case 'leading':
        if (!isWelcome) hello()
        return follow(from)
    }
  }

  function follow(from: string): void {
    leader = from
    if (leads()) return
    asked = []
    become('following')
  }

  /** What was said elsewhere is said here, as a copy. */
  function copy(action: UnknownAction, origin: string): void {
    dispatch({ ...action, meta: { ...(action as { readonly meta?: object }).meta, origin } })
  }

  /** What was said elsewhere before this store knew what it was about is newer than the state that it is told then. */
  function hearAgain(origin: string): void {
    for (const action of early) copy(action, origin)
    early = []
  }

  /** Checks what was not checked just now: several stores have the same reason at the same time. */
  function check(conversationIds: readonly string[]): void {
    const time = now()
    // One that is to come was written down before the clock was set back.
    for (const [id, at] of checkedAt) if (at <= time - RECENT || at > time) checkedAt.delete(id)
    const { conversations } = context.read()
    const ids = conversationIds.filter((id) => !checkedAt.has(keyOf(conversations, id)))
    if (ids.length > 0) context.statusChecks.start(ids)
  }

  /** A person looks at a conversation here: said, where it is the viewed one of a visible page. */
  function see(conversationId: string | null): void {
    const { viewedId } = context.read().conversations
    if (conversationId !== null && viewedId === conversationId && !options.environment.hidden())
      dispatch(actions.conversationSeen({ conversationId }))
  }

  /** Another user is signed in: nothing is shared with the last one's tabs, and nothing of theirs stays behind. */
  function changeUser(): void {
    if (leadership) link.save(nameOf('queue'), {}, leadership).catch(() => undefined)
    leave()
    readUser()
    joinSoon()
  }

  // ---------------------------------------------------------------- actions of this store

  function reduced(action: UnknownAction, before: KeeperAndFeatureState | undefined): void {
    if (!before) return
    const after = context.read()
    if (after.turns.userId !== user && actions.userChanged.match(action)) return changeUser()
    if (originOf(action) === null) {
      if (leaderAsked.match(action)) {
        publish({ kind: 'ask', conversationIds: action.payload.conversationIds })
      } else if (leaderMissed.match(action)) {
        duties.renew()
        steal()
      }
      if (actions.statusCheckStarted.match(action) && before.turns !== after.turns)
        for (const id of action.payload.conversationIds) checkedAt.set(id, now())
      const isRestored =
        actions.stateRestored.match(action) ||
        (actions.keeperAttached.match(action) && action.payload.own !== true)
      if (isRestored && before.turns !== after.turns) hello()
      const told = copyOf(action, before, after)
      if (told) publish({ kind: 'action', action: told })
    }
    if (actions.turnSettled.match(action)) see(action.payload.turn.conversationId)
    if (actions.conversationViewed.match(action)) see(after.conversations.viewedId)
    if (!signals.turnProgressed.match(action)) save()
  }

  /** Never later than it was to be when the claim was taken, also where the clock was set back since. */
  const sendsNotBefore = (): number => (sendsFrom = Math.min(sendsFrom, now() + TRUST))

  /** Confirms that this store may send a message that waits: it has stored that it will. */
  async function confirm(turnId: string): Promise<boolean> {
    const claim = leadership
    const since = now()
    if (!claim || since < sendsNotBefore()) return false
    leaving.set(turnId, claim.fence)
    stored = null
    const isHeld = (await store(claim)) && leadership === claim && !membership.signal.aborted
    const tookMs = now() - since
    const isGranted = isHeld && tookMs >= 0 && tookMs <= TRUST
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
  context.onDispose(
    options.environment.subscribe((event) =>
      event === 'visible' ? see(context.read().conversations.viewedId) : undefined,
    ),
  )
  // A state that was put back may be another user's; an older one, that time travel shows, is not.
  context.onChange(({ turns }) => {
    if (turns.userId !== user && turns.seq > userSeq) changeUser()
  })
  context.onDispose(() => {
    membership.abort()
    link.close()
  })
  joinSoon()

  return {
    leads,
    reduced,
    due: duties.due,
    beforeSend: (turn, at) =>
      role === 'alone' ? undefined : claimFirst(turn, Math.max(at, sendsNotBefore())),
    checkElsewhere(conversationIds) {
      asked = [...asked, ...conversationIds]
      dispatch(leaderAsked({ conversationIds }))
    },
    takeFence(turnId) {
      const fence = leaving.get(turnId)
      leaving.delete(turnId)
      return fence
    },
  }
}
