/** Streams and backend processes: what was running under the old one is unverified, and still busy (law 9). */
import { keyOf } from '../state/conversations'
import { REMEMBERED } from '../state/config'
import { amendEntry, hasLeft, patchTurns, turnsIn } from '../state/turns'
import type { Address, StreamState, Turn, TurnsState } from '../types'
import { changeEntries, changeTurnsThatLeft, withReason } from './checks'
import type { RuleContext } from './context'
import { amendTurn, checkBy, hasStarted } from './turn'

/** A stream that was up for less than this has failed, ms: it is not opened again at once. */
const STABLE_AFTER = 10_000
/** Pause before the stream is opened again after failures, ms: 1 s, doubled each time, at most 30 s. */
const openPause = (failures: number): number =>
  failures === 0 ? 0 : Math.min(1_000 * 2 ** (failures - 1), 30_000)

/** The stream is down: what was running is unverified, and opened anew where there is a port for it. */
export function streamDown(
  ctx: RuleContext,
  turns: TurnsState,
  conversationIds: readonly string[] | undefined,
): TurnsState {
  const { config, conversations, at } = ctx
  const keys = conversationIds && new Set(conversationIds.map((id) => keyOf(conversations, id)))
  const known = wantStream(ctx, turns, 'dropped')
  return changeEntries(known, (entry) => {
    const { active } = entry
    if (!active || (keys && !keys.has(entry.conversationId))) return entry
    const checkAt = checkBy(active, at + config.recheckInterval)
    return amendEntry(entry, { active: amendTurn(active, { isUnverified: true, checkAt }) })
  })
}

/** The stream is to be opened: now, or after a pause where it did not last the last times. */
export function wantStream(
  { config, at }: RuleContext,
  turns: TurnsState,
  why: StreamState['why'],
): TurnsState {
  const { stream } = turns
  if (!config.hasOpenStream) return turns
  // One attempt is due already. A wake does not let it wait: the clock that it was set by may have been set back.
  if (stream.state === 'down' && stream.openAt !== null)
    return why === 'wake' && stream.openAt > at
      ? patchTurns(turns, { stream: { ...stream, openAt: at } })
      : turns
  const isUnstable = stream.state !== 'unknown' && why === 'dropped' && at - stream.since < STABLE_AFTER
  const failures = isUnstable ? stream.failures + 1 : 0
  return patchTurns(turns, {
    stream: { state: 'down', failures, since: at, openAt: at + openPause(failures), why, nonce: null },
  })
}

/** Compare-and-set: this keeper opens the stream. */
export function claimStream({ at }: RuleContext, turns: TurnsState, nonce: string): TurnsState {
  const { stream } = turns
  if (stream.openAt === null || stream.openAt > at) return turns
  return patchTurns(turns, { stream: { ...stream, state: 'opening', since: at, openAt: null, nonce } })
}

/** The port has settled: opened as far as it says, or (`retryAt`) failed and asked again then. */
export function streamOpenEnded(
  { at }: RuleContext,
  turns: TurnsState,
  { nonce, retryAt }: { readonly nonce: string; readonly retryAt: number | null },
): TurnsState {
  const { stream } = turns
  if (stream.nonce !== nonce) return turns
  return patchTurns(turns, {
    stream:
      retryAt === null
        ? { ...stream, state: 'open', since: at, nonce: null }
        : {
            ...stream,
            state: 'down',
            failures: stream.failures + 1,
            since: at,
            openAt: retryAt,
            nonce: null,
          },
  })
}

/** The pause before the stream is opened again, after one more failure, ms. */
export const nextOpenPause = ({ stream }: TurnsState): number => openPause(stream.failures + 1)

// ---------------------------------------------------------------- process generations

const generationOf = (turns: TurnsState, source: string | null) =>
  turns.backends.find((backend) => backend.source === source)

/** Whether a signal comes from a process that has been replaced since. */
export const isOutdated = (
  turns: TurnsState,
  source: string | null | undefined,
  boot: string | undefined,
): boolean => boot !== undefined && generationOf(turns, source ?? null)?.earlierBoots.includes(boot) === true

/** A process generation speaks: a new one makes every older turn of the same backend unverified, but not over. */
function booted(
  ctx: RuleContext,
  turns: TurnsState,
  source: string | null,
  boot: string | undefined,
): TurnsState {
  if (boot === undefined) return turns
  const known = generationOf(turns, source)
  if (known && (boot === known.boot || known.earlierBoots.includes(boot))) return turns
  const others = turns.backends.filter((backend) => backend !== known).slice(-(REMEMBERED - 1))
  const earlierBoots = known ? [...known.earlierBoots, known.boot].slice(-REMEMBERED) : []
  const next = patchTurns(turns, { backends: [...others, { source, boot, earlierBoots }] })
  return known ? suspectRestart(ctx, next, source) : next
}

/** Whether a turn may run on this backend, as far as is known. */
const mayRunOn = (turn: Turn, source: string | null): boolean =>
  source === null || turn.source === null || turn.source === source

/** Every turn of this backend that has left is checked now, and interrupted if it is over. */
const suspectRestart = (ctx: RuleContext, turns: TurnsState, source: string | null): TurnsState =>
  changeEntries(turns, (entry) => {
    const { at } = ctx
    if (!turnsIn(entry).some((turn) => hasLeft(turn) && mayRunOn(turn, source))) return entry
    const suspected = changeTurnsThatLeft(entry, (turn, isActive) =>
      mayRunOn(turn, source)
        ? amendTurn(turn, {
            isUnverified: true,
            backendRestarted: true,
            checkAt: isActive ? checkBy(turn, at) : null,
          })
        : turn,
    )
    return ctx.config.hasStatusChecks ? withReason(suspected, turns, at) : suspected
  })

export function backendRestarted(
  ctx: RuleContext,
  turns: TurnsState,
  { boot, source = null }: Partial<Pick<Address, 'boot' | 'source'>>,
): TurnsState {
  const next = booted(ctx, turns, source, boot)
  return next !== turns && generationOf(turns, source) ? next : suspectRestart(ctx, next, source)
}

/** Where there is a port for it, it is followed whether the stream is up: no attempt is due or under way any more. */
function streamIsUp({ config, at }: RuleContext, turns: TurnsState): TurnsState {
  const { stream } = turns
  if (!config.hasOpenStream || (stream.state === 'open' && stream.openAt === null && stream.nonce === null))
    return turns
  const since = stream.state === 'open' ? stream.since : at
  return patchTurns(turns, { stream: { ...stream, state: 'open', since, openAt: null, nonce: null } })
}

/** The stream is up (again): nothing that was missed may come, so what had started is checked at once. */
export function streamUp(
  ctx: RuleContext,
  turns: TurnsState,
  { boot, source = null }: Partial<Pick<Address, 'boot' | 'source'>>,
): TurnsState {
  const { at } = ctx
  const next = booted(ctx, streamIsUp(ctx, turns), source, boot)
  return changeEntries(next, (entry) => {
    const { active } = entry
    if (!active || !mayRunOn(active, source) || !(hasStarted(active) || active.isUnverified)) return entry
    const checked = amendEntry(entry, {
      active: amendTurn(active, { isUnverified: true, checkAt: checkBy(active, at) }),
    })
    return ctx.config.hasStatusChecks ? withReason(checked, turns, at) : checked
  })
}
