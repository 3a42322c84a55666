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
import type { Coordinator, DueAction, KeeperAndFeatureState, StoreContext } from '../middleware/types'
import { keyOf } from '../state/conversations'
import { findTurn, hasLeft } from '../state/turns'
import {
  conversationSeen,
  leaderAnswered,
  leaderAsked,
  leaderMissed,
  originOf,
  tabRoleChanged,
} from './actions'
import type { TabRole } from './actions'
import { copyOf } from './copies'
import { createDuties } from './duties'
import type { Claim, ClaimOptions, EngineLink } from './engine'
import { LOST, askingKeepers, lostAnswers } from './lost'
import { storedOf, welcomeOf } from './snapshot'
import { createSteers } from './steers'

/** Raised with each change of what is told, or of what it means: stores that tell it otherwise are ignored. */
const PROTOCOL = 1
/** A claim that was confirmed longer ago is not relied on, ms. So long a store that has taken it from another sends nothing. */
const TRUST = 5_000
/** What was checked so recently is not checked again because another store asks for it, ms. */
const RECENT = 1_000

type Content =
  | { readonly kind: 'action'; readonly n: number; readonly action: UnknownAction }
  | { readonly kind: 'hello'; readonly persisted: Persisted }
  | { readonly kind: 'welcome'; readonly to: string; readonly actions: readonly UnknownAction[] }
  | { readonly kind: 'ask'; readonly conversationIds: readonly string[] }
  | { readonly kind: 'leading' | 'here' }
type Message = Content & { readonly protocol: number; readonly user: string | null; readonly from: string }

export interface Member extends Coordinator {
  due(state: KeeperAndFeatureState): readonly DueAction[]
  /** When a message that waits may leave at the earliest; `null`: it needs no confirmation. */
  sendsFrom(): number | null
  /** Confirms that this store may send a message that waits. Rejects where it may not. */
  confirm(turnId: string): Promise<boolean>
  /** A person looks at a conversation here: said, where it is the viewed one of a visible page. */
  see(conversationId: string): void
}

/** There is nothing that carries several stores. */
export function reportAlone({ reportProblem }: StoreContext, error: unknown): void {
  const text = 'Tabs cannot share anything here: each one acts for itself alone.'
  reportProblem('tabs', text, error)
}

