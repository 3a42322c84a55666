/** Conversations change their keys: everything that goes on moves along (law 15). */
import { keyOf } from '../state/conversations'
import {
  amendEntry,
  endedRunKey,
  entryOf,
  findTurn,
  patchEntry,
  patchTurns,
  removeTurn,
  turnsIn,
} from '../state/turns'
import { stopsOf } from '../state/stops'
import { without } from '../state/lists'
import { putRow, removeRow } from '../state/table'
import type {
  BackgroundRun,
  ConversationsState,
  ConversationTurns,
  StopInFlight,
  Turn,
  TurnsState,
  UnplacedRun,
} from '../types'
import type { RuleContext } from './context'
import { checkConversation, goOnWithout, promoteElsewhere, promoteNext } from './ends'
import { leaveOtherKeys, pointTo } from './otherKeys'
import { seeUnplacedRun } from './runs'
import { merge, takeOver } from './sendAnswers'
import { closeStops } from './stops'
import { amendTurn, changeTurn, earliest } from './turn'

export interface Rekey {
  readonly from: string
  readonly to: string
  readonly turnId?: string | undefined
}

/**
 * The keys of a re-keying, as they stand; `null` where nothing moves. Back to an earlier name, the old name is the new one;
 * but one turn alone has nowhere to go then: both names are of one conversation.
 */
export function rekeyed(
  conversations: ConversationsState,
  { from, to, turnId }: Rekey,
): { readonly from: string; readonly to: string } | null {
  const was = keyOf(conversations, from)
  const known = keyOf(conversations, to)
  const is = known === was && turnId === undefined ? to : known
  return was === is ? null : { from: was, to: is }
}

export function rekeyTurns(ctx: RuleContext, turns: TurnsState, payload: Rekey): TurnsState {
  const keys = rekeyed(ctx.conversations, payload)
  if (!keys) return turns
  return payload.turnId === undefined
    ? moveConversation(ctx, turns, keys.from, keys.to)
    : moveTurn(ctx, turns, payload.turnId, keys.from, keys.to)
}

/** One turn moves (a re-targeted send), and is known under both keys. */
function moveTurn(ctx: RuleContext, turns: TurnsState, turnId: string, from: string, to: string): TurnsState {
  const turn = findTurn(turns, turnId, from)
  if (!turn || turn.conversationId === to) return turns
  const left = turn.conversationId
  const otherKeys = [...turn.otherKeys, left].filter((key) => key !== to)
  const moved = amendTurn(turn, { conversationId: to, otherKeys })
  const gone = removeTurn(turns, turn)
  const own = stopsOf(turns, turn)
  const marked = patchEntry(closeStops(gone, left, turnId, undefined), left, {
    movedTurn: { turnId, conversationId: to },
  })
  return promoteElsewhere(ctx, enter(ctx, pointTo(marked, moved), to, moved, own), moved)
}

/** A conversation that a turn has left has another key: the turn goes by that one. */
function renameOtherKey(turns: TurnsState, entry: ConversationTurns, from: string, to: string): TurnsState {
  const { movedTurn } = entry
  const turn = movedTurn && findTurn(turns, movedTurn.turnId, movedTurn.conversationId)
  if (!turn) return turns
  const otherKeys = turn.otherKeys.map((key) => (key === from ? to : key))
  return changeTurn(turns, turn, { otherKeys: [...new Set(otherKeys)] })
}

/** A turn comes into a conversation, with the stops of it: as the active one where it is free, else behind what is there. */
function enter(
  ctx: RuleContext,
  turns: TurnsState,
  key: string,
  turn: Turn,
  stops: readonly StopInFlight[],
): TurnsState {
  const entry = entryOf(turns, key)
  const queue = [...(entry?.queue ?? []), turn]
  // It has come back to where it is looked for under its other key.
  const isBack = entry?.movedTurn?.turnId === turn.turnId
  const stopsInFlight = [...(entry?.stopsInFlight ?? []), ...stops]
  const movedTurn = isBack ? null : (entry?.movedTurn ?? null)
  const runs = runsOf(turn)
  const unplacedRuns = without(entry?.unplacedRuns ?? [], ({ runId }) => runs.includes(runId))
  const backgroundRuns = without(entry?.backgroundRuns ?? [], ({ runId }) => runs.includes(runId))
  const placed = patchEntry(turns, key, { queue, stopsInFlight, movedTurn, unplacedRuns, backgroundRuns })
  return promoteNext(ctx, oneTurnForEachRun(ctx, placed, key), key)
}

