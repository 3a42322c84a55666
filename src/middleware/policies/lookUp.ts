import { lookUpAnswered, lookUpClaimed, lookUpClosed } from '../../actions'
import { isDue } from '../../rules'
import type { Ledger, StatusAnswer } from '../../types'
import type { Policy } from '../types'

/**
 * The stall watch and the reconcile: when a turn's next check is due, everything live is looked up in one request. One in
 * flight; failures back off, with jitter; none leave while the page is hidden.
 */
export const lookUpPolicy: Policy = (context) => {
  const { options, scheduler } = context
  const { fetchStatus } = options.ports
  if (!fetchStatus) return
  const { recheckAfter, lookUpTimeout } = options.rules
  const turns = scheduler.createLane()
  const checks = scheduler.createLane()
  const requests = scheduler.createLane()
  let underWay: AbortController | null = null
  let failures = 0

  /** Pause after `failures` look-ups that told nothing, ms. */
  const backoff = (): number => {
    const full = Math.min(recheckAfter * 2 ** Math.max(failures - 1, 0), options.maxBackoff)
    return full * (0.75 + options.random() / 4)
  }

  const conversationsOf = (ledger: Ledger): readonly string[] => [
    ...new Set([
      ...ledger.live.filter((turn) => turn.phase !== 'queued').map((turn) => turn.conversationId),
      ...ledger.checks.map((entry) => entry.conversationId),
    ]),
  ]

  const watch = (ledger: Ledger): void => {
    for (const entry of ledger.checks) checks.set(entry.conversationId, entry.at, due)
  }

  function due(): void {
    if (underWay || options.environment.hidden()) return
    context.flush()
    const { ledger } = context.read().turns
    const now = context.now()
    const ids = conversationsOf(ledger)
    if (ids.some((id) => isDue(ledger, id, now))) ask(ids, false)
  }

  function ask(conversationIds: readonly string[], explicit: boolean): void {
    context.flush()
    const nonce = context.nonce()
    const took = context.claim(
      lookUpClaimed({ nonce, conversationIds, ...(explicit && { explicit }) }),
      (state) => state.turns.ledger.asks.some((entry) => entry.nonce === nonce),
    )
    if (!took) return
    const controller = new AbortController()
    const abort = () => controller.abort()
    context.signal.addEventListener('abort', abort, { once: true })
    if (!explicit) underWay = controller
    requests.set(nonce, context.now() + lookUpTimeout, () => close(true))

    let open = true
    const close = (failed: boolean): void => {
      if (!open) return
      open = false
      requests.clear(nonce)
      context.signal.removeEventListener('abort', abort)
      if (failed) controller.abort()
      if (underWay === controller) underWay = null
      if (context.signal.aborted) return
      failures = failed ? failures + 1 : 0
      const nextAt = context.now() + (failed ? backoff() : recheckAfter)
      context.dispatch(lookUpClosed({ nonce, failed, nextAt }))
      due()
    }
    void context.request(
      () => fetchStatus!(conversationIds, { signal: controller.signal }),
      (answers) => {
        if (!open) return
        context.flush()
        let told = false
        for (const conversationId of conversationIds) {
          const answer = answerFor(answers, conversationId)
          if (!answer) continue
          if (answer.status !== 'unreachable') told = true
          context.dispatch(lookUpAnswered({ nonce, conversationId, answer }))
        }
        close(!told)
      },
      () => close(true),
    )
  }

  const unsubscribe = options.environment.subscribe((event) => {
    if (event === 'hidden' || event === 'offline') return
    failures = 0
    const ids = conversationsOf(context.read().turns.ledger)
    if (ids.length > 0 && !options.environment.hidden()) ask(ids, true)
  })
  context.lookUps.ask = (conversationIds) => ask(conversationIds, true)
  context.lookUps.renew = () => {
    // A request that left before a sleep may never be answered: it must not hold the next one back.
    underWay?.abort()
    underWay = null
    failures = 0
  }

  return {
    settle(state, { changed, removed }) {
      for (const turn of removed) turns.clear(turn.turnId)
      for (const turn of changed) {
        if (turn.phase === 'queued' || turn.checkAt === null) turns.clear(turn.turnId)
        else turns.set(turn.turnId, turn.checkAt, due)
      }
      watch(state.turns.ledger)
    },
    dispose: unsubscribe,
  }
}

/** What was said of a conversation; nothing, where the answers are none. */
function answerFor(
  answers: Readonly<Record<string, StatusAnswer>> | ReadonlyMap<string, StatusAnswer> | null | undefined,
  conversationId: string,
): StatusAnswer | undefined {
  if (answers instanceof Map) return answers.get(conversationId)
  return answers != null && Object.hasOwn(answers, conversationId)
    ? (answers as Readonly<Record<string, StatusAnswer>>)[conversationId]
    : undefined
}
