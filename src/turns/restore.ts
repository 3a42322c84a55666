/** What survived a reload, another keeper, another user (laws 9, 13, 19 and 22). */
import type { Persisted } from '../actions'
import { byConversation, isClosedQuestion, keyOf } from '../state/conversations'
import { NONE } from '../state/lists'
import {
  activeOf,
  amendEntry,
  entryOf,
  findEnded,
  entriesOf,
  findHelper,
  findTurn,
  hasLeft,
  initialTurns,
  isKnownTurn,
  isEmptyEntry,
  patchEntry,
  patchTurns,
} from '../state/turns'
import type { BackgroundRun, ConversationTurns, Turn, TurnsState } from '../types'
import { changeEntries, changeTurnsThatLeft, withReason } from './checks'
import type { RuleContext } from './context'
import { checkConversation, promoteNext } from './ends'
import { forgetRun } from './bindings'
import { oneTurnForEachRun } from './keys'
import { seeAsker } from './runs'
import { lose } from './sendAnswers'
import { claimSend } from './sends'
import { shiftUnsentIfSetBack } from './time'
import { amendTurn, limitFrom, newTurn } from './turn'

/**
 * Puts back what survived a reload. What had left is unverified; a queue waits for a check. One conversation at a time, however
 * many messages it has.
 */
export function restore(ctx: RuleContext, turns: TurnsState, kept: Persisted): TurnsState {
  const { conversations } = ctx
  let next = turns
  for (const [key, live] of byConversation(conversations, kept.live ?? NONE))
    next = restoreLive(ctx, next, key, live)
  for (const [key, queued] of byConversation(conversations, kept.queued ?? NONE))
    next = restoreQueued(ctx, next, key, queued)
  for (const question of kept.questions ?? NONE) next = askerRestored(ctx, next, question)
  return next
}

type KeptLive = NonNullable<Persisted['live']>[number]

/** Those of several that are new here, each once. */
function unknownOf<Item extends { readonly turnId: string }>(
  turns: TurnsState,
  items: readonly Item[],
): readonly Item[] {
  const seen = new Set<string>()
  return items.filter(({ turnId }) => {
    if (seen.has(turnId) || isKnownTurn(turns, turnId) || findEnded(turns, turnId)) return false
    seen.add(turnId)
    return true
  })
}

function restoreLive(
  ctx: RuleContext,
  turns: TurnsState,
  key: string,
  live: readonly KeptLive[],
): TurnsState {
  const { config, at } = ctx
  let next = turns
  const waiting = new Map(entryOf(turns, key)?.queue.map((turn) => [turn.turnId, turn]))
  for (const { turnId } of live) {
    const known = waiting.get(turnId) ?? findTurn(next, turnId)
    if (known && !hasLeft(known)) next = sentElsewhere(ctx, next, known)
  }
  const restored = unknownOf(next, live).map((saved) => turnOf(ctx, next, key, saved))
  if (restored.length === 0) return next
  const placed = patchEntry(
    restored.reduce((all, { runs }) => runs.reduce((rest, run) => forgetRun(rest, key, run), all), next),
    key,
    { queue: [...(entryOf(next, key)?.queue ?? NONE), ...restored] },
  )
  // The stream may have told of a run already: that is one turn.
  const entered = promoteNext(ctx, oneTurnForEachRun(ctx, placed, key), key)
  const checked = config.hasStatusChecks ? checkConversation(ctx, entered, key) : entered
  const active = activeOf(checked, key)
  // What comes back is looked at at once, however it was promoted.
  return active && restored.some(({ turnId }) => turnId === active.turnId)
    ? patchEntry(checked, key, { active: amendTurn(active, { checkAt: at }) })
    : checked
}

/** A turn that had left, as it comes back. */
function turnOf({ config, at }: RuleContext, turns: TurnsState, key: string, saved: KeptLive): Turn {
  const hasBegun = saved.begun !== false
  return newTurn({
    turnId: saved.turnId,
    conversationId: key,
    origin: saved.input === undefined ? 'remote' : 'local',
    runs: (saved.runs ?? NONE).filter((run) => !findHelper(turns, key, run)),
    sendState: hasBegun ? 'accepted' : 'unconfirmed',
    acceptedAt: at,
    startedAt: Math.min(saved.startedAt ?? at, at),
    createdSeq: turns.seq + 1,
    lastEvidenceAt: at,
    started: hasBegun ? 'named' : 'no',
    isUnverified: true,
    stop: saved.stopping
      ? { state: 'unconfirmed', nonce: null, at, turnHadStarted: hasBegun, lostAnswers: 0, refusals: 0 }
      : null,
    limitAt: limitFrom(config, at),
    firstEvidenceAt: saved.firstEvidenceAt ?? null,
    firstOutputAt: saved.firstOutputAt ?? null,
  })
}

/** Messages that waited wait again. */
function restoreQueued(
  ctx: RuleContext,
  turns: TurnsState,
  key: string,
  queued: readonly { readonly turnId: string }[],
): TurnsState {
  const restored = unknownOf(turns, queued).map(({ turnId }) =>
    newTurn({
      turnId,
      conversationId: key,
      origin: 'local',
      sendState: 'unsent',
      startedAt: ctx.at,
      createdSeq: turns.seq + 1,
    }),
  )
  if (restored.length === 0) return turns
  const next = patchEntry(turns, key, { queue: [...(entryOf(turns, key)?.queue ?? NONE), ...restored] })
  // Whether the conversation is idle is not known here.
  return activeOf(next, key) ? next : checkConversation(ctx, next, key)
}