/** Under two keys one run may have been taken for two turns: it is one. */
export function oneTurnForEachRun(ctx: RuleContext, turns: TurnsState, key: string): TurnsState {
  const all = turnsIn(entryOf(turns, key) ?? { active: null, queue: [] })
  const holders = new Map<string, Turn>()
  const places = new Map(all.map((turn, place) => [turn, place]))
  let pair: readonly [Turn, Turn] | undefined
  for (const turn of all)
    for (const run of runsOf(turn)) {
      const holder = holders.get(run) ?? turn
      holders.set(run, holder)
      if (holder !== turn && (!pair || places.get(holder)! < places.get(pair[0])!)) pair = [holder, turn]
    }
  if (!pair) return turns
  const [one, other] = pair
  const [local, remote] = one.origin === 'local' ? [one, other] : [other, one]
  const next = remote.origin === 'local' ? merge(ctx, turns, other, one) : takeOver(ctx, turns, local, remote)
  return oneTurnForEachRun(ctx, next, key)
}

const runsOf = (turn: Turn): readonly string[] =>
  turn.guessedRun === null ? turn.runs : [...turn.runs, turn.guessedRun]
const sharesRun = (one: Turn, other: Turn): boolean => runsOf(one).some((run) => runsOf(other).includes(run))

function moveConversation(ctx: RuleContext, turns: TurnsState, from: string, to: string): TurnsState {
  const moving = entryOf(turns, from)
  const there = entryOf(turns, to)
  const records = patchTurns(turns, {
    ended: turns.ended.some((record) => record.conversationId === from)
      ? turns.ended.map((record) =>
          record.conversationId === from ? { ...record, conversationId: to } : record,
        )
      : turns.ended,
    endedRuns: renameEndedRuns(turns.endedRuns, from, to),
    byConversation: removeRow(turns.byConversation, from),
  })
  if (!moving) return records
  const renamed = renameEntry(moving, to)
  const own = there?.active ?? null
  if (!there) return followMoved(withKey(records, to, renamed), from, to)
  const merged: ConversationTurns = amendEntry(renamed, {
    active: renamed.active ?? own,
    queue: [...renamed.queue, ...there.queue],
    unplacedRuns: joinUnplacedRuns(renamed, there),
    backgroundRuns: joinBackgroundRuns(renamed, there),
    scheduled: renamed.scheduled ?? there.scheduled,
    stopsInFlight: [...renamed.stopsInFlight, ...there.stopsInFlight],
    checkAt: earliest(renamed.checkAt, there.checkAt),
    checkReasonSeq: Math.max(renamed.checkReasonSeq, there.checkReasonSeq),
    sessionCheckAt: earliest(renamed.sessionCheckAt, there.sessionCheckAt),
    movedTurn: renamed.movedTurn ?? (there.movedTurn?.conversationId === from ? null : there.movedTurn),
    expectedIdles: renamed.expectedIdles ?? there.expectedIdles,
  })
  const joined = withKey(records, to, merged)
  const next =
    renamed.active && own && own.turnId !== renamed.active.turnId
      ? joinActive(ctx, joined, to, renamed.active, own)
      : joined
  return followMoved(promoteNext(ctx, oneTurnForEachRun(ctx, next, to), to), from, to)
}

/** Runs under both keys, each once, without those that are known as something else. */
function joinRuns<Run extends { readonly runId: string }>(
  runs: readonly Run[],
  placed: readonly (string | null)[],
): readonly Run[] {
  const known = new Set(placed)
  return runs.filter(({ runId }) => !known.has(runId) && known.add(runId))
}

const turnRunsIn = (entry: ConversationTurns) => turnsIn(entry).flatMap(runsOf)