/** Joins the other stores. `waitForUser`: not before it is known who is signed in. */
export function createMember(context: StoreContext, link: EngineLink, waitForUser: boolean): Member {
  const { keeperId: me, options, dispatch, now } = context
  const duties = createDuties(context)
  const steers = createSteers(context)
  /** The other stores that were heard of, and those whose end is waited for. */
  const known = new Set<string>()
  const watched = new Set<string>()
  /** The number of the next copy, by its sender. */
  const counts = new Map<string, number>()
  /** Messages that are about to leave, and the numbers of the claims that they leave under. */
  const leaving = new Set<string>()
  const fences = new Map<string, number>()
  let recentChecks: readonly { readonly at: number; readonly ids: ReadonlySet<string> }[] = []
  let role: TabRole = 'joining'
  let user: string | null = null
  /** Aborted while this store is none of several. */
  let membership = new AbortController()
  membership.abort()
  let leadership: Claim | null = null
  let leader: string | null = null
  let isWelcome = false
  let sent = 0
  let sendsFrom = 0
  let stealing: AbortController | null = null
  let asked = new Set<string>()
  let stored = ''
  let isSaving = false

  const leads = (): boolean => role === 'leading' || role === 'alone'
  const nameOf = (name: string): string => `${name} ${PROTOCOL} ${JSON.stringify(user)}`
  const publish = (content: Content): void => {
    if (!membership.signal.aborted)
      link.publish({ ...content, protocol: PROTOCOL, user, from: me } satisfies Message)
  }
  const become = (next: TabRole): void => {
    if (role === next) return
    role = next
    duties.reset(leads())
    dispatch(tabRoleChanged({ role }))
  }
  const hello = (): void => publish({ kind: 'hello', persisted: storedOf(context.read()) })

  // ---------------------------------------------------------------- membership and claims

  /** Holds a claim for as long as this store is a member, however often it is lost. */
  async function hold(
    name: string,
    more: Omit<ClaimOptions, 'signal'>,
    held: (claim: Claim) => void,
  ): Promise<void> {
    const { signal } = membership
    while (!signal.aborted) {
      const claim = await link.claim(nameOf(name), { signal, ...more })
      held(claim)
      await claim.lost
    }
  }

  function join(): void {
    user = context.read().turns.userId
    if (waitForUser && user === null) {
      become('alone')
      return context.renew()
    }
    membership = new AbortController()
    become('joining')
    const { signal } = membership
    const fail = (error: unknown): void => {
      if (signal.aborted) return
      membership.abort()
      reportAlone(context, error)
      become('alone')
      context.renew()
    }
    hold(`tab ${me}`, {}, hello).catch(fail)
    hold('leader', { fenced: true }, (claim) => void lead(claim, false)).catch(fail)
  }

  function leave(): void {
    membership.abort()
    leadership = leader = null
    isWelcome = false
    for (const memory of [known, watched, counts, leaving, fences]) memory.clear()
  }

  async function lead(claim: Claim, isStolen: boolean): Promise<void> {
    const previous = leader
    stealing?.abort()
    leadership = claim
    leader = me
    if (isStolen) sendsFrom = now() + TRUST
    publish({ kind: 'leading' })
    void claim.lost.then(() => {
      if (leadership !== claim) return
      leadership = leader = null
      if (!membership.signal.aborted) become('following')
    })
    // What was about to leave when the last one was lost is stored.
    const kept = (await link.load(nameOf('queue')).catch(() => undefined)) as Persisted | undefined
    if (leadership !== claim) return
    if (kept) adopt(kept, previous)
    if (isStolen && previous !== null) settleLost(previous)
    isWelcome = true
    become('leading')
    for (const other of new Set([...known, ...askingKeepers(context.read())])) watch(other)
    context.renew()
    check([...asked])
    asked = new Set()
    save()
  }

  /** Takes in what was stored. A message that was about to leave is not sent: whether it arrived is checked. */
  function adopt(kept: Persisted, previous: string | null): void {
    for (const { turnId, conversationId } of kept.live ?? []) {
      const turn = findTurn(context.read().turns, turnId)
      if (!turn || hasLeft(turn)) continue
      const nonce = `${previous}:stored`
      dispatch(actions.sendClaimed({ turnId, conversationId, nonce, elsewhere: true }))
      dispatch(actions.sendLost({ turnId, conversationId, nonce }))
    }
    dispatch(actions.stateRestored(kept))
  }

  /** Waits, as the leading store, until another one is gone. */
  function watch(other: string): void {
    if (other === me || watched.has(other) || !leadership) return
    const { signal } = membership
    watched.add(other)
    const gone = (claim: Claim): void => {
      claim.release()
      watched.delete(other)
      known.delete(other)
      if (leadership && !signal.aborted) settleLost(other)
    }
    link.claim(nameOf(`tab ${other}`), { signal }).then(gone, () => undefined)
  }

  function settleLost(other: string): void {
    for (const action of lostAnswers(context.read(), other, now())) dispatch(action)
    for (const steer of steers.takeOf(other))
      dispatch(actions.steerRefused({ ...steer, error: LOST, lost: true }))
  }

  /** The leading store does not answer. */
  function steal(): void {
    if (stealing && !stealing.signal.aborted) return
    const attempt = (stealing = new AbortController())
    const { signal } = membership
    signal.addEventListener('abort', () => attempt.abort(), { once: true })
    const won = (claim: Claim): Promise<void> | void => (signal.aborted ? claim.release() : lead(claim, true))
    link
      .claim(nameOf('leader'), { signal: attempt.signal, fenced: true, steal: true })
      .then(won, () => undefined)
      .finally(() => attempt.abort())
  }

  // ---------------------------------------------------------------- what is stored

  /** Stores what waits here, at the end of this task. */
  function save(): void {
    if (!leadership || isSaving) return
    isSaving = true
    queueMicrotask(() => {
      isSaving = false
      if (!leadership) return
      const value = storedOf(context.read(), leaving)
      const text = JSON.stringify(value)
      if (text === stored) return
      stored = text
      link.save(nameOf('queue'), value, leadership).catch(() => void (stored = ''))
    })
  }

  // ---------------------------------------------------------------- messages

  function hear(message: Message | undefined): void {
    if (membership.signal.aborted || !message || message.from === me) return
    if (message.protocol !== PROTOCOL) {
      const text = 'A tab with another version of redux-turnkeeper is open: it is ignored.'
      return context.reportProblem('another version', text, message.protocol)
    }
    if (message.user !== user) return
    const { from } = message
    known.add(from)
    watch(from)
    switch (message.kind) {
      case 'action': {
        const expected = counts.get(from) ?? message.n
        counts.set(from, message.n + 1)
        copy(message.action, from)
        // Something was not heard: the leading store is asked for what there is.
        if (expected !== message.n) hello()
        return
      }
      case 'hello':
        counts.delete(from)
        copy(actions.stateRestored(message.persisted), from)
        if (role === 'leading')
          publish({ kind: 'welcome', to: from, actions: welcomeOf(context.read(), `${me}:welcome`) })
        return
      case 'welcome':
        if (message.to !== me) return
        isWelcome = true
        for (const action of message.actions) copy(action, from)
        return follow(from)
      case 'ask':
        if (!leadership) return
        check(message.conversationIds)
        return publish({ kind: 'leading' })
      case 'leading':
        if (leader !== from) publish({ kind: 'here' })
        if (!isWelcome) hello()
        return follow(from)
    }
  }

  function follow(from: string): void {
    leader = from
    if (role === 'joining') become('following')
    else if (duties.answered()) dispatch(leaderAnswered({}))
  }

  /** What was said elsewhere is said here, as a copy. */
  function copy(action: UnknownAction, origin: string): void {
    steers.note(action, origin)
    dispatch({ ...action, meta: { ...(action as { readonly meta?: object }).meta, origin } })
    if (actions.turnSettled.match(action)) see(action.payload.turn.conversationId)
  }

  /** Checks what was not checked just now: several stores have the same reason at the same time. */
  function check(conversationIds: readonly string[]): void {
    const since = now() - RECENT
    recentChecks = recentChecks.filter(({ at }) => at > since)
    const { conversations } = context.read()
    const isRecent = (id: string): boolean =>
      recentChecks.some(({ ids }) => ids.has(keyOf(conversations, id)))
    const ids = conversationIds.filter((id) => !isRecent(id))
    if (ids.length > 0) context.statusChecks.start(ids)
  }

  function see(conversationId: string): void {
    const { viewedId } = context.read().conversations
    if (viewedId === conversationId && !options.environment.hidden())
      dispatch(conversationSeen({ conversationId }))
  }

  /** Another user is signed in: nothing is shared with the last one's tabs, and nothing of theirs stays behind. */
  function changeUser(): void {
    if (leadership) link.save(nameOf('queue'), {}, leadership).catch(() => undefined)
    leave()
    user = context.read().turns.userId
    queueMicrotask(() => {
      if (!context.signal.aborted) join()
    })
  }

  // ---------------------------------------------------------------- actions of this store

  function reduced(action: UnknownAction, before: KeeperAndFeatureState | undefined): void {
    if (!before) return
    const after = context.read()
    if (after.turns.userId !== user && actions.userChanged.match(action)) return changeUser()
    if (originOf(action) === null) {
      if (leaderAsked.match(action)) {
        duties.asked()
        publish({ kind: 'ask', conversationIds: action.payload.conversationIds })
      } else if (leaderMissed.match(action)) {
        duties.answered()
        steal()
      }
      if (actions.statusCheckStarted.match(action) && before.turns !== after.turns)
        recentChecks = [...recentChecks, { at: now(), ids: new Set(action.payload.conversationIds) }]
      const isRestored =
        actions.stateRestored.match(action) ||
        (actions.keeperAttached.match(action) && action.payload.own !== true)
      if (isRestored && before.turns !== after.turns) hello()
      const told = copyOf(action, before, after)
      if (told) publish({ kind: 'action', n: sent++, action: told })
    }
    if (!signals.turnProgressed.match(action)) save()
  }

  link.subscribe((message) => {
    try {
      hear(message as Message | undefined)
    } catch (error) {
      context.reportError(error, 'tabs')
    }
  })
  context.onDispose(() => {
    membership.abort()
    link.close()
  })
  queueMicrotask(() => {
    if (!context.signal.aborted) join()
  })

  return {
    leads,
    reduced,
    see,
    due: (state) => (leads() ? [] : duties.due(state)),
    sendsFrom: () => (role === 'alone' ? null : sendsFrom),
    checkElsewhere(conversationIds) {
      for (const id of conversationIds) asked.add(id)
      dispatch(leaderAsked({ conversationIds }))
    },
    takeFence(turnId) {
      const fence = fences.get(turnId)
      fences.delete(turnId)
      return fence
    },
    async confirm(turnId) {
      const claim = leadership
      const since = now()
      if (!claim || since < sendsFrom) throw new Error('Another tab sends what waits.')
      leaving.add(turnId)
      stored = ''
      const isHeld = await link.save(nameOf('queue'), storedOf(context.read(), leaving), claim)
      if (!isHeld || leadership !== claim || now() - since > TRUST) {
        leaving.delete(turnId)
        throw new Error('The claim to send what waits is lost.')
      }
      fences.set(turnId, claim.fence)
      return true
    },
  }
}
