import type { signals, ProgressKind } from '../actions'
import { resolveAddress } from '../state/address'
import { activeOf } from '../state/turns'
import type { Address, KeeperState, Turn } from '../types'

type Progress = ReturnType<typeof signals.turnProgressed>

/** A signal's address, with what has become of its like. Flat: with many turns running, each object more is a cache miss. */
interface Held extends Address {
  kind: ProgressKind
  /** When the last one went on, in ms of the throttle's own count: small integers need no object of their own. */
  passedAt: number
  /** How many were held back since, and when the newest of them came. */
  held: number
  heldAt: number
  /** The signal that went on last. Those with the same address and kind only repeat it. */
  last: Progress
  /** Another entry under the same name. */
  next: Held | undefined
}

/** Text goes on, thinking goes on: what only repeats what is known. All other kinds change what a person sees. */
const repeats = (kind: ProgressKind): boolean => kind === 'output' || kind === 'reasoning'

export interface ProgressThrottle {
  /** Whether the signal is held back: counted, and goes no further. */
  holds(action: Progress, now: number): boolean
  /** The signal as it goes on, standing for those that were held back before it. */
  release(action: Progress): Progress
  /** It went on: from here on its like is held back. */
  passed(action: Progress, state: KeeperState, now: number): void
  /** What is known of this turn has changed: its next signal goes on. */
  forget(turnId: string): void
  /** Everything that is held back, to be let through now. */
  drain(): readonly { readonly action: Progress; readonly at: number }[]
}

/** Runs are named within a conversation, and any two things may have the same name: all of the address counts. */
const sameAddress = (a: Address, b: Address): boolean =>
  a.conversationId === b.conversationId &&
  a.turnId === b.turnId &&
  a.runId === b.runId &&
  a.role === b.role &&
  a.parent === b.parent &&
  a.source === b.source &&
  a.boot === b.boot

const firstName = (signal: Address): string | null =>
  signal.turnId ?? signal.runId ?? signal.conversationId ?? null

/** One signal for `count` of its like. */
function standingFor({ payload: { count: _one, ...payload }, ...action }: Progress, count: number): Progress {
  return { ...action, payload: count === 1 ? payload : { ...payload, count } }
}

/**
 * Keeps progress out of the state, but not the evidence (law 24): a signal that changes nothing a person sees is counted, and
 * at most one in `interval` ms goes on, standing for the rest. Not a listener: a firing effect costs more than the signal.
 */
export function createProgressThrottle(interval: number): ProgressThrottle {
  /** By the first name in their address. */
  const entries = new Map<string, Held>()
  const byTurn = new Map<string, readonly Held[]>()

  let epoch: number | undefined
  const counted = (now: number): number => now - (epoch ??= now)

  const entryOf = (signal: Address): Held | undefined => {
    const name = firstName(signal)
    if (name === null) return undefined
    let entry = entries.get(name)
    while (entry && !sameAddress(entry, signal)) entry = entry.next
    return entry
  }
  const chain = (first: Held | undefined): Held[] => (first ? [first, ...chain(first.next)] : [])

  return {
    holds({ payload }, now) {
      const { kind } = payload
      if (!repeats(kind) || payload.replayed) return false
      const entry = entryOf(payload)
      const at = counted(now)
      if (entry?.kind !== kind || at - entry.passedAt >= interval || at < entry.passedAt) return false
      entry.held += payload.count ?? 1
      entry.heldAt = at
      return true
    },
    release(action) {
      const entry = entryOf(action.payload)
      // What was held back is evidence, which one that is said again is not.
      if (!entry || entry.held === 0 || action.payload.replayed) return action
      const { held } = entry
      entry.held = 0
      return standingFor(action, held + (action.payload.count ?? 1))
    },
    passed(action, { turns, conversations }, now) {
      const { payload } = action
      const { kind } = payload
      const name = firstName(payload)
      if (name === null || payload.replayed || !repeats(kind)) return
      const known = entryOf(payload)
      if (known) {
        known.last = action
        known.kind = kind
        known.passedAt = counted(now)
        return
      }
      const turn = turnOf(turns, conversations, payload)
      if (!turn) return
      const entry: Held = {
        conversationId: payload.conversationId,
        turnId: payload.turnId,
        runId: payload.runId,
        role: payload.role,
        parent: payload.parent,
        source: payload.source,
        boot: payload.boot,
        kind,
        passedAt: counted(now),
        held: 0,
        heldAt: 0,
        last: action,
        next: entries.get(name),
      }
      entries.set(name, entry)
      byTurn.set(turn.turnId, [...(byTurn.get(turn.turnId) ?? []), entry])
    },
    forget(turnId) {
      if (entries.size === 0) return
      const known = byTurn.get(turnId)
      if (!known) return
      for (const entry of known) {
        const name = firstName(entry)!
        let rest: Held | undefined
        for (const other of chain(entries.get(name))) {
          if (other === entry) continue
          other.next = rest
          rest = other
        }
        if (rest) entries.set(name, rest)
        else entries.delete(name)
      }
      byTurn.delete(turnId)
    },
    drain() {
      const drained: { action: Progress; at: number }[] = []
      for (const entry of [...entries.values()].flatMap(chain)) {
        if (entry.held === 0) continue
        drained.push({ action: standingFor(entry.last, entry.held), at: epoch! + entry.heldAt })
        entry.held = 0
      }
      return drained
    },
  }
}

function turnOf(
  turns: KeeperState['turns'],
  conversations: KeeperState['conversations'],
  payload: Address,
): Turn | null {
  const target = resolveAddress(turns, conversations, payload)
  if (target.kind === 'turn') return target.turn
  return target.kind === 'conversation' ? activeOf(turns, target.key) : null
}
