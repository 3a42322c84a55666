import type { UnknownAction } from '@reduxjs/toolkit'
import { sendingGated } from '../../actions'
import { assistantAttached, assistantOverdue, networkChanged } from '../../assistant'
import type { AssistantState } from '../../assistant'
import { isUp } from '../../assistant/rules'
import type { KeeperState, Policy } from '../types'
import { createErrands } from './assistantErrands'
import type { AssistantPart, Claim } from './assistantErrands'

/** First pause before a view that lags behind is looked at again, ms; doubled each time, up to the longest. */
const PEEK = 5_000
const LONGEST_PEEK = 60_000
/** After so many of them it is acted on all the same: the history may have been cut. Claims decide. */
const PEEKS = 4

/**
 * Brings the assistant up and keeps it so: look-ups, the init watchdog and its recoveries, hatches, probes; and holds
 * turns back until it is up. The reducer decides; what is done here follows from what stands in the state.
 *
 * A view that is older than one seen before (time travel) leads to nothing: it is looked at again later (law 21).
 */
export const assistantPolicy: Policy = (context) => {
  const { scheduler, options } = context
  const { ports } = options
  let seen: AssistantState | null = null
  let newest = 0
  let peeks = 0
  let refused = false

  const read = (): AssistantState | undefined => context.read().assistant
  const tryTo = (action: UnknownAction, took: (state: KeeperState) => boolean): void => {
    if (!context.claim(action, took)) refused = true
  }
  const claim: Claim = (action, took) => tryTo(action, ({ assistant }) => took(assistant))

  const watchdog: AssistantPart = ({ watchdogAt, generation }, now) => {
    if (watchdogAt === null) return Infinity
    if (watchdogAt > now) return watchdogAt
    claim(assistantOverdue({ generation, deadline: watchdogAt }), (next) => next.generation !== generation)
    return Infinity
  }
  const gate: AssistantPart = (state) => {
    // Without an assistant the gate is the app's own.
    if (!ports.getAssistant) return Infinity
    const open = isUp(state)
    const { turns } = context.read()
    if (turns && turns.ledger.open !== open) {
      tryTo(sendingGated({ open }, { source: 'keeper' }), (next) => next.turns.ledger.open === open)
    }
    return Infinity
  }
  const parts: readonly AssistantPart[] = [watchdog, ...createErrands(context, ports, claim, answer), gate]

  /** An answer that changes nothing to be seen was dropped, or the view is frozen. */
  function answer(action: UnknownAction): void {
    const before = read()
    context.dispatch(action)
    if (read() === before) peek()
  }
  function peek(): void {
    scheduler.set('assistant:peek', context.now() + Math.min(PEEK * 2 ** peeks++, LONGEST_PEEK), look)
  }

  function look(): void {
    const state = read()
    if (!state) return
    seen = state
    const { owner } = state
    const left = owner !== null && owner !== context.owner
    if (state.seq < newest && !left) {
      peek()
      if (peeks <= PEEKS) return
    } else {
      newest = state.seq
      peeks = 0
    }
    refused = false
    if (left)
      return claim(assistantAttached({ owner: context.owner }), (next) => next.owner === context.owner)
    let next = Infinity
    for (const part of parts) {
      next = Math.min(next, part(state, context.now()))
      // What it did has been looked at already.
      if (read() !== state) return
    }
    if (next === Infinity) scheduler.clear('assistant')
    else scheduler.set('assistant', next, look)
  }

  const unsubscribe = ports.getAssistant
    ? options.environment.subscribe((event) => {
        if (event === 'online' || event === 'offline')
          context.dispatch(networkChanged({ online: event === 'online' }))
      })
    : () => undefined

  return {
    settle({ assistant }) {
      if (assistant !== seen || refused) look()
    },
    dispose: unsubscribe,
  }
}
