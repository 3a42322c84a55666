import type { UnknownAction } from '@reduxjs/toolkit'
import { keeperAttached } from '../actions'
import { initialTurns } from '../state/turns'
import type { Clock, TurnsState } from '../types'
import type { Scheduler } from './scheduler'
import type { KeeperAndFeatureState } from './types'

/** First pause after a compare-and-set that did not take, ms; doubled each time, up to the longest. */
const BLOCKED_PAUSE = 10_000
const LONGEST_PAUSE = 160_000
/** How often it is looked whether a frozen view has moved, ms, and how many times. It costs no dispatch. */
const VIEW_CHECK = 2_000
const VIEW_CHECKS = 300
/** How often, after the start, it is looked for a state that came in unseen: after 1, 2 and 4 s. */
const STATE_CHECKS = 3
/** The last pause after which the view is looked at again for a turn that should have shown, ms: 1, 2, 4 … s go before it. */
const LONGEST_PEEK = 480_000

export interface View {
  /** The turns as they were last read. */
  readonly seen: TurnsState
  /** Finds what has changed since the last time, and lets the rest of the middleware follow. */
  sync(): void
  /** Everything that stands is looked at anew. */
  renew(): void
  /** Takes over what another keeper answered for (rehydrated, preloaded, imported). */
  attach(): void
  /** Marks what an action of this keeper's own has just begun as its own. */
  sign(): void
  /** Dispatches a compare-and-set, and tells by reading back whether it took. */
  claim(action: UnknownAction, took: (state: KeeperAndFeatureState) => boolean): boolean
  /** A turn that should show and does not: ignored, or the view is frozen. It is looked for again, ever less often. */
  peek(): void
  /** A persistence enhancer may put a state in place without an action that shows: looked for until `known`. */
  awaitState(): void
  /** An action of the keeper's came by: from here on each one looks for itself. */
  known(): void
}

/** What goes on, for which a keeper answers. */
const isUnderWay = (turns: TurnsState): boolean => turns.byConversation.size > 0

/**
 * What the keeper sees of the store. Under DevTools the viewed state may be frozen: `getState()` shows the past while a
 * dispatch reduces onto the tip, and under a lock dispatches are swallowed (law 21). So what was done is told by what shows,
 * and what does not show is tried again ever less often, or at once when the view has moved. Not a listener: no action tells.
 */
export function createView(store: {
  readonly keeperId: string
  readonly clock: Clock
  readonly scheduler: Scheduler
  read(): KeeperAndFeatureState | undefined
  dispatch(action: UnknownAction): unknown
  /** Passes an action of the keeper's own down the chain. */
  pass(action: UnknownAction): unknown
  /** Whether what goes on there, signed by nobody, was begun by this keeper: in a frozen view, which shows now. */
  hasBegun(turns: TurnsState): boolean
  /** Follows what has changed. `isForeign`: it was left by another keeper. */
  follow(before: TurnsState, state: KeeperAndFeatureState, isForeign: boolean): void
}): View {
  const { keeperId, clock, scheduler, read } = store
  let seen: TurnsState = initialTurns
  let seenState: KeeperAndFeatureState | undefined
  /** Where taking over did not show: not tried there again. */
  let unshown: TurnsState | undefined
  /** The next round is the first to see what another keeper left. */
  let foreign = false
  let following = false
  let again = false
  let blocked = 0
  let blockedUntil = 0
  /** What the view showed then. */
  let blockedAt: KeeperAndFeatureState | undefined
  let isKnown = false

  const turnsNow = (): TurnsState | undefined => read()?.turns

  /** What is dispatched meanwhile is found in the next round: nothing works on a state that another has left behind. */
  function sync(): void {
    again = true
    if (following) return
    following = true
    try {
      while (again) {
        again = false
        round()
      }
    } finally {
      following = false
    }
  }

  function round(): void {
    const state = read()
    if (!state || state === seenState) return
    const { turns } = state
    const before = seen
    seen = turns
    seenState = state
    // The view has moved: what did not show before may show now.
    if (state !== blockedAt) blocked = blockedUntil = 0
    if (turns.seq < before.seq && isUnderWay(before)) watch(before, 0)
    const isForeign = foreign || turns.keeperId !== keeperId
    foreign = false
    store.follow(before, state, isForeign)
  }

  function renew(): void {
    seen = { ...seen, byConversation: initialTurns.byConversation, stream: initialTurns.stream }
    seenState = undefined
    sync()
  }

  /** Dispatches are swallowed, or do not show: tried again when the view has moved, else ever less often. */
  function waitForView(): void {
    scheduler.set('blocked', Math.min(clock.now() + VIEW_CHECK, blockedUntil), () => {
      const moved = read() !== blockedAt
      if (!moved && clock.now() < blockedUntil) return waitForView()
      renew()
    })
  }

  /** The view went back in time: what was going on at the tip is taken up again once it shows. */
  function watch(tip: TurnsState, tries: number): void {
    scheduler.set('view', clock.now() + VIEW_CHECK, () => {
      const turns = turnsNow()
      if (turns && turns.seq >= tip.seq) renew()
      else if (tries < VIEW_CHECKS) watch(tip, tries + 1)
    })
  }

  function attach(): void {
    const turns = turnsNow()
    if (turns && isUnsigned(turns)) takeOver(turns, store.hasBegun(turns))
  }

  const isUnsigned = (turns: TurnsState): boolean =>
    isUnderWay(turns) && turns.keeperId !== keeperId && turns !== unshown

  function takeOver(turns: TurnsState, own: boolean): void {
    unshown = turns
    foreign = !own
    store.pass(keeperAttached({ keeperId, ...(own && { own }) }, { at: clock.now() }))
    if (turnsNow()?.keeperId === keeperId) unshown = undefined
    // What shows next was not left by the one that this view speaks of.
    else foreign = false
  }

  function peek(pause: number): void {
    scheduler.set('peek', clock.now() + pause, () => {
      const turns = seen
      sync()
      if (seen === turns && pause < LONGEST_PEEK) peek(Math.min(pause * 2, LONGEST_PEEK))
    })
  }

  function awaitState(left: number): void {
    if (left === 0 || isKnown) return
    scheduler.set('state', clock.now() + 1_000 * 2 ** (STATE_CHECKS - left), () => {
      attach()
      sync()
      awaitState(left - 1)
    })
  }

  return {
    get seen() {
      return seen
    },
    sync,
    renew,
    attach,
    sign() {
      if (isUnsigned(seen)) takeOver(seen, true)
    },
    claim(action, took) {
      const now = clock.now()
      // Further away than any pause is long: the clock has been set back since.
      if (now < blockedUntil && blockedUntil - now <= LONGEST_PAUSE) return false
      store.dispatch(action)
      const state = read()
      if (state && took(state)) {
        blocked = 0
        return true
      }
      blockedUntil = now + Math.min(BLOCKED_PAUSE * 2 ** blocked++, LONGEST_PAUSE)
      blockedAt = state
      waitForView()
      return false
    },
    peek: () => peek(1_000),
    awaitState: () => awaitState(STATE_CHECKS),
    known() {
      if (isKnown) return
      isKnown = true
      scheduler.clear('state')
    },
  }
}
