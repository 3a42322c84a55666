import type { UnknownAction } from '@reduxjs/toolkit'
import { keeperAttached } from '../actions'
import { emptyLedger, isUnderWay } from '../rules'
import type { Clock, Ledger } from '../types'
import { changesBetween } from './changes'
import type { Changes, KeeperState, Scheduler } from './types'

/** First pause after a compare-and-set that did not take, ms; doubled each time, up to the longest. */
const BLOCKED_PAUSE = 10_000
const LONGEST_PAUSE = 160_000
/** How often it is looked whether a frozen view has moved, ms, and how many times. It costs no dispatch. */
const VIEW_CHECK = 2_000
const VIEW_CHECKS = 300
/** How often the view is looked at again for a turn that should have shown: after 1, 2, 4 … s. */
const PEEKS = 8
/** How often, after the start, it is looked for a state that came in unseen: after 1, 2 and 4 s. */
const STATE_CHECKS = 3

const NOTHING = { changed: [], removed: [], ended: [] } as const

export interface View {
  /** The ledger as it was last read. */
  readonly seen: Ledger
  /** Finds what has changed since the last time, and lets the policies look at it. */
  sync(): void
  /** Takes over what another keeper answered for (rehydrated, preloaded, imported). */
  attach(): void
  /** Signs what an action of the keeper's own has just made live. */
  sign(): void
  /** Dispatches a compare-and-set, and tells by reading back whether it took. */
  claim(action: UnknownAction, took: (state: KeeperState) => boolean): boolean
  /** A turn that should show and does not: ignored, or the view is frozen. It is looked for again, ever less often. */
  peek(): void
  /** A persistence enhancer may put a state in place without an action that shows: looked for until `known`. */
  awaitState(): void
  /** An action of the keeper's came by: from here on each one looks for itself. */
  known(): void
}

/**
 * What the keeper sees of the store. Under DevTools the viewed state may be frozen: `getState()` shows the past while a
 * dispatch reduces onto the tip, and under a lock dispatches are swallowed (law 21). So what was done is told by what shows,
 * and what does not show is tried again ever less often, or at once when the view has moved.
 */
export function createView(of: {
  readonly owner: string
  readonly clock: Clock
  readonly scheduler: Scheduler
  read(): KeeperState
  dispatch(action: UnknownAction): unknown
  /** Passes an action of the keeper's own down the chain. */
  pass(action: UnknownAction): unknown
  /** Lets the policies look at what has changed. */
  settle(changes: Changes): void
}): View {
  const { owner, clock, scheduler, read } = of
  let seen: Ledger = emptyLedger
  let seenAssistant: unknown
  /** Where taking over did not show: not tried there again. */
  let unshown: Ledger | undefined
  /** The next round is the first to see what another keeper left. */
  let foreign = false
  let settling = false
  let again = false
  let blocked = 0
  let blockedUntil = 0
  let isKnown = false

  const ledgerNow = (): Ledger | undefined => read().turns?.ledger

  /** What policies dispatch meanwhile is found in the next round: none works on a state that another has left behind. */
  function sync(): void {
    again = true
    if (settling) return
    settling = true
    try {
      while (again) {
        again = false
        round()
      }
    } finally {
      settling = false
    }
  }

  function round(): void {
    const { turns, assistant } = read()
    if (!turns) return
    const { ledger } = turns
    if (ledger === seen && assistant === seenAssistant) return
    const before = seen
    seen = ledger
    seenAssistant = assistant
    if (ledger.seq < before.seq && before.live.length > 0) watch(before, 0)
    const elsewhere = foreign || ledger.owner !== owner
    foreign = false
    of.settle(
      ledger === before ? { ...NOTHING, foreign: elsewhere } : changesBetween(before, ledger, elsewhere),
    )
  }

  /** Everything that stands is looked at anew. */
  function retry(): void {
    seen = { ...seen, live: [] }
    sync()
  }

  /** Dispatches are swallowed, or do not show: tried again when the view has moved, else ever less often. */
  function waitForView(frozen: Ledger | undefined): void {
    scheduler.set('blocked', Math.min(clock.now() + VIEW_CHECK, blockedUntil), () => {
      const moved = ledgerNow() !== frozen
      if (!moved && clock.now() < blockedUntil) return waitForView(frozen)
      if (moved) blocked = blockedUntil = 0
      retry()
    })
  }

  /** The view went back in time: what was live at the tip is taken up again once it shows. */
  function watch(tip: Ledger, tries: number): void {
    scheduler.set('view', clock.now() + VIEW_CHECK, () => {
      const ledger = ledgerNow()
      if (ledger && ledger.seq >= tip.seq) retry()
      else if (tries < VIEW_CHECKS) watch(tip, tries + 1)
    })
  }

  function attach(): void {
    const ledger = ledgerNow()
    if (ledger && isUnowned(ledger)) takeOver(ledger, false)
  }

  const isUnowned = (ledger: Ledger): boolean =>
    isUnderWay(ledger) && ledger.owner !== owner && ledger !== unshown

  function takeOver(ledger: Ledger, own: boolean): void {
    unshown = ledger
    foreign = !own
    of.pass(keeperAttached({ owner, ...(own && { own }) }, { at: clock.now() }))
    if (ledgerNow()?.owner === owner) unshown = undefined
    // What shows next was not left by the one that this view speaks of.
    else foreign = false
  }

  function peek(left: number): void {
    scheduler.set('peek', clock.now() + 1_000 * 2 ** (PEEKS - left), () => {
      const ledger = seen
      sync()
      if (seen === ledger && left > 1) peek(left - 1)
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
    attach,
    sign() {
      if (isUnowned(seen)) takeOver(seen, true)
    },
    claim(action, took) {
      const now = clock.now()
      if (now < blockedUntil) return false
      of.dispatch(action)
      if (took(read())) {
        blocked = 0
        return true
      }
      blockedUntil = now + Math.min(BLOCKED_PAUSE * 2 ** blocked++, LONGEST_PAUSE)
      waitForView(ledgerNow())
      return false
    },
    peek: () => peek(PEEKS),
    awaitState: () => awaitState(STATE_CHECKS),
    known() {
      if (isKnown) return
      isKnown = true
      scheduler.clear('state')
    },
  }
}