/** Who asks, where that is no turn, is there again, and looked at at once: it may have ended since (contract, 3). */
function askerRestored(
  ctx: RuleContext,
  turns: TurnsState,
  { conversationId, askerId, requestId }: NonNullable<Persisted['questions']>[number],
): TurnsState {
  const key = keyOf(ctx.conversations, conversationId)
  if (askerId === null || isClosedQuestion(ctx.conversations, askerId, requestId)) return turns
  if (findEnded(turns, askerId) ?? findEnded(turns, null, askerId, key)) return turns
  const seen = seeAsker(ctx, turns, key, askerId)
  return seen === turns ? turns : checkConversation(ctx, seen, key)
}

/** A message that waited here has been sent from elsewhere: whether it arrived is checked, and it does not leave again. */
function sentElsewhere(ctx: RuleContext, turns: TurnsState, turn: Turn): TurnsState {
  const { turnId, conversationId } = turn
  const claimed = claimSend(ctx, turns, { turnId, conversationId, nonce: turnId, elsewhere: true })
  return lose(ctx, claimed, { turnId, conversationId, nonce: turnId })
}

/** This keeper answers for what goes on now. What another one had begun is unverified, and its requests are lost (law 22). */
export function attach(
  ctx: RuleContext,
  turns: TurnsState,
  { keeperId, own }: { readonly keeperId: string; readonly own?: boolean | undefined },
): TurnsState {
  const { config, at } = ctx
  if (turns.keeperId === keeperId) return turns
  const attached = patchTurns(turns, { keeperId })
  if (own) return attached
  const { stream } = attached
  const lost = patchTurns(attached, {
    statusChecks: NONE,
    stream: { ...stream, state: 'unknown', failures: 0, openAt: null, nonce: null },
  })
  const promoted = changeEntries(lost, (written) => {
    const entry = withoutClaims(shiftUnsentIfSetBack(ctx, written), at)
    const hasLost = entry.stopsInFlight.length > 0 || entry.backgroundRuns.some(isStopRequested)
    const taken = changeTurnsThatLeft(
      hasLost
        ? amendEntry(entry, {
            stopsInFlight: NONE,
            backgroundRuns: entry.backgroundRuns.map((run) =>
              isStopRequested(run)
                ? { ...run, stop: { state: 'unconfirmed', nonce: null, at: run.stop!.at } }
                : run,
            ),
          })
        : entry,
      (turn, isActive) =>
        amendTurn(turn, {
          isUnverified: true,
          checkAt: isActive ? at : null,
          // The clock may have been set back since it was written down: nothing was in the future.
          startedAt: Math.min(turn.startedAt, at),
          sentAt: turn.sentAt === null ? null : Math.min(turn.sentAt, at),
          acceptedAt: turn.acceptedAt === null ? null : Math.min(turn.acceptedAt, at),
          lastEvidenceAt: Math.min(turn.lastEvidenceAt, at),
          sendState: turn.sendState === 'sending' ? 'unconfirmed' : turn.sendState,
          sendNonce: null,
          stop:
            turn.stop?.state === 'requested'
              ? { ...turn.stop, state: 'unconfirmed', nonce: null }
              : turn.stop,
        }),
    )
    const goesOn =
      taken.active !== null ||
      taken.queue.length > 0 ||
      taken.unplacedRuns.length > 0 ||
      taken.checkAt !== null ||
      taken.sessionCheckAt !== null
    return config.hasStatusChecks && goesOn ? withReason(taken, lost, at) : taken
  })
  return dropEmpty(promoted)
}

const isStopRequested = ({ stop }: BackgroundRun): boolean => stop?.state === 'requested'

/** A message that was never sent waits for nothing but its place in a shared queue, and that request is lost. */
const withoutClaims = (entry: ConversationTurns, at: number): ConversationTurns => {
  const waitsForClaim = (turn: Turn) => !hasLeft(turn) && turn.sentAt === null && turn.notBefore > at
  if (!entry.queue.some(waitsForClaim)) return entry
  return amendEntry(entry, {
    queue: entry.queue.map((turn) => (waitsForClaim(turn) ? amendTurn(turn, { notBefore: at }) : turn)),
  })
}

/** Entries that held nothing but a lost request go. */
const dropEmpty = (turns: TurnsState): TurnsState => {
  let next = turns
  for (const entry of entriesOf(turns))
    if (isEmptyEntry(entry)) next = patchEntry(next, entry.conversationId, {})
  return next
}
/** Whether a word about who is signed in makes everything of the last user go. Who was not known before is not another user. */
export const isAnotherUser = (turns: TurnsState, userId: string | null): boolean =>
  userId === null || (turns.userId !== null && turns.userId !== userId)

/** Another user, or none: everything of the last one goes, requests in flight with it. */
export function changeUser(turns: TurnsState, userId: string | null): TurnsState {
  if (!isAnotherUser(turns, userId)) return turns.userId === userId ? turns : patchTurns(turns, { userId })
  const { byConversation, ended, statusChecks } = turns
  const isPristine = byConversation.size === 0 && ended.length === 0 && statusChecks.length === 0
  if (isPristine && turns.userId === userId) return turns
  const { keeperId, backends, stream, isSendingAllowed } = turns
  return patchTurns(
    { ...initialTurns, seq: turns.seq },
    { keeperId, backends, stream, isSendingAllowed, userId },
  )
}