/** The helpers under both keys, without those that are a turn's under either. */
const joinBackgroundRuns = (one: ConversationTurns, other: ConversationTurns): readonly BackgroundRun[] =>
  joinRuns([...one.backgroundRuns, ...other.backgroundRuns], [...turnRunsIn(one), ...turnRunsIn(other)])

/** The runs of unknown origin under both keys, without those that are a turn's or a helper's under either. */
const joinUnplacedRuns = (one: ConversationTurns, other: ConversationTurns): readonly UnplacedRun[] =>
  joinRuns(
    [...one.unplacedRuns, ...other.unplacedRuns],
    [
      ...turnRunsIn(one),
      ...turnRunsIn(other),
      ...[...one.backgroundRuns, ...other.backgroundRuns].map(({ runId }) => runId),
    ],
  )

/** A late signal of a run that has ended does not open it again under the new key either. */
function renameEndedRuns(endedRuns: readonly string[], from: string, to: string): readonly string[] {
  const old = endedRunKey(from, '')
  return endedRuns.some((key) => key.startsWith(old))
    ? endedRuns.map((key) => (key.startsWith(old) ? endedRunKey(to, key.slice(old.length)) : key))
    : endedRuns
}

/** Turns that have moved into the conversation, and the one that has left it, go by its new key. */
function followMoved(turns: TurnsState, from: string, to: string): TurnsState {
  const entry = entryOf(turns, to)
  if (!entry) return turns
  return renameOtherKey(
    turnsIn(entry).reduce((next, turn) => pointTo(next, turn), turns),
    entry,
    from,
    to,
  )
}

const withKey = (turns: TurnsState, key: string, entry: ConversationTurns): TurnsState =>
  patchTurns(turns, { byConversation: putRow(turns.byConversation, { ...entry, conversationId: key }) })

function renameEntry(entry: ConversationTurns, to: string): ConversationTurns {
  const rename = (turn: Turn): Turn =>
    amendTurn(turn, { conversationId: to, otherKeys: turn.otherKeys.filter((key) => key !== to) })
  return amendEntry(entry, {
    conversationId: to,
    active: entry.active && rename(entry.active),
    queue: entry.queue.map(rename),
    backgroundRuns: entry.backgroundRuns.map((run) => ({ ...run, conversationId: to })),
    movedTurn: entry.movedTurn?.conversationId === to ? null : entry.movedTurn,
  })
}

/**
 * Two turns were active under the two keys. The stream may have spoken of the permanent id before the app did: then the
 * turn from elsewhere was our own all along. Else the older one stays in front, and what the other runs is of unknown origin.
 */
function joinActive(ctx: RuleContext, turns: TurnsState, key: string, moved: Turn, there: Turn): TurnsState {
  const [local, remote] = moved.origin === 'local' ? [moved, there] : [there, moved]
  const isOwn =
    remote.origin === 'remote' &&
    (sharesRun(local, remote) ||
      (local.origin === 'local' && local.runs.length === 0 && remote.createdSeq > local.createdSeq))
  if (isOwn) {
    const alone = patchEntry(turns, key, { active: remote })
    const queued = patchEntry(alone, key, { queue: [local, ...(entryOf(alone, key)?.queue ?? [])] })
    return takeOver(ctx, queued, local, remote)
  }
  if (remote.origin === 'local' || remote.mergedTurnIds.length > 0) {
    // Prompts of our own in both: both keep their place.
    const queue = entryOf(turns, key)?.queue ?? []
    const placed = patchEntry(turns, key, {
      active: moved,
      queue: [amendTurn(there, { checkAt: null }), ...queue],
    })
    return promoteElsewhere(ctx, placed, there)
  }
  const front = leaveOtherKeys(patchEntry(turns, key, { active: local }), remote, (next, other) =>
    goOnWithout(ctx, next, other),
  )
  const runId = remote.runs.at(-1) ?? null
  const seen = {
    runId,
    turnId: runId === null ? remote.turnId : null,
    startedAt: remote.startedAt,
    source: remote.source,
  }
  return checkConversation(ctx, seeUnplacedRun(ctx, front, key, seen), key)
}
